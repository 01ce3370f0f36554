import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, isOutage, problemOf } from "@/api/http";
import { readPage, type ListParams } from "@/api/lists";

const RETRY_MS = 10_000;

/** Under this key stands all that was read from the API, so that it can be read again as one. */
const API_KEY = "api";

/** What an outage kept away is read again by itself. */
export const retryAfterOutage = (error: unknown) => (error !== null && isOutage(problemOf(error).status) ? RETRY_MS : false);

interface ReadOptions<Answer> {
  enabled?: boolean;
  /** How long what was answered is taken for true; a refresh reads it again all the same. */
  staleMs?: number;
  /** How often what was answered goes out of date. */
  refreshMs?: (answer: Answer | undefined) => number | false;
}

/** Reads one thing; what was read stays while it is read again, and a failure is tried again by itself. */
export function useApi<Answer>(path: string, { enabled = true, staleMs, refreshMs }: ReadOptions<Answer> = {}) {
  return useQuery<Answer>({
    queryKey: [API_KEY, path],
    queryFn: ({ signal }) => call<Answer>(path, { signal }),
    enabled,
    ...(staleMs !== undefined && { staleTime: staleMs }),
    refetchInterval: ({ state }) => retryAfterOutage(state.error) || (refreshMs?.(state.data) ?? false),
  });
}

/** Reads one page of a list; the page before stays in view until the next has arrived. */
export function usePage<Row>(path: string, params: ListParams, refreshMs: number | false = false) {
  return useQuery({
    queryKey: [API_KEY, path, params],
    queryFn: ({ signal }) => readPage<Row>(path, params, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => retryAfterOutage(state.error) || refreshMs,
  });
}

/** Reads again whatever is in view; resolves when it has been read. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [API_KEY] });
}
