import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { RunChain, RunDetails } from "@/api/types";
import { Heartbeat } from "@/components/Heartbeat";
import { ProgressBar } from "@/components/ProgressBar";
import { RunText } from "@/components/RunText";
import { StartedBy } from "@/components/StartedBy";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment, TickingAge } from "@/components/TimeText";
import { sitePaths } from "@/paths";
import { countOf, formatDuration, formatNumber, shortId } from "@/text/format";
import { doneText, durationText, failedText, isUnderWay, neverStarted, noteOf } from "@/text/jobs";
import { runStatus } from "@/text/statuses";
import styles from "./runs.module.css";

/** Says how a run stands or went. Changes of its status are announced; progress and age are not. */
export function RunSummary({ run, readAt }: { run: RunDetails; readAt: number }) {
  const total = run.totalCount ?? 0;
  const done = (run.processedCount ?? 0) + (run.failedCount ?? 0);
  const isLive = isUnderWay(run);
  return (
    <section className={styles.summary} aria-label="How the run went">
      <div className={styles.head}>
        <div role="status">
          <StatusBadge {...runStatus(run)} />
        </div>
        <span>
          {run.status === "Queued" || neverStarted(run) ? "Queued" : "Started"} <Moment iso={run.startedAt} inline /> by{" "}
          <StartedBy run={run} />,{" "}
          {durationText(run) ? (
            `${durationText(run)}.`
          ) : (
            <TickingAge since={run.startedAt}>
              {(age) => `${run.status === "Queued" ? "waiting" : "running"} for ${formatDuration(age)}.`}
            </TickingAge>
          )}
        </span>
        {isLive && <Heartbeat run={run} readAt={readAt} />}
      </div>
      <Chain run={run} />
      <ProgressBar
        aria-label="Progress of the run"
        {...((total > 0 || !isLive) && { value: run.totalCount === 0 ? 1 : Math.min(done, total), max: total || 1 })}
      />
      <p>{countsText(run)}</p>
      <Ending run={run} />
    </section>
  );
}

function countsText(run: RunDetails): string {
  if (run.totalCount === null) {
    return isUnderWay(run) ? "The number of requests is not known yet." : "It ended before the number of requests was known.";
  }
  const parts = [
    doneText(run.kind, run.processedCount ?? 0, run.seenGoneCount),
    failedText(run.kind, run.failedCount ?? 0),
  ];
  const notKnown = run.notKnownCount ?? 0;
  if (notKnown) parts.push(`${formatNumber(notKnown)} not known`);
  const left = (run.leftCount ?? 0) - notKnown;
  if (left) parts.push(`${formatNumber(left)} ${run.status === "InProgress" ? "to go" : "not tried"}`);
  return `${countOf(run.totalCount, "request")} ${run.kind === "AccessCheck" ? "to check" : "found due"}: ${parts.join(", ")}.`;
}

/** Links a run to the runs before and after it that share its work. */
function Chain({ run: { kind, chain, continuesJobId, continuedByJobId } }: { run: RunDetails }) {
  if (!continuesJobId && !continuedByJobId) return null;
  return (
    <p className={styles.chain}>
      {continuesJobId && <Link to={sitePaths.run(continuesJobId)}>Continues run {shortId(continuesJobId)}</Link>}
      {continuedByJobId && <Link to={sitePaths.run(continuedByJobId)}>Continued by run {shortId(continuedByJobId)}</Link>}
      {chain && <span>All {countOf(chain.runCount, "run")} together: {chainText(kind, chain)}</span>}
    </p>
  );
}

function chainText(kind: RunDetails["kind"], { totalCount, processedCount, failedCount, leftCount }: RunChain): string {
  const parts = [doneText(kind, processedCount), failedText(kind, failedCount)];
  if (leftCount) parts.push(`${formatNumber(leftCount)} left`);
  return `${countOf(totalCount, "request")} found due, ${parts.join(", ")}.`;
}

/** Says what the end of a run means, and what to do. */
function Ending({ run }: { run: RunDetails }) {
  const { status, error, cancelledBy } = run;
  const note = noteOf(run);
  const rest = neverStarted(run)
    ? "Due requests stay due for the next run."
    : "Recorded items stay as they are. The rest stays due for the next run.";
  switch (status) {
    case "Failed":
      return <Note intent="error" title="The run failed."><RunText text={error ?? "No reason was recorded."} /> {rest}</Note>;
    case "Abandoned":
      return <Note intent="error" title="The run was abandoned."><RunText text={error ?? "Its server stopped responding."} /> {rest}</Note>;
    case "Cancelled":
      return <Note intent="warning" title={`Cancelled by ${cancelledBy ?? "someone"}.`}>{rest}</Note>;
    case "Queued":
      return null;
    case "InProgress":
      return cancelledBy && <Note intent="warning" title={`${cancelledBy} cancelled this run.`}>It stops at its next item.</Note>;
    case "Completed":
      // what failed has its own list
      if (!run.leftCount || !note) return null;
      if (run.resumesAt) return <Note intent="info" title="Not finished yet:">{note}</Note>;
      return <Note intent="warning" title="Left undone:">{note}</Note>;
  }
}

function Note({ intent, title, children }: { intent: "error" | "warning" | "info"; title: string; children: ReactNode }) {
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {children}
      </MessageBarBody>
    </MessageBar>
  );
}
