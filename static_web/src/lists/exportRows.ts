import { MAX_LIMIT, readPage, type ListParams } from "@/api/lists";
import type { Page } from "@/api/types";
import { csvRow, type CsvValue } from "@/csv";

export type CsvField<Row> = [name: string, read: (row: Row) => CsvValue];

export interface Export<Row> {
  path: string;
  params: ListParams;
  fields: CsvField<Row>[];
  signal: AbortSignal;
  onProgress: (done: number, page: Page<Row>) => void;
}

/** The whole filtered list as CSV, read page by page in the order shown. */
export async function exportRows<Row>({ path, params, fields, signal, onProgress }: Export<Row>): Promise<string[]> {
  const parts = [csvRow(fields.map(([name]) => name))];
  let cursor: string | null = "";
  let done = 0;
  while (cursor !== null) {
    const page: Page<Row> = await readPage(path, { ...params, limit: String(MAX_LIMIT), cursor }, signal);
    parts.push(page.items.map((row) => csvRow(fields.map(([, read]) => read(row)))).join(""));
    done += page.items.length;
    onProgress(done, page);
    cursor = page.nextCursor;
  }
  return parts;
}
