import { Link } from "react-router";
import type { AccessRequest, DecisionOutcome, Problem } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DecisionProblem, Successor } from "@/decisions/DecisionProblem";
import { OutcomesList } from "@/decisions/OutcomesList";
import { sitePaths, type Decision } from "@/paths";
import type { Platform } from "@/platforms";
import { countOf, formatNumber, shortId } from "@/text/format";
import { grantText } from "@/text/resource";
import styles from "./decisions.module.css";

/** What was done, as in "12 requests extended", and to each. */
const DONE: Record<Decision, [toMany: string, toOne: string]> = {
  extend: ["extended", "Extended"],
  "let-expire": ["set to expire", "Set to expire. No more reminders are sent"],
  "undo-let-expire": ["no longer set to expire", "Reminders continue"],
  revoke: ["revoked", "Revoked"],
  "give-back": ["given back", "Given back"],
};

interface Props {
  platform: Platform;
  decision: Decision;
  requests: AccessRequest[];
  outcomes: DecisionOutcome[];
  busy: boolean;
  /** Why it was not undone. */
  problem: Problem | null;
  /** Takes back what was done to these. */
  onUndo: (ids: DecisionOutcome["id"][]) => void;
  onClose: () => void;
}

/** Lists the outcome for each request, the failures first. */
export default function OutcomesDialog({ platform, decision, requests, outcomes, busy, problem, onUndo, onClose }: Props) {
  const failed = outcomes.filter((outcome) => outcome.problem);
  const done = outcomes.filter((outcome) => !outcome.problem);
  const requestOf = new Map(requests.map((request) => [request.id, request]));
  const canUndo = decision === "let-expire" && done.length > 0;
  return (
    <ConfirmDialog
      open
      title={titleOf(decision, done.length, failed.length)}
      busy={busy}
      cancel="Close"
      {...(canUndo && { confirm: busy ? "Undoing…" : `Undo ${formatNumber(done.length)}` })}
      onConfirm={() => onUndo(done.map(({ id }) => id))}
      onClose={onClose}
    >
      {failed.length > 0 && <p>Failed requests stay selected.</p>}
      <OutcomesList outcomes={outcomes}>
        {(outcome) => <OutcomeLine {...{ platform, decision, outcome }} request={requestOf.get(outcome.id)} />}
      </OutcomesList>
      <DecisionProblem title="Nothing was changed." platform={platform} problem={problem} />
    </ConfirmDialog>
  );
}

interface LineProps {
  platform: Platform;
  decision: Decision;
  outcome: DecisionOutcome;
  request: AccessRequest | undefined;
}

function OutcomeLine({ platform, decision, outcome: { id, problem, successorId }, request }: LineProps) {
  return (
    <>
      <span className={styles.request}>
        <Link to={sitePaths.request(platform, id)}>#{shortId(id)}</Link>
        {request && ` ${request.requestedByEmail}: ${grantText(platform, request)}`}
      </span>
      {problem ? (
        <span>
          <strong>Failed.</strong> {problem.detail}
          <Successor platform={platform} id={successorId} />
        </span>
      ) : (
        <span>
          {DONE[decision][1]}
          {successorId !== null && (
            <>
              {": "}
              <Link to={sitePaths.request(platform, successorId)}>request #{shortId(successorId)}</Link>
            </>
          )}
        </span>
      )}
    </>
  );
}

function titleOf(decision: Decision, done: number, failed: number): string {
  const [word] = DONE[decision];
  return failed ? `${formatNumber(done)} of ${countOf(done + failed, "request")} ${word}` : `${countOf(done, "request")} ${word}`;
}
