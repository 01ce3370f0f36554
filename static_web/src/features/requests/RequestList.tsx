import { Link as FluentLink } from "@fluentui/react-components";
import { useState, type ReactNode } from "react";
import { problemOf } from "@/api/http";
import type { Problem } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ProblemMessage } from "@/components/ProblemMessage";
import { LIST_COLUMNS } from "@/features/requests/columns";
import { ExportButton } from "@/features/requests/ExportButton";
import { ListToolbar } from "@/features/requests/ListToolbar";
import { Pager } from "@/features/requests/Pager";
import { useListState } from "@/hooks/useListState";
import { usePreviousCursor, useRequestList } from "@/hooks/useRequestList";
import type { ListName } from "@/paths";
import type { Platform } from "@/platforms";
import styles from "./RequestList.module.css";

const SKELETON_ROWS = 8;

interface Props {
  platform: Platform;
  list: ListName;
  caption: string;
  /** What it means that nothing is in the unfiltered list. */
  empty: ReactNode;
}

/** A list with everything around it: filters, order, pages, export, and its loading, empty and error states. */
export function RequestList({ platform, list, caption, empty }: Props) {
  const state = useListState();
  const { params, filtered } = state;
  const { data, error, isPending, isPlaceholderData, refetch } = useRequestList(platform, list, params);
  const previousCursor = usePreviousCursor(platform, list, params);
  const [exportProblem, setExportProblem] = useState<Problem | null>(null);
  const rows = data?.items ?? [];
  const isEmpty = data !== undefined && rows.length === 0;
  return (
    <section className={styles.list} aria-label={caption}>
      <ListToolbar state={state} withStatus={list === "requests"}>
        <ExportButton
          platform={platform}
          list={list}
          params={params}
          disabled={rows.length === 0}
          onProblem={setExportProblem}
        />
      </ListToolbar>
      {params.id && <p className={styles.note}>Only the request with id {params.id} is shown.</p>}
      {exportProblem && <ProblemMessage title="The export failed." problem={exportProblem} />}
      {error && (
        <ProblemMessage
          title={data ? "The list could not be refreshed." : "The list could not be loaded."}
          problem={problemOf(error)}
          onRetry={() => void refetch()}
        />
      )}
      <div className={styles.body} data-later-page={state.page > 1}>
        {(isPending || rows.length > 0) && (
          <DataTable
            caption={caption}
            columns={LIST_COLUMNS[list]}
            rows={rows}
            rowKey={(row) => row.id}
            sort={params.sort}
            onSort={(sort) => state.change({ sort })}
            skeletonRows={isPending ? SKELETON_ROWS : 0}
            busy={isPending || isPlaceholderData}
          />
        )}
        {isEmpty && filtered && (
          <EmptyState title="No request matches the filters">
            <FluentLink as="button" onClick={state.clearFilters}>
              Clear the filters
            </FluentLink>{" "}
            to see all of them.
          </EmptyState>
        )}
        {isEmpty && !filtered && empty}
      </div>
      {data && (
        <Pager
          state={state}
          shown={rows.length}
          total={data.total}
          totalIsExact={data.totalIsExact}
          previousCursor={previousCursor}
          nextCursor={data.nextCursor}
        />
      )}
    </section>
  );
}
