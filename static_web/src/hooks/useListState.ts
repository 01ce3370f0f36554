import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { ListParams } from "@/api/requests";

export const PAGE_SIZES = [25, 50, 100];
const DEFAULTS: ListParams = { sort: "expiresOn", status: "", q: "", id: "", limit: 50, cursor: "" };

export interface ListState {
  params: ListParams;
  /** Counted from 1, for show: what leads to a page is its cursor. */
  page: number;
  filtered: boolean;
  /** Changes filters, order or page size and goes back to the first page. */
  change: (change: Partial<Omit<ListParams, "cursor">>) => void;
  goTo: (page: number, cursor: string) => void;
  clearFilters: () => void;
}

/** Order, filters and page of a list. The URL is their only home, so that any view can be mailed. */
export function useListState(): ListState {
  const [search, setSearch] = useSearchParams();
  const params = useMemo(() => readParams(search), [search]);
  const page = params.cursor ? Math.max(2, Number(search.get("page")) || 2) : 1;

  const write = (next: ListParams, nextPage: number, replace: boolean) => {
    const entries = Object.entries(next).filter(([name, value]) => value !== DEFAULTS[name as keyof ListParams]);
    if (nextPage > 1) entries.push(["page", String(nextPage)]);
    setSearch(new URLSearchParams(entries.map(([name, value]) => [name, String(value)])), { replace });
  };
  return {
    params,
    page,
    filtered: Boolean(params.status || params.q || params.id),
    change: (change) => write({ ...params, ...change, cursor: "" }, 1, "q" in change),
    goTo: (nextPage, cursor) => write({ ...params, cursor }, nextPage, false),
    clearFilters: () => write({ ...params, status: "", q: "", id: "", cursor: "" }, 1, false),
  };
}

function readParams(search: URLSearchParams): ListParams {
  const text = (name: keyof ListParams) => search.get(name) ?? String(DEFAULTS[name]);
  const limit = Number(search.get("limit"));
  return {
    sort: text("sort"),
    status: text("status"),
    q: text("q"),
    id: text("id"),
    limit: PAGE_SIZES.includes(limit) ? limit : DEFAULTS.limit,
    cursor: text("cursor"),
  };
}
