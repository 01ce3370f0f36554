import { Button } from "@fluentui/react-components";
import { lazy, Suspense, useRef, useState } from "react";
import { problemOf } from "@/api/http";
import type { AccessRequest, DecisionOutcomes } from "@/api/types";
import type { Question } from "@/decisions/DecisionDialog";
import { canExtend, canLetExpire } from "@/decisions/possible";
import { useDecideMany } from "@/decisions/useDecide";
import { useFocusAfter } from "@/decisions/useFocusAfter";
import { MAX_SELECTED, type Selection } from "@/decisions/useSelection";
import { formatNumber } from "@/format";
import { useNow } from "@/hooks/useNow";
import type { Decision } from "@/paths";
import type { Platform } from "@/platforms";
import styles from "./SelectionBar.module.css";

const DecisionDialog = lazy(() => import("@/decisions/DecisionDialog"));
const OutcomesDialog = lazy(() => import("@/decisions/OutcomesDialog"));

interface Props<Row> {
  platform: Platform;
  selection: Selection<Row>;
  /** The page in view. */
  rows: Row[];
}

/** How many requests are selected, and what can be decided about them. Its room is there before it is needed. */
export function SelectionBar<Row extends AccessRequest>({ platform, selection, rows }: Props<Row>) {
  const barRef = useRef<HTMLDivElement>(null);
  const selected = [...selection.selected.values()];
  const questions = useQuestions(selected);
  const dialogs = useDialogs(platform, selection, selected);
  useFocusAfter(dialogs.isOpen, barRef);
  return (
    <div ref={barRef} tabIndex={-1} role="group" aria-label="Selected requests" className={styles.bar}>
      <span role="status" className={styles.count}>
        {selected.length ? countText(selected, rows) : "Select requests to decide about several at once."}
      </span>
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
      {dialogs.dialog && <Suspense fallback={null}>{dialogs.dialog}</Suspense>}
    </div>
  );
}

function countText(selected: AccessRequest[], rows: AccessRequest[]): string {
  const inView = new Set(rows.map(({ id }) => id));
  const elsewhere = selected.filter(({ id }) => !inView.has(id)).length;
  const parts = [`${formatNumber(selected.length)} selected`];
  if (selected.length === MAX_SELECTED) parts.push("the most at once");
  if (elsewhere) parts.push(`${formatNumber(elsewhere)} not in view`);
  return parts.join(", ");
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

interface Asked<Row> {
  question: Question;
  requests: Row[];
}

interface Answered extends DecisionOutcomes {
  decision: Decision;
}

/** First the question, then what became of each: what was asked stays as it was when it was asked. */
function useDialogs<Row extends AccessRequest>(platform: Platform, selection: Selection<Row>, selected: Row[]) {
  const [asked, setAsked] = useState<Asked<Row> | null>(null);
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
