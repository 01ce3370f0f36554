import { Link as FluentLink } from "@fluentui/react-components";
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from "react";
import { problemOf } from "@/api/http";
import type { Page, Problem } from "@/api/types";
import { DataTable, type Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import type { RowSelection } from "@/components/RowSelection";
import { usePage } from "@/hooks/useApi";
import { ExportButton } from "@/lists/ExportButton";
import type { CsvField } from "@/lists/exportRows";
import { ListProblem } from "@/lists/ListProblem";
import { Pager } from "@/lists/Pager";
import type { ListUrl } from "@/lists/useListUrl";
import styles from "./lists.module.css";

const SKELETON_ROWS = 12;

interface Props<Row> {
  path: string;
  /** Filters that always apply, whatever the URL says. */
  fixed?: Record<string, string>;
  url: ListUrl;
  caption: string;
  columns: Column<Row>[];
  rowKey: (row: Row) => string | number;
  rowHref?: (row: Row) => string;
  /** The checkboxes of a page, and what stands below it while there are any. */
  checkboxesOf?: (rows: Row[]) => RowSelection<Row> | null;
  bar?: (rows: Row[]) => ReactNode;
  /** Something that the rows need is not known yet. */
  isWaiting?: boolean;
  /** The name of an exported file says the filters, too. */
  csv: { name: string; fields: CsvField<Row>[] };
  toolbar?: ReactNode;
  /** Says what it means that the unfiltered list is empty. */
  empty: ReactNode;
  refreshMs?: number | false;
}

/** Shows a list with everything around it: filters, order, pages, export, and its loading, empty and error states. */
export function ListView<Row>(props: Props<Row>) {
  const { url, caption, path, isWaiting = false } = props;
  const params = { ...url.params, ...props.fixed };
  const { data, error, isPlaceholderData, isFetching, refetch } = usePage<Row>(path, params, props.refreshMs);
  const shown = useLastGood(data, path);
  const [exportProblem, setExportProblem] = useState<Problem | null>(null);
  const cursor = url.params["cursor"] ?? "";
  const topRef = useScrollToTop(cursor);
  const answered = isPlaceholderData ? undefined : data;
  useWayBack(url, answered);
  const rows = isWaiting ? [] : (shown?.items ?? []);
  const selection = props.checkboxesOf?.(rows);
  // an empty later page does not mean an empty list
  const isEmpty = !isWaiting && cursor === "" && (shown?.total === 0 || answered?.items.length === 0);
  const isLoading = rows.length === 0 && !isEmpty && !error;
  return (
    <section ref={topRef} className={styles.list} aria-label={caption}>
      <div className={styles.toolbar} role="search" aria-label="Filter the list">
        {props.toolbar}
        <div className={styles.actions}>
          {url.filtered && <FluentLink as="button" onClick={url.clearFilters}>Clear filters</FluentLink>}
          <ExportButton {...{ path, params, ...props.csv }} fileName={`${props.csv.name}${filtersIn(url)}.csv`} disabled={rows.length === 0} onProblem={setExportProblem} />
        </div>
      </div>
      {exportProblem && <ListProblem title="The export failed." problem={exportProblem} />}
      {error && (
        <ListProblem
          title={shown ? "The list could not be refreshed." : "The list could not be loaded."}
          problem={problemOf(error)}
          onRetry={() => void refetch()}
          onReset={url.reset}
        />
      )}
      <div className={styles.body} data-loading={isLoading} data-later-page={url.page > 1}>
        {(isLoading || rows.length > 0) && (
          <DataTable
            caption={caption}
            columns={props.columns}
            rows={rows}
            rowKey={props.rowKey}
            {...(selection && { selection })}
            {...(props.rowHref && { rowHref: props.rowHref })}
            sort={url.params["sort"] ?? ""}
            onSort={(sort) => url.change({ sort })}
            skeletonRows={isLoading ? SKELETON_ROWS : 0}
            busy={isLoading || (isPlaceholderData && isFetching)}
          />
        )}
        {isEmpty && url.filtered && (
          <EmptyState title="Nothing matches the filters">
            <FluentLink as="button" onClick={url.clearFilters}>
              Clear the filters
            </FluentLink>{" "}
            to see everything.
          </EmptyState>
        )}
        {isEmpty && !url.filtered && props.empty}
      </div>
      {shown && !isWaiting && (
        <div className={styles.foot}>
          {selection && props.bar?.(rows)}
          <Pager url={url} rows={shown} />
        </div>
      )}
    </section>
  );
}

const NOT_IN_A_NAME = ["sort", "limit", "cursor", "q"];

/** Returns what a file holds, as "_status-Active". */
const filtersIn = ({ params }: ListUrl) =>
  Object.entries(params)
    .map(([name, value]) => (value && !NOT_IN_A_NAME.includes(name) ? `_${name}-${value.replace(/T\d.*/, "")}` : ""))
    .join("");

/** Returns what the list held last: a failure leaves the page as it is. */
function useLastGood<Row>(data: Page<Row> | undefined, path: string): Page<Row> | null {
  const [last, setLast] = useState<{ path: string; page: Page<Row> | null }>({ path, page: data ?? null });
  if (data ? data !== last.page : path !== last.path) setLast({ path, page: data ?? null });
  return data ?? (last.path === path ? last.page : null);
}

/** Leads back from a page that is empty by now. Where the server answers with the first page, the address follows. */
function useWayBack<Row>(url: ListUrl, page: Page<Row> | undefined) {
  const isLost = url.params["cursor"] !== "" && page !== undefined && (page.items.length === 0 || page.prevCursor === null);
  const goBack = useEffectEvent(() => url.goBack(page?.prevCursor ?? null, { replace: true }));
  useEffect(() => {
    if (isLost) goBack();
  }, [isLost, page]);
}

/** Scrolls to the top of the list when the page changes. */
function useScrollToTop(cursor: string) {
  const topRef = useRef<HTMLElement>(null);
  const shownRef = useRef(cursor);
  useEffect(() => {
    if (shownRef.current === cursor) return;
    shownRef.current = cursor;
    topRef.current?.scrollIntoView({ block: "start" });
  }, [cursor]);
  return topRef;
}
