import { ConfirmDialog } from "@/components/ConfirmDialog";
import { AffectedRequests } from "@/decisions/AffectedRequests";
import { DecisionProblem } from "@/decisions/DecisionProblem";
import type { DialogProps } from "@/decisions/dialogProps";
import { PLATFORMS } from "@/platforms";
import { countOf, formatDate } from "@/text/format";
import styles from "./decisions.module.css";

/** Asks before requests are left to expire. */
export function LetExpireDialog({ platform, requests, busy, problem, onConfirm, onClose }: DialogProps) {
  const [first] = requests;
  const count = countOf(requests.length, "request");
  const oneEnd = requests.length === 1 && first?.expiresOn;
  return (
    <ConfirmDialog
      open
      title={oneEnd ? `Let this access expire on ${formatDate(oneEnd)}?` : `Let ${count} on ${PLATFORMS[platform].title} expire?`}
      busy={busy}
      confirm={busy ? "Saving…" : oneEnd ? "Let it expire" : `Let ${count} expire`}
      onConfirm={() => onConfirm("let-expire")}
      onClose={onClose}
    >
      <div className={styles.form}>
        <AffectedRequests platform={platform} requests={requests} />
        <p>
          No more reminders are sent.{" "}
          {oneEnd ? "The access is revoked after its expiry date." : "Each access is revoked after its own expiry date."} You can
          undo this until then.
        </p>
        <DecisionProblem title="Nothing was changed." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}
