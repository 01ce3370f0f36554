import { Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { AffectedRequests } from "@/decisions/AffectedRequests";
import { DecisionProblem, errorAt } from "@/decisions/DecisionProblem";
import { canLetExpire } from "@/decisions/decisionRules";
import type { DialogProps } from "@/decisions/dialogProps";
import { ReasonField } from "@/decisions/ReasonField";
import { RevokeEffect } from "@/decisions/RevokeEffect";
import { useNow } from "@/hooks/useNow";
import { formatDate } from "@/text/format";
import styles from "./decisions.module.css";

type When = "atItsDate" | "now";

/** Asks when access that a person no longer needs ends. */
export function GiveUpDialog({ platform, requests, busy, problem, onConfirm, onClose }: DialogProps) {
  const now = useNow();
  const end = requests.every((request) => canLetExpire(request, now)) ? requests[0]?.expiresOn : null;
  const [when, setWhen] = useState<When>(end ? "atItsDate" : "now");
  const [reason, setReason] = useState("No longer needed");
  const isNow = when === "now";
  const reasonError = reason.trim() ? null : "Say why you no longer need it.";
  const confirm = () => {
    if (!isNow) onConfirm("let-expire");
    else if (!reasonError) onConfirm("revoke", { reason: reason.trim() });
  };
  return (
    <ConfirmDialog
      open
      title="Give up this access?"
      busy={busy}
      danger={isNow}
      confirm={busy ? "Saving…" : isNow ? "Revoke now" : "Let it expire"}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={styles.form}>
        <AffectedRequests platform={platform} requests={requests} />
        {end && (
          <RadioGroup aria-label="When the access ends" value={when} onChange={(_, { value }) => setWhen(value as When)}>
            <Radio data-first-focus value="atItsDate" label={`Let it expire on ${formatDate(end)}`} />
            <Radio value="now" label="Revoke it now" />
          </RadioGroup>
        )}
        {isNow ? (
          <>
            <RevokeEffect platform={platform} isOne />
            <ReasonField label="Reason" value={reason} error={reasonError ?? errorAt(problem, "reason")} onChange={setReason} />
          </>
        ) : (
          <p>No more reminders are sent. The access is revoked after its expiry date. You can undo this until then.</p>
        )}
        <DecisionProblem title="Nothing was changed." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}
