import { useState } from "react";
import type { Problem } from "@/api/types";
import type { JobControl } from "@/features/jobs/useJobStatus";

export interface ConfirmedRun<Result> {
  /** What the rest of the page shows: the dialog tells a refusal. */
  control: JobControl<Result>;
  isMounted: boolean;
  isOpen: boolean;
  isLocked: boolean;
  refusal: Problem | null;
  ask: () => void;
  confirm: (query?: URLSearchParams) => void;
  close: () => void;
}

/** Starts a run from a dialog, which stays until the run has begun, or says why it has not. */
export function useConfirmedRun<Result>(control: JobControl<Result>, asksAtOnce = false): ConfirmedRun<Result> {
  const [dialog, setDialog] = useState<"closed" | "asking" | "sent">(asksAtOnce ? "asking" : "closed");
  const { jobStatus, loading, outcome } = control;
  const isLocked = jobStatus?.isLocked === true;
  const refusal = dialog === "sent" && outcome?.kind === "refused" ? outcome.problem : null;
  return {
    control: refusal ? { ...control, outcome: null } : control,
    isMounted: dialog !== "closed",
    // once the run has begun, the banner tells of it; the dialog is left only by an answer or by its Cancel
    isOpen: dialog === "asking" || (dialog === "sent" && !isLocked && (loading || refusal !== null)),
    isLocked,
    refusal,
    ask: () => setDialog("asking"),
    confirm: (query) => {
      setDialog("sent");
      control.trigger(query);
    },
    close: () => setDialog("closed"),
  };
}
