import { call } from "@/api/http";
import type { AccessRequest, RequestPage } from "@/api/types";
import { apiPaths, type ListName } from "@/paths";
import type { Platform } from "@/platforms";

export const MAX_LIMIT = 500;

export interface ListFilters {
  sort: string;
  status: string;
  q: string;
  id: string;
}

export interface ListParams extends ListFilters {
  limit: number;
  cursor: string;
}

export const NO_FILTERS: ListFilters = { sort: "expiresOn", status: "", q: "", id: "" };

export function listRequests(
  platform: Platform,
  list: ListName,
  params: ListParams,
  signal?: AbortSignal,
): Promise<RequestPage> {
  const given = Object.entries(params).filter(([, value]) => value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return call(apiPaths.list(platform, list), { query, ...(signal && { signal }) });
}

/** Sent again with the same key, a request is stored once. */
export function createRequest(
  platform: Platform,
  body: Record<string, string | null>,
  idempotencyKey: string,
): Promise<AccessRequest> {
  return call(apiPaths.create(platform), {
    method: "POST",
    body,
    headers: { "Idempotency-Key": idempotencyKey },
  });
}
