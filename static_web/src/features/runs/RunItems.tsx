import { Link, useSearchParams } from "react-router";
import type { RunDetails, RunItem, RunOutcome } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { SearchField } from "@/components/SearchField";
import { ITEM_COLUMNS, itemCsv } from "@/features/runs/itemColumns";
import { ListView } from "@/lists/ListView";
import { useListUrl } from "@/lists/useListUrl";
import { apiPaths, sitePaths } from "@/paths";
import { formatNumber } from "@/text/format";
import { isUnderWay } from "@/text/jobs";
import styles from "./runs.module.css";

const ITEM_LIST = { sort: "at", q: "" };
const TITLES: Record<RunOutcome, string> = {
  notified: "Reminded",
  revoked: "Marked as revoked",
  failed: "Failed",
  notKnown: "Not known",
  found: "New findings",
  ended: "Ended findings",
};

/** Lists what a run did, with a tab for each outcome. The tab is in the URL, like all of the list's state. */
export function RunItems({ run, refreshMs }: { run: RunDetails; refreshMs: number | false }) {
  const [search] = useSearchParams();
  const url = useListUrl(ITEM_LIST);
  const outcome = outcomeOf(run, search.get("outcome"));
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
        rowKey={({ requestId, attempted, findingId }) => `${requestId} ${attempted} ${findingId}`}
        rowHref={({ requestId }) => (requestId === null ? sitePaths.run(run.jobId, { outcome }) : sitePaths.request(run.platform, requestId))}
        csv={{ name: `run-${run.jobId}-${outcome}`, fields: itemCsv(run.jobId) }}
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

/** Returns the outcome that the URL names; otherwise the first, or, once the run has ended, the first that has rows. */
function outcomeOf(run: RunDetails, asked: string | null): RunOutcome {
  const { outcomes } = run;
  const filled = isUnderWay(run) ? undefined : outcomes.find(({ count }) => count > 0);
  return (outcomes.find((each) => each.outcome === asked) ?? filled ?? outcomes[0])?.outcome ?? "failed";
}

const titleOf = (run: RunDetails, outcome: RunOutcome) =>
  run.kind === "AccessCheck" && outcome === "failed" ? "Not checked" : TITLES[outcome];

function Nothing({ run, outcome }: { run: RunDetails; outcome: RunOutcome }) {
  if (run.status === "Queued") return <EmptyState title="Nothing recorded yet">The run has not started.</EmptyState>;
  if (outcome === "found") return <EmptyState title="Nothing new differs from the records">{reachText(run)}</EmptyState>;
  if (outcome === "ended") return <EmptyState title="No finding ended">{reachText(run)}</EmptyState>;
  if (outcome === "failed") return <EmptyState title="Nothing failed">{reachText(run)}</EmptyState>;
  if (isUnderWay(run)) {
    return <EmptyState title="Nothing recorded yet">Finished items appear here within seconds.</EmptyState>;
  }
  return <EmptyState title="Nothing recorded">{whyNothing(run)}</EmptyState>;
}

/** Says for how much of a run's work the empty list is true. */
function reachText(run: RunDetails): string {
  if (isUnderWay(run)) return "This is true so far.";
  return run.status === "Completed" && !run.leftCount ? "No action is needed." : "This is true for the part that it did.";
}

function whyNothing({ totalCount, failedCount }: RunDetails): string {
  if (totalCount === 0) return "This run had nothing to do.";
  return failedCount ? "Everything that this run tried failed." : "This run ended before it did anything.";
}
