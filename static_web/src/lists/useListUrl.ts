import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { ListParams } from "@/api/lists";

export const PAGE_SIZES = [25, 50, 100];
const DEFAULT_LIMIT = 50;
const MAX_PAGE = 1_000_000;

export interface ListUrl {
  /** The query to the server: order, filters, page size and cursor. */
  params: ListParams;
  limit: number;
  /** Counted from 1, as the URL claims: what leads to a page is its cursor. */
  page: number;
  filtered: boolean;
  /** Changes filters, order or page size and goes back to the first page. */
  change: (change: ListParams, options?: { replace: boolean }) => void;
  goTo: (page: number, cursor: string) => void;
  /** To the page before, by the cursor that leads there; without one, to the first. */
  goBack: (prevCursor: string | null, options?: { replace: boolean }) => void;
  clearFilters: () => void;
  /** The first page of the unfiltered list in its own order. */
  reset: () => void;
}

/**
 * Keeps order, filters and page of a list in the URL alone, so that any view can be mailed.
 * `defaults` names the filters and the order; it is a constant of the caller.
 */
export function useListUrl(defaults: ListParams & { sort: string }): ListUrl {
  const [search, setSearch] = useSearchParams();
  const { params, limit, page } = useMemo(() => read(search, defaults), [search, defaults]);
  const filters = Object.keys(defaults).filter((name) => name !== "sort");

  const write = (next: ListParams, nextPage = 1, replace = false) => {
    const standing: ListParams = { ...defaults, limit: String(DEFAULT_LIMIT), cursor: "" };
    const entries = Object.entries(next).filter(([name, value]) => value !== standing[name]);
    if (nextPage > 1) entries.push(["page", String(nextPage)]);
    setSearch(new URLSearchParams([...foreign(search, standing), ...entries]), { replace, preventScrollReset: true });
  };
  const cleared = { ...params, ...Object.fromEntries(filters.map((name) => [name, ""])), cursor: "" };
  return {
    params,
    limit,
    page,
    filtered: filters.some((name) => params[name] !== ""),
    change: (change, options) => write({ ...params, ...change, cursor: "" }, 1, options?.replace),
    goTo: (nextPage, cursor) => write({ ...params, cursor }, nextPage),
    goBack: (prevCursor, options) => {
      // without a cursor the server answers with the first page
      const isFirst = prevCursor === null || page === 2;
      write({ ...params, cursor: isFirst ? "" : prevCursor }, isFirst ? 1 : page - 1, options?.replace);
    },
    clearFilters: () => write(cleared),
    reset: () => write({ ...defaults, limit: String(DEFAULT_LIMIT), cursor: "" }),
  };
}

function read(search: URLSearchParams, defaults: ListParams) {
  const given = Object.keys(defaults).map((name) => [name, search.get(name) ?? defaults[name] ?? ""]);
  const wanted = Number(search.get("limit"));
  const limit = PAGE_SIZES.includes(wanted) ? wanted : DEFAULT_LIMIT;
  const cursor = search.get("cursor") ?? "";
  const claimed = Number(search.get("page"));
  const isPage = Number.isInteger(claimed) && claimed > 1 && claimed <= MAX_PAGE;
  const params: ListParams = { ...Object.fromEntries(given), limit: String(limit), cursor };
  return { params, limit, page: cursor && isPage ? claimed : 1 };
}

/** Returns what the page itself keeps in the URL beside the list. */
function foreign(search: URLSearchParams, own: ListParams): [string, string][] {
  return [...search].filter(([name]) => name !== "page" && !(name in own));
}
