import { ConfirmDialog } from "@/components/ConfirmDialog";
import { AffectedRequests } from "@/decisions/AffectedRequests";
import { DecisionProblem } from "@/decisions/DecisionProblem";
import type { DialogProps } from "@/decisions/dialogProps";
import { PLATFORMS } from "@/platforms";
import { countOf, formatDate } from "@/text/format";
import styles from "./decisions.module.css";

/** Asks before requests are left to end at their dates. */
export function LetExpireDialog({ platform, requests, busy, problem, onConfirm, onClose }: DialogProps) {
  const [first] = requests;
  const count = countOf(requests.length, "request");
  const oneEnd = requests.length === 1 && first?.expiresOn;
  return (
    <ConfirmDialog
      open
      title={oneEnd ? `Let this access end on ${formatDate(oneEnd)}?` : `Let ${count} on ${PLATFORMS[platform].title} expire?`}
      busy={busy}
      confirm={busy ? "Recording…" : oneEnd ? "Let it expire" : `Let ${count} expire`}
      onConfirm={() => onConfirm("let-expire")}
      onClose={onClose}
    >
      <div className={styles.form}>
        <AffectedRequests platform={platform} requests={requests} />
        <p>
          {oneEnd
            ? "It has been looked at: nobody is reminded of it any more, and it is revoked when its date has passed."
            : "They have been looked at: nobody is reminded of them any more, and each is revoked when its date has passed."}{" "}
          Until then this can be undone.
        </p>
        <DecisionProblem title="Nothing was recorded." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}
