import { call } from "@/api/http";
import type { Page, Pages } from "@/api/types";

export const MAX_LIMIT = 500;

/** Query parameters by name; empty ones are left out. */
export type ListParams = Record<string, string>;

export function readPage<Row, Answer extends Pages<Row> = Page<Row>>(
  path: string,
  params: ListParams,
  signal?: AbortSignal,
): Promise<Answer> {
  const given = Object.entries(params).filter(([, value]) => value !== "");
  return call(path, { query: new URLSearchParams(given), ...(signal && { signal }) });
}
