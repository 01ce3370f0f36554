import { MAX_LIMIT, readPage, type ListParams } from "@/api/lists";
import type { Page, Pages } from "@/api/types";
import { csvRow, type CsvValue } from "@/text/csv";
import { formatTotal } from "@/text/format";

export type CsvField<Row> = [name: string, read: (row: Row) => CsvValue];

export interface Export<Row> {
  path: string;
  params: ListParams;
  fields: CsvField<Row>[];
  /** How many rows the server hands out at once. */
  limit?: number;
  signal: AbortSignal;
  /** `total` is null where the server does not count. */
  onProgress: (done: number, total: string | null) => void;
}

type Answer<Row> = Pages<Row> & Partial<Page<Row>>;

/** Returns the whole filtered list as CSV, read page by page in the order shown. Each part is a Blob, which needs no memory. */
export async function exportRows<Row>(wanted: Export<Row>): Promise<Blob[]> {
  const { path, params, fields, limit = MAX_LIMIT, signal, onProgress } = wanted;
  const parts = [new Blob([csvRow(fields.map(([name]) => name))])];
  let cursor: string | null = "";
  let done = 0;
  while (cursor !== null) {
    const page: Answer<Row> = await readPage<Row, Answer<Row>>(path, { ...params, limit: String(limit), cursor }, signal);
    parts.push(new Blob([page.items.map((row) => csvRow(fields.map(([, read]) => read(row)))).join("")]));
    done += page.items.length;
    onProgress(done, page.total === undefined ? null : formatTotal({ total: page.total, totalIsExact: page.totalIsExact ?? true }));
    cursor = page.nextCursor;
  }
  return parts;
}
