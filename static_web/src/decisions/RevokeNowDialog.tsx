import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { AffectedRequests } from "@/decisions/AffectedRequests";
import { DecisionProblem, errorAt } from "@/decisions/DecisionProblem";
import type { DialogProps } from "@/decisions/dialogProps";
import { ReasonField } from "@/decisions/ReasonField";
import { RevokeEffect } from "@/decisions/RevokeEffect";
import { PLATFORMS } from "@/platforms";
import { countOf } from "@/text/format";
import styles from "./decisions.module.css";

/** Asks before access is revoked ahead of its expiry date. */
export function RevokeNowDialog({ platform, requests, busy, problem, onConfirm, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const [isJudged, setJudged] = useState(false);
  const isOne = requests.length === 1;
  const count = countOf(requests.length, "request");
  const reasonError = reason.trim() ? null : "Say why the access is revoked.";
  const confirm = () => {
    setJudged(true);
    if (!reasonError) onConfirm("revoke", { reason: reason.trim() });
  };
  return (
    <ConfirmDialog
      open
      title={isOne ? "Revoke this access now?" : `Revoke ${count} on ${PLATFORMS[platform].title} now?`}
      busy={busy}
      danger
      confirm={busy ? "Revoking…" : isOne ? "Revoke now" : `Revoke ${count}`}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={styles.form}>
        <AffectedRequests platform={platform} requests={requests} />
        <RevokeEffect platform={platform} isOne={isOne} />
        <ReasonField
          label="Reason"
          value={reason}
          error={(isJudged ? reasonError : null) ?? errorAt(problem, "reason")}
          onChange={setReason}
        />
        <DecisionProblem title="Nothing was revoked." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}
