import { Button } from "@fluentui/react-components";
import { useState, type RefObject } from "react";
import { problemOf } from "@/api/http";
import type { RequestDetails } from "@/api/types";
import { lazyDialog } from "@/components/lazyWithFallback";
import type { Question } from "@/decisions/DecisionDialog";
import { canExtend, canLetExpire, isOpen } from "@/decisions/decisionRules";
import { useDecideOne } from "@/decisions/useDecide";
import { useDecisionRights } from "@/decisions/useDecisionRights";
import { useFocusAfter } from "@/decisions/useFocusAfter";
import { useCaller } from "@/hooks/useCaller";
import { useNow } from "@/hooks/useNow";
import type { Platform } from "@/platforms";

const DecisionDialog = lazyDialog(() => import("@/decisions/DecisionDialog"));

interface Props {
  platform: Platform;
  request: RequestDetails;
  /** Where the page tells how the request stands now: it takes the focus of a button that is gone. */
  stateRef: RefObject<HTMLElement | null>;
}

/** Offers what the caller may decide about a request. */
export function RequestDecisions({ platform, request, stateRef }: Props) {
  const [question, setQuestion] = useState<Question | null>(null);
  const decide = useDecideOne(platform, request.id, () => setQuestion(null));
  useFocusAfter(question !== null, stateRef);
  const questions = [...useGiveBack(request), ...useQuestions(request)];
  const ask = (asked: Question) => {
    decide.reset();
    setQuestion(asked);
  };
  return (
    <>
      {questions.map(([asked, title], index) => (
        <Button key={asked} appearance={index === 0 ? "primary" : "secondary"} onClick={() => ask(asked)}>
          {title}
        </Button>
      ))}
      {question && (
        <DecisionDialog
          question={question}
          platform={platform}
          requests={[request]}
          busy={decide.isPending}
          problem={decide.error && problemOf(decide.error)}
          onConfirm={(decision, details) => decide.mutate({ decision, details })}
          onClose={() => setQuestion(null)}
        />
      )}
    </>
  );
}

/** Only operators give access back, and only what the server says is lost. */
function useGiveBack({ canBeGivenBack }: RequestDetails): [Question, title: string][] {
  const { mayOperate } = useCaller();
  return canBeGivenBack && mayOperate ? [["give-back", "Give back…"]] : [];
}

function useQuestions(request: RequestDetails): [Question, title: string][] {
  const { isOwn, mayDecide } = useDecisionRights();
  const now = useNow();
  if (!mayDecide(request) || !isOpen(request)) return [];
  const extend: [Question, string][] = canExtend(request) ? [["extend", "Extend…"]] : [];
  if (isOwn(request)) return [...extend, ["give-up", "I no longer need it…"]];
  const letExpire: [Question, string][] = canLetExpire(request, now) ? [["let-expire", "Let expire…"]] : [];
  return [...extend, ...letExpire, ["revoke", "Revoke now…"]];
}
