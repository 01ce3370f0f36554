import { Button } from "@fluentui/react-components";
import { useState, type RefObject } from "react";
import { problemOf } from "@/api/http";
import type { Finding, FindingAct, FindingOutcome } from "@/api/types";
import { useActOnFindings } from "@/decisions/useDecide";
import { useFocusAfter } from "@/decisions/useFocusAfter";
import { FindingDialog } from "@/features/findings/FindingDialog";
import { FindingOutcomesDialog } from "@/features/findings/FindingOutcomesDialog";
import type { FindingVerb } from "@/paths";
import type { Selection } from "@/requests/useSelection";
import { ACT_TITLES } from "@/text/findings";
import styles from "./findings.module.css";

const VERBS: Record<FindingAct, FindingVerb> = {
  adopt: "adopt",
  giveBack: "give-back",
  takeAway: "take-away",
  ignore: "ignore",
  stopIgnoring: "stop-ignoring",
};

interface Props {
  selection: Selection<Finding>;
  /** It takes the focus of a button that is gone. */
  barRef: RefObject<HTMLElement | null>;
}

interface Asked {
  act: FindingAct;
  findings: Finding[];
}

/** Offers what can be done about all selected findings, with the dialogs for it. */
export default function FindingActions({ selection, barRef }: Props) {
  const selected = [...selection.selected.values()];
  const [asked, setAsked] = useState<Asked | null>(null);
  const [outcomes, setOutcomes] = useState<FindingOutcome[] | null>(null);
  const act = useActOnFindings((answer) => {
    setOutcomes(answer.outcomes);
    selection.keep(answer.outcomes.filter(({ problem }) => problem).map(({ id }) => id));
  });
  useFocusAfter(asked !== null, barRef);
  const close = () => {
    setAsked(null);
    setOutcomes(null);
  };
  const acts = actsOnAll(selected);
  return (
    <>
      {acts.map((each) => (
        <Button
          key={each}
          size="small"
          onClick={() => {
            act.reset();
            setAsked({ act: each, findings: selected });
          }}
        >
          {ACT_TITLES[each]}…
        </Button>
      ))}
      {selected.length > 0 && acts.length === 0 && <span className={styles.quiet}>{whyNone(selected)}</span>}
      {selected.length > 0 && (
        <Button size="small" appearance="subtle" onClick={selection.clear}>
          Clear
        </Button>
      )}
      {asked && outcomes && <FindingOutcomesDialog {...asked} outcomes={outcomes} onClose={close} />}
      {asked && !outcomes && (
        <FindingDialog
          {...asked}
          busy={act.isPending}
          problem={act.error && problemOf(act.error)}
          onConfirm={(details) =>
            act.mutate({
              ...{ platform: platformOf(asked.findings), verb: VERBS[asked.act], details },
              ids: asked.findings.map(({ id }) => id),
            })
          }
          onClose={close}
        />
      )}
    </>
  );
}

/** Each call is about one platform. */
const arePlatformsMixed = (findings: Finding[]) => new Set(findings.map(({ platform }) => platform)).size > 1;

const platformOf = ([first]: Finding[]) => first?.platform ?? "databricks";

function actsOnAll(findings: Finding[]): FindingAct[] {
  if (findings.length === 0 || arePlatformsMixed(findings)) return [];
  return (Object.keys(ACT_TITLES) as FindingAct[]).filter((act) => findings.every(({ acts }) => acts.includes(act)));
}

const whyNone = (findings: Finding[]) =>
  arePlatformsMixed(findings) ? "Select findings of one platform to act on them." : "No action fits all of these.";
