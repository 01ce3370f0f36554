import type { RecordedRun } from "@/api/types";
import { RunText } from "@/components/RunText";

/** Names who or what started a run, and on which server. */
export function StartedBy({ run }: { run: Pick<RecordedRun, "trigger" | "triggeredBy" | "startedBy"> }) {
  const who = run.triggeredBy ?? run.trigger ?? "someone";
  return (
    <>
      <RunText text={who} />
      {who !== run.startedBy && ` on ${run.startedBy}`}
    </>
  );
}
