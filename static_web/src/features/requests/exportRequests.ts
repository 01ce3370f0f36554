import { listRequests, MAX_LIMIT, type ListParams } from "@/api/requests";
import { csvRow } from "@/csv";
import { csvFields, csvValues } from "@/features/requests/columns";
import type { ListName } from "@/paths";
import type { Platform } from "@/platforms";

interface Export {
  platform: Platform;
  list: ListName;
  params: ListParams;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/** The whole filtered list as CSV, read page by page in the order shown. */
export async function exportRequests({ platform, list, params, signal, onProgress }: Export): Promise<string[]> {
  const fields = csvFields(platform, list);
  const parts = [csvRow(fields)];
  let cursor: string | null = "";
  let done = 0;
  while (cursor !== null) {
    const page = await listRequests(platform, list, { ...params, limit: MAX_LIMIT, cursor }, signal);
    parts.push(page.items.map((row) => csvRow(csvValues(row, fields))).join(""));
    done += page.items.length;
    onProgress(done, page.total);
    cursor = page.nextCursor;
  }
  return parts;
}
