import { Button } from "@fluentui/react-components";
import { useState, type RefObject } from "react";
import { problemOf } from "@/api/http";
import type { AccessRequest, DecisionOutcomes } from "@/api/types";
import { lazyDialog } from "@/components/lazyWithFallback";
import type { Question } from "@/decisions/DecisionDialog";
import { canExtend, canLetExpire } from "@/decisions/decisionRules";
import { useDecideMany } from "@/decisions/useDecide";
import { useFocusAfter } from "@/decisions/useFocusAfter";
import { useNow } from "@/hooks/useNow";
import type { Decision } from "@/paths";
import type { Platform } from "@/platforms";
import type { Selection } from "@/requests/useSelection";

const DecisionDialog = lazyDialog(() => import("@/decisions/DecisionDialog"));
const OutcomesDialog = lazyDialog(() => import("@/decisions/OutcomesDialog"));

type Selected = Pick<Selection<AccessRequest>, "selected" | "keep" | "clear">;

interface Props {
  platform: Platform;
  selection: Selected;
  /** It takes the focus of a button that is gone. */
  barRef: RefObject<HTMLElement | null>;
}

/** Offers what can be decided about the selected requests, with the dialogs for it. */
export default function SelectionActions({ platform, selection, barRef }: Props) {
  const selected = [...selection.selected.values()];
  const questions = useQuestions(selected);
  const dialogs = useDialogs(platform, selection, selected);
  useFocusAfter(dialogs.isOpen, barRef);
  return (
    <>
      {questions.map(([question, title]) => (
        <Button key={question} size="small" onClick={() => dialogs.ask(question)}>
          {title}
        </Button>
      ))}
      {selected.length > 0 && (
        <Button size="small" appearance="subtle" onClick={selection.clear}>
          Clear
        </Button>
      )}
      {dialogs.dialog}
    </>
  );
}

function useQuestions(selected: AccessRequest[]): [Question, title: string][] {
  const now = useNow();
  if (!selected.length) return [];
  return [
    ...(selected.some(canExtend) ? [["extend", "Extend…"] as [Question, string]] : []),
    ...(selected.some((request) => canLetExpire(request, now)) ? [["let-expire", "Let expire…"] as [Question, string]] : []),
    ["revoke", "Revoke…"],
  ];
}

interface Asked {
  question: Question;
  requests: AccessRequest[];
}

interface Answered extends DecisionOutcomes {
  decision: Decision;
}

/** Shows the question first, then the outcomes. Both keep the requests that were selected when it was asked. */
function useDialogs(platform: Platform, selection: Selected, selected: AccessRequest[]) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const decide = useDecideMany(platform, ({ outcomes }, { decision }) => {
    setAnswered({ decision, outcomes });
    if (decision !== "undo-let-expire") selection.keep(outcomes.filter(({ problem }) => problem).map(({ id }) => id));
  });
  const close = () => {
    setAsked(null);
    setAnswered(null);
  };
  const shared = { platform, busy: decide.isPending, problem: decide.error && problemOf(decide.error), onClose: close };
  return {
    isOpen: asked !== null,
    ask: (question: Question) => {
      decide.reset();
      setAsked({ question, requests: selected });
    },
    dialog:
      asked &&
      (answered ? (
        <OutcomesDialog
          key={answered.decision}
          {...shared}
          {...answered}
          requests={asked.requests}
          onUndo={(ids) => decide.mutate({ decision: "undo-let-expire", ids })}
        />
      ) : (
        <DecisionDialog
          {...shared}
          {...asked}
          onConfirm={(decision, details) => decide.mutate({ decision, ids: asked.requests.map(({ id }) => id), details })}
        />
      )),
  };
}
