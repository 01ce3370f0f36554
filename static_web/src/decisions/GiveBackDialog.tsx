import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { AffectedRequests } from "@/decisions/AffectedRequests";
import { DecisionProblem, errorAt } from "@/decisions/DecisionProblem";
import type { DialogProps } from "@/decisions/dialogProps";
import { ReasonField } from "@/decisions/ReasonField";
import { PLATFORMS } from "@/platforms";
import { countOf } from "@/text/format";
import styles from "./decisions.module.css";

/** Asks before access that people should have is given to them again. */
export function GiveBackDialog({ platform, requests, busy, problem, onConfirm, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const [isJudged, setJudged] = useState(false);
  const isOne = requests.length === 1;
  const { title } = PLATFORMS[platform];
  const count = countOf(requests.length, "grant");
  const reasonError = reason.trim() ? null : "Say why the access is given back.";
  const confirm = () => {
    setJudged(true);
    if (!reasonError) onConfirm("give-back", { reason: reason.trim() });
  };
  return (
    <ConfirmDialog
      open
      title={isOne ? "Give this access back?" : `Give back ${count} on ${title}?`}
      busy={busy}
      confirm={busy ? "Giving back…" : isOne ? "Give back" : `Give back ${count}`}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={styles.form}>
        <AffectedRequests platform={platform} requests={requests} />
        <p>
          {isOne ? "The grant is" : "The grants are"} given again in {title}. Only what is confirmed there is recorded as given
          back.
        </p>
        <ReasonField
          label="Reason"
          value={reason}
          error={(isJudged ? reasonError : null) ?? errorAt(problem, "reason")}
          onChange={setReason}
        />
        <DecisionProblem title="Nothing was given back." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}
