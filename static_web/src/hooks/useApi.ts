import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, isOutage, problemOf } from "@/api/http";
import { readPage, type ListParams } from "@/api/lists";
import { serverNow } from "@/api/serverClock";

const RETRY_MS = 10_000;

/** The key of all that was read from the API, so that all of it can be read again together. */
const API_KEY = "api";

const readAt = new Map<string, number>();

/** Returns when the last answer to `useApi` was read, by the server's time. */
export const readAtOf = (path: string) => readAt.get(path) ?? serverNow();

/** Returns how soon to try again after an outage; false after any other failure. */
export const retryAfterOutage = (error: unknown) => (error !== null && isOutage(problemOf(error).status) ? RETRY_MS : false);

interface ReadOptions<Answer> {
  enabled?: boolean;
  /** How long an answer counts as current. A refresh reads it again anyway. */
  staleMs?: number;
  /** How often to read again. */
  refreshMs?: (answer: Answer | undefined) => number | false;
}

/** Reads one thing. The last answer stays while it is read again, and outages are retried automatically. */
export function useApi<Answer>(path: string, { enabled = true, staleMs, refreshMs }: ReadOptions<Answer> = {}) {
  return useQuery<Answer>({
    queryKey: [API_KEY, path],
    queryFn: async ({ signal }) => {
      const answer = await call<Answer>(path, { signal });
      readAt.set(path, serverNow());
      return answer;
    },
    enabled,
    ...(staleMs !== undefined && { staleTime: staleMs }),
    refetchInterval: ({ state }) => retryAfterOutage(state.error) || (refreshMs?.(state.data) ?? false),
  });
}

/** Reads one page of a list. The previous page stays in view until the next one has arrived. */
export function usePage<Row>(path: string, params: ListParams, refreshMs: number | false = false) {
  return useQuery({
    queryKey: [API_KEY, path, params],
    queryFn: ({ signal }) => readPage<Row>(path, params, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => retryAfterOutage(state.error) || refreshMs,
  });
}

/** Returns a function that reads everything in view again, and resolves when that is done. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [API_KEY] });
}
