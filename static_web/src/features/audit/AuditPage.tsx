import { Button } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { problemOf } from "@/api/http";
import { readPage, type ListParams } from "@/api/lists";
import type { AuditEvent, Pages, Problem } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { PeriodFields } from "@/components/PeriodFields";
import { SelectField } from "@/components/SelectField";
import { AUDIT_COLUMNS, AUDIT_CSV, EVENT_TITLES } from "@/features/audit/auditColumns";
import { retryAfterOutage } from "@/hooks/useApi";
import { useNow } from "@/hooks/useNow";
import { ExportButton } from "@/lists/ExportButton";
import { ListProblem } from "@/lists/ListProblem";
import listStyles from "@/lists/lists.module.css";
import { useListUrl, type ListUrl } from "@/lists/useListUrl";
import { apiPaths } from "@/paths";
import { PLATFORM_CHOICES } from "@/platforms";
import { DAY_MS, formatNumber } from "@/text/format";

const SHOWN_AT_ONCE = "100";
const EXPORTED_AT_ONCE = 10_000;
const DEFAULT_DAYS = 30;
const SKELETON_ROWS = 12;

const AUDIT_LIST = { sort: "", event: "", platform: "", to: "" };
const dayOf = (moment: string) => moment.slice(0, 10);
const ANY = { "": "Any" };


/** Shows all events of a period, the oldest first, for reviewers and auditors. */
export function AuditPage() {
  const today = useNow(DAY_MS);
  const now = new Date(today).toISOString();
  const list = useMemo(() => ({ ...AUDIT_LIST, from: new Date(today - DEFAULT_DAYS * DAY_MS).toISOString() }), [today]);
  const url = useListUrl(list);
  const { event = "", platform = "", from = "", to = "" } = url.params;
  const params: ListParams = { event, platform, from, to };
  const [exportProblem, setExportProblem] = useState<Problem | null>(null);
  const audit = useInfiniteQuery({
    queryKey: ["api", apiPaths.audit, params],
    queryFn: ({ signal, pageParam }) =>
      readPage<AuditEvent, Pages<AuditEvent>>(
        apiPaths.audit,
        { ...params, limit: SHOWN_AT_ONCE, cursor: pageParam },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => retryAfterOutage(state.error),
  });
  const { data, error, isPending, isFetchingNextPage } = audit;
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeader title="Audit">All events in a period: requests, reminders, decisions, revocations and failures.</PageHeader>
      <section className={listStyles.list} aria-label="Audit events">
        <div className={listStyles.toolbar} role="search" aria-label="Filter the list">
          <AuditFilters url={url} standingFrom={list.from} />
          <div className={listStyles.actions}>
            <ExportButton
              path={apiPaths.audit}
              params={params}
              fields={AUDIT_CSV}
              limit={EXPORTED_AT_ONCE}
              fileName={`${["audit", platform, event, dayOf(from), "to", dayOf(to || now)].filter(Boolean).join("_")}.csv`}
              disabled={rows.length === 0}
              onProblem={setExportProblem}
            />
          </div>
        </div>
        {exportProblem && <ListProblem title="The export failed." problem={exportProblem} />}
        {error && (
          <ListProblem
            title="The audit could not be loaded."
            problem={problemOf(error)}
            onRetry={() => void audit.refetch()}
            onReset={url.reset}
          />
        )}
        <div className={listStyles.body} data-loading={isPending}>
          {(isPending || rows.length > 0) && (
            <DataTable
              caption="Audit events"
              columns={AUDIT_COLUMNS}
              rows={rows}
              rowKey={({ at, event: what, requestId, jobId, attempted }) => [at, what, requestId, jobId, attempted].join()}
              skeletonRows={isPending ? SKELETON_ROWS : 0}
              busy={isPending}
            />
          )}
          {data && rows.length === 0 && (
            <EmptyState title="No events in this period">Choose an earlier start date to see more.</EmptyState>
          )}
        </div>
        {rows.length > 0 && (
          <div className={listStyles.foot}>
            <div className={listStyles.pager}>
              <span className={listStyles.range}>
                {formatNumber(rows.length)}
                {audit.hasNextPage ? " so far" : " in total"}
              </span>
              {audit.hasNextPage && (
                <Button disabledFocusable={isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                  {isFetchingNextPage ? "Loading…" : "Show more"}
                </Button>
              )}
            </div>
          </div>
        )}
      </section>
    </>
  );
}

function AuditFilters({ url: { params, change }, standingFrom }: { url: ListUrl; standingFrom: string }) {
  const { event = "", platform = "", from = "", to = "" } = params;
  return (
    <>
      <PeriodFields
        label="Date"
        from={from}
        to={to}
        standingFrom={standingFrom}
        onChange={(first, last) => change({ from: first, to: last }, { replace: true })}
      />
      <SelectField
        label="Event"
        value={event}
        choices={{ ...ANY, ...EVENT_TITLES }}
        onChange={(value) => change({ event: value })}
      />
      <SelectField
        label="Platform"
        value={platform}
        choices={{ ...ANY, ...PLATFORM_CHOICES }}
        onChange={(value) => change({ platform: value })}
      />
    </>
  );
}
