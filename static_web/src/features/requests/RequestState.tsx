import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import type { ReactNode, RefObject } from "react";
import { Link } from "react-router";
import { problemOf } from "@/api/http";
import type { RequestDetails } from "@/api/types";
import { DecisionProblem } from "@/decisions/DecisionProblem";
import { isOpen } from "@/decisions/decisionRules";
import { useDecideOne } from "@/decisions/useDecide";
import { useDecisionRights } from "@/decisions/useDecisionRights";
import { useNow } from "@/hooks/useNow";
import { sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import { formatDate, shortId } from "@/text/format";
import { requestStatus } from "@/text/statuses";
import styles from "./request.module.css";

interface Props {
  platform: Platform;
  request: RequestDetails;
  stateRef: RefObject<HTMLDivElement | null>;
}

/** Says what was decided about a request, and offers to undo it where that is possible. Changes are announced. */
export function RequestState({ platform, request, stateRef }: Props) {
  const { mayDecide } = useDecisionRights();
  const text = useStateText(platform, request);
  const undo = useDecideOne(platform, request.id, () => stateRef.current?.focus());
  const canUndo = isOpen(request) && request.letExpireAt !== null && mayDecide(request);
  return (
    <>
      <div ref={stateRef} tabIndex={-1} role="status" className={styles.state}>
        {text && (
          <MessageBar layout="multiline">
            <MessageBarBody>{text}</MessageBarBody>
            {canUndo && (
              <MessageBarActions>
                <Button
                  size="small"
                  disabledFocusable={undo.isPending}
                  onClick={() => undo.mutate({ decision: "undo-let-expire" })}
                >
                  {undo.isPending ? "Undoing…" : "Undo"}
                </Button>
              </MessageBarActions>
            )}
          </MessageBar>
        )}
      </div>
      <DecisionProblem title="Nothing was changed." platform={platform} problem={undo.error && problemOf(undo.error)} />
    </>
  );
}

function useStateText(platform: Platform, request: RequestDetails): ReactNode {
  const now = useNow();
  const { status, successorId, expiresOn, letExpireAt, letExpireBy } = request;
  const { title, meaning } = requestStatus(status);
  if (meaning) {
    return (
      <>
        <strong>{title}.</strong> {meaning}{" "}
        {successorId !== null && <Link to={sitePaths.request(platform, successorId)}>See request #{shortId(successorId)}</Link>}
        {status === "Revoked" && <Link to={sitePaths.create(platform)}>Create request</Link>}
      </>
    );
  }
  if (!isOpen(request) || letExpireAt === null || expiresOn === null) return null;
  const day = formatDate(expiresOn);
  const decided = letExpireBy ? `${letExpireBy} decided to let it expire` : "It was decided to let it expire";
  return Date.parse(expiresOn) > now
    ? `Ends on ${day}. ${decided}: no more reminders are sent.`
    : `Ended on ${day}. ${decided}. The next revoke run revokes it.`;
}
