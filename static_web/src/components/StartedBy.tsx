import type { RecordedRun } from "@/api/types";
import { RunText } from "@/components/RunText";

/** Who or what started a run, and where: a person by name, a machine by what it is. */
export function StartedBy({ run }: { run: Pick<RecordedRun, "trigger" | "triggeredBy" | "startedBy"> }) {
  const who = run.triggeredBy ?? run.trigger ?? "somebody";
  return (
    <>
      <RunText text={who} />
      {who !== run.startedBy && ` on ${run.startedBy}`}
    </>
  );
}
