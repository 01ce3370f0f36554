import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { LastRun } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";
import type { Outcome } from "@/hooks/jobWatch";
import { formatMoment } from "@/time";

interface Props<Result> {
  outcome: Outcome<Result> | null;
  /** What the job did to a request, as in "12 notified". */
  doneWord: string;
  /** The one-line summary of an answered run, and whether it went entirely well. */
  summarize: (result: Result) => { text: ReactNode; flawless: boolean };
}

/** What became of the run that was watched or asked for here. */
export function OutcomeMessage<Result>({ outcome, doneWord, summarize }: Props<Result>) {
  const calm = outcome && calmText(outcome, doneWord, summarize);
  return (
    <>
      <div role="status">
        {calm && (
          <MessageBar intent={calm.intent} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{calm.title}</MessageBarTitle> {calm.text}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {outcome && <Failure outcome={outcome} />}
    </>
  );
}

interface CalmText {
  intent: "success" | "warning";
  title: string;
  text: ReactNode;
}

function calmText<Result>(
  outcome: Outcome<Result>,
  doneWord: string,
  summarize: Props<Result>["summarize"],
): CalmText | null {
  if (outcome.kind === "answered") {
    const { text, flawless } = summarize(outcome.result);
    return { intent: flawless ? "success" : "warning", title: "The run completed.", text };
  }
  if (outcome.kind !== "ended") return null;
  if (outcome.run === null) return { intent: "success", title: "The run has ended.", text: null };
  const { status, processedCount, failedCount, error } = outcome.run;
  if (status !== "Completed") return null;
  const counts = `${processedCount ?? 0} ${doneWord}, ${failedCount ?? 0} failed.`;
  return {
    intent: failedCount || error ? "warning" : "success",
    title: "The run completed.",
    text: error ? `${counts} ${error}` : counts,
  };
}

function Failure({ outcome }: { outcome: Outcome<unknown> }) {
  switch (outcome.kind) {
    case "conflict":
      return <ProblemMessage title="The job is already running." problem={conflictText(outcome)} />;
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

function conflictText({ problem, activeJob }: Extract<Outcome<unknown>, { kind: "conflict" }>) {
  if (!activeJob) return problem;
  const startedBy = `It was started by ${activeJob.startedBy} at ${formatMoment(activeJob.startedAt)}`;
  const triggeredBy = activeJob.triggeredBy ? `, triggered by ${activeJob.triggeredBy}` : "";
  return { ...problem, detail: `${startedBy}${triggeredBy}. Nothing was started twice.` };
}

function EndedBadly({ run }: { run: LastRun }) {
  const status = { title: run.status, status: 0 };
  if (run.status === "Failed") {
    const detail = `${run.error ?? "No reason was recorded."} What it had finished stands; run it again for the rest.`;
    return <ProblemMessage title="The run failed." problem={{ ...status, detail }} />;
  }
  if (run.status === "Abandoned") {
    return <ProblemMessage title="The run was abandoned." problem={{ ...status, detail: abandonedText(run) }} />;
  }
  return null;
}

export function abandonedText(run: LastRun): string {
  const since = run.heartbeatAt ? ` at ${formatMoment(run.heartbeatAt)}` : "";
  return `Its server stopped answering${since}. What it had recorded stands; the next run takes over the rest.`;
}
