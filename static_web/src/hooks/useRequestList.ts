import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { listRequests, NO_FILTERS, type ListParams } from "@/api/requests";
import type { RequestPage } from "@/api/types";
import type { ListName } from "@/paths";
import type { Platform } from "@/platforms";

const listKey = (platform: Platform, list: ListName) => ["requests", platform, list] as const;

/** One page of a list; the page before stays in view until the next has arrived. */
export function useRequestList(platform: Platform, list: ListName, params: ListParams) {
  return useQuery({
    queryKey: [...listKey(platform, list), params],
    queryFn: ({ signal }) => listRequests(platform, list, params, signal),
    placeholderData: keepPreviousData,
  });
}

/** How many requests a list has without any filter: what a job would work on. */
export function useListTotal(platform: Platform, list: ListName): number | null {
  const params = { ...NO_FILTERS, limit: 1, cursor: "" };
  const { data } = useQuery({
    queryKey: [...listKey(platform, list), params],
    queryFn: ({ signal }) => listRequests(platform, list, params, signal),
  });
  return data?.total ?? null;
}

/** The cursor of the page before, as far as that page has been seen here; the server hands out only next ones. */
export function usePreviousCursor(platform: Platform, list: ListName, params: ListParams): string | null {
  const client = useQueryClient();
  if (!params.cursor) return null;
  const seen = client.getQueriesData<RequestPage>({ queryKey: listKey(platform, list) });
  for (const [key, page] of seen) {
    const pageParams = key[3] as ListParams;
    if (page?.nextCursor === params.cursor && pageParams.limit === params.limit) return pageParams.cursor;
  }
  return null;
}

/** Reads all lists of a platform again. */
export function useRefreshRequests(platform: Platform): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ["requests", platform] });
}
