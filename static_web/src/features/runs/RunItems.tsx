import { Link, useSearchParams } from "react-router";
import type { RunDetails, RunItem, RunOutcome } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { SearchField } from "@/components/SearchField";
import { ITEM_COLUMNS, itemCsv } from "@/features/runs/itemColumns";
import { formatNumber } from "@/format";
import { ListView } from "@/lists/ListView";
import { useListUrl } from "@/lists/useListUrl";
import { apiPaths, sitePaths } from "@/paths";
import styles from "./runs.module.css";

const ITEM_LIST = { sort: "at", q: "" };
const TITLES: Record<RunOutcome, string> = { notified: "Reminded", revoked: "Marked as revoked", failed: "Failed" };

/** What a run did, a tab for each outcome. The tab is in the URL like everything else of the list. */
export function RunItems({ run, refreshMs }: { run: RunDetails; refreshMs: number | false }) {
  const [search] = useSearchParams();
  const url = useListUrl(ITEM_LIST);
  const asked = search.get("outcome");
  const outcome = (run.outcomes.find((each) => each.outcome === asked) ?? run.outcomes[0])?.outcome ?? "failed";
  return (
    <>
      <nav className={styles.tabs} aria-label="Outcomes of the run">
        {run.outcomes.map(({ outcome: each, count }) => (
          <Link
            key={each}
            to={sitePaths.run(run.jobId, { outcome: each })}
            preventScrollReset
            aria-current={each === outcome ? "page" : undefined}
          >
            {titleOf(run, each)} ({formatNumber(count)})
          </Link>
        ))}
      </nav>
      <ListView<RunItem>
        key={outcome}
        path={apiPaths.runItems(run.jobId)}
        fixed={{ outcome }}
        url={url}
        caption={titleOf(run, outcome)}
        columns={ITEM_COLUMNS[outcome](run.platform)}
        rowKey={({ requestId, attempted }) => `${requestId} ${attempted}`}
        rowHref={({ requestId }) => sitePaths.request(run.platform, requestId)}
        csv={{ fileName: `run-${run.jobId}-${outcome}.csv`, fields: itemCsv(run.jobId) }}
        toolbar={
          <div className={styles.search}>
            <SearchField
              placeholder="Email"
              committed={url.params["q"] ?? ""}
              onCommit={(q) => url.change({ q }, { replace: true })}
            />
          </div>
        }
        empty={<Nothing run={run} outcome={outcome} />}
        refreshMs={refreshMs}
      />
    </>
  );
}

const titleOf = (run: RunDetails, outcome: RunOutcome) =>
  run.kind === "AccessCheck" ? "Not as recorded" : TITLES[outcome];

function Nothing({ run, outcome }: { run: RunDetails; outcome: RunOutcome }) {
  const isLive = run.status === "InProgress";
  if (run.kind === "AccessCheck") {
    return <EmptyState title="Everything is as recorded">{isLive ? "So far." : "Good news."}</EmptyState>;
  }
  if (outcome === "failed") return <EmptyState title="Nothing failed">{isLive ? "So far." : "Good news."}</EmptyState>;
  return (
    <EmptyState title={isLive ? "Nothing is on record yet" : "Nothing is on record"}>
      {isLive ? "What is done shows here within seconds." : "This run had nothing to do, or ended before it did anything."}
    </EmptyState>
  );
}
