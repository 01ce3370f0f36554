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
import styles from "./request.module.css";

interface Props {
  platform: Platform;
  request: RequestDetails;
  stateRef: RefObject<HTMLDivElement | null>;
}

/** What was decided about a request, in words, and the way back where there is one. It is announced when it changes. */
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
      <DecisionProblem title="Nothing was undone." platform={platform} problem={undo.error && problemOf(undo.error)} />
    </>
  );
}

function useStateText(platform: Platform, request: RequestDetails): ReactNode {
  const now = useNow();
  const { successorId, expiresOn, letExpireAt, letExpireBy } = request;
  if (successorId !== null) {
    return (
      <>
        Extended: <Link to={sitePaths.request(platform, successorId)}>request #{shortId(successorId)}</Link> goes on with this
        access.
      </>
    );
  }
  if (request.status === "Revoked") {
    return (
      <>
        Revoked. Whoever needs this access again needs a <Link to={sitePaths.create(platform)}>new request</Link>.
      </>
    );
  }
  if (!isOpen(request) || letExpireAt === null || expiresOn === null) return null;
  const wanted = `as ${letExpireBy ?? "somebody"} wanted`;
  return Date.parse(expiresOn) > now
    ? `Ends on ${formatDate(expiresOn)}, ${wanted}: no further reminders.`
    : `Ended on ${formatDate(expiresOn)}, ${wanted}; the next revoke run takes it up.`;
}
