import { Link } from "react-router";
import type { Finding, FindingAct, FindingOutcome } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { OutcomesList } from "@/decisions/OutcomesList";
import { sitePaths } from "@/paths";
import { accessText } from "@/text/findings";
import { countOf, formatNumber, shortId } from "@/text/format";

/** What was done, as in "12 findings ignored", and to each. */
const DONE: Record<FindingAct, [toMany: string, toOne: string]> = {
  takeAway: ["ended: access removed", "Access removed"],
  giveBack: ["ended: access given back", "Access given back"],
  adopt: ["adopted as requests", "Adopted as"],
  ignore: ["ignored", "Ignored"],
  stopIgnoring: ["open again", "Open again"],
};

interface Props {
  act: FindingAct;
  findings: Finding[];
  outcomes: FindingOutcome[];
  onClose: () => void;
}

/** Lists the outcome for each finding, the failures first. */
export function FindingOutcomesDialog({ act, findings, outcomes, onClose }: Props) {
  const failed = outcomes.filter(({ problem }) => problem).length;
  const findingOf = new Map(findings.map((finding) => [finding.id, finding]));
  return (
    <ConfirmDialog open title={titleOf(act, outcomes.length - failed, failed)} cancel="Close" onConfirm={onClose} onClose={onClose}>
      {failed > 0 && <p>Failed findings stay selected.</p>}
      <OutcomesList outcomes={outcomes}>
        {(outcome) => <OutcomeLine act={act} outcome={outcome} finding={findingOf.get(outcome.id)} />}
      </OutcomesList>
    </ConfirmDialog>
  );
}

interface LineProps {
  act: FindingAct;
  outcome: FindingOutcome;
  finding: Finding | undefined;
}

function OutcomeLine({ act, outcome: { problem, requestId }, finding }: LineProps) {
  return (
    <>
      {finding && (
        <span>
          {finding.principal}: {accessText(finding)}
        </span>
      )}
      <span>
        {problem ? (
          <>
            <strong>Failed.</strong> {problem.detail}
          </>
        ) : (
          DONE[act][1]
        )}
        {requestId !== null && finding && (
          <>
            {" "}
            <Link to={sitePaths.request(finding.platform, requestId)}>request #{shortId(requestId)}</Link>
          </>
        )}
      </span>
    </>
  );
}

function titleOf(act: FindingAct, done: number, failed: number): string {
  const [word] = DONE[act];
  return failed ? `${formatNumber(done)} of ${countOf(done + failed, "finding")} ${word}` : `${countOf(done, "finding")} ${word}`;
}
