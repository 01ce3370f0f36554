import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { Link } from "react-router";
import type { LastRun } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";
import type { Outcome } from "@/features/jobs/jobWatch";
import { abandonedText, countsOfRun, countsText, type RunCounts, type SeenGone } from "@/features/jobs/runCounts";
import { sitePaths, type JobKind } from "@/paths";
import { formatMoment } from "@/text/format";
import { noteOf, triggerText } from "@/text/jobs";

interface Props<Result> {
  job: JobKind;
  outcome: Outcome<Result> | null;
  /** The figures of an answered run. */
  countsOf: (result: Result) => RunCounts;
  seenGoneBy: SeenGone;
}

/** Says how the run ended that was watched or started here. */
export function OutcomeMessage<Result>({ job, outcome, countsOf, seenGoneBy }: Props<Result>) {
  const counts = outcome && completedCounts(outcome, countsOf);
  return (
    <>
      <div role="status">
        {counts && (
          <MessageBar intent={counts.failed || counts.left ? "warning" : "success"} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>The run completed.</MessageBarTitle> {countsText(job, counts, seenGoneBy(counts.jobId))}{" "}
              {counts.left > 0 && outcome?.kind === "ended" && outcome.run && `${noteOf(outcome.run) ?? ""} `}
              <Link to={sitePaths.run(counts.jobId)}>See the run</Link>
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {outcome && <Failure outcome={outcome} />}
    </>
  );
}

function completedCounts<Result>(outcome: Outcome<Result>, countsOf: Props<Result>["countsOf"]): RunCounts | null {
  if (outcome.kind === "answered") return countsOf(outcome.result);
  return outcome.kind === "ended" && outcome.run?.status === "Completed" ? countsOfRun(outcome.run) : null;
}

function Failure({ outcome }: { outcome: Outcome<unknown> }) {
  switch (outcome.kind) {
    case "conflict": {
      const { problem, activeJob } = outcome;
      if (!activeJob) return <ProblemMessage title="The job is already running." problem={problem} />;
      const detail = `It was started by ${activeJob.startedBy} at ${formatMoment(activeJob.startedAt)}${by(activeJob.triggeredBy)}. No second run was started.`;
      return (
        <ProblemMessage title="The job is already running." problem={{ ...problem, detail }}>
          {" "}
          <Link to={sitePaths.run(activeJob.jobId)}>See the run</Link>
        </ProblemMessage>
      );
    }
    case "refused":
      return <ProblemMessage title="The job was not started." problem={outcome.problem} />;
    case "notStarted":
      return (
        <ProblemMessage title="No run was started." problem={outcome.problem}>
          {" "}
          The status shows no new run, so nothing was done. You can try again.
        </ProblemMessage>
      );
    case "ended":
      return outcome.run && <EndedBadly run={outcome.run} />;
    case "answered":
      return null;
  }
}

const by = (triggeredBy: string | null) => (triggeredBy ? `, triggered by ${triggerText(triggeredBy)}` : "");

const BAD_ENDS: Partial<Record<LastRun["status"], [title: string, detail: (run: LastRun) => string]>> = {
  Failed: [
    "The run failed.",
    ({ error }) => `${error ?? "No reason was recorded."} Finished items stay as they are. Run it again for the rest.`,
  ],
  Abandoned: ["The run was abandoned.", abandonedText],
  Cancelled: ["The run was cancelled.", () => "Finished items stay as they are. Run it again for the rest."],
};

function EndedBadly({ run }: { run: LastRun }) {
  const end = BAD_ENDS[run.status];
  if (!end) return null;
  const [title, detail] = end;
  return (
    <ProblemMessage title={title} problem={{ title: run.status, status: 0, detail: detail(run) }}>
      {" "}
      <Link to={sitePaths.run(run.jobId)}>See the run</Link>
    </ProblemMessage>
  );
}
