import { useState } from "react";
import type { Finding, FindingAct, Problem } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DayField } from "@/decisions/DayField";
import { DecisionProblem, errorAt } from "@/decisions/DecisionProblem";
import decisionStyles from "@/decisions/decisions.module.css";
import { rangeFromToday, type Range } from "@/decisions/extensionRange";
import { ReasonField } from "@/decisions/ReasonField";
import type { DecisionDetails } from "@/decisions/useDecide";
import { useNow } from "@/hooks/useNow";
import { PLATFORMS } from "@/platforms";
import { endOfDay, inDays } from "@/text/days";
import { accessText } from "@/text/findings";
import { countOf, formatDate, formatNumber } from "@/text/format";

interface ActText {
  title: (count: string, platform: string) => string;
  confirm: (count: string) => string;
  busy: string;
  effect: (platform: string, isOne: boolean) => string;
  /** Nothing is asked where it is left out. */
  reason?: { label: string; missing: string };
  day?: { label: string; hint: (latest: string) => string; maxDays: number; usualDays: number };
  danger?: boolean;
}

const YEAR_DAYS = 365;
const FURTHEST_DAYS = 3_650;

const ACTS: Record<FindingAct, ActText> = {
  takeAway: {
    title: (count, platform) => `Remove ${count} in ${platform}?`,
    confirm: (count) => `Remove ${count}`,
    busy: "Removing…",
    effect: (platform, isOne) =>
      isOne
        ? `The grant is removed in ${platform}, and this person loses the access now. It is recorded once the removal is confirmed.`
        : `The grants are removed in ${platform}, and these people lose the access now. Only those confirmed removed are recorded.`,
    reason: { label: "Reason", missing: "Say why the access is removed." },
    danger: true,
  },
  giveBack: {
    title: (count, platform) => `Give back ${count} in ${platform}?`,
    confirm: (count) => `Give back ${count}`,
    busy: "Giving back…",
    effect: (platform, isOne) =>
      isOne
        ? `The grant is given again in ${platform}. The request keeps its expiry date.`
        : `The grants are given again in ${platform}. The requests keep their expiry dates.`,
    reason: { label: "Reason", missing: "Say why the access is given back." },
  },
  adopt: {
    title: (count, platform) => `Adopt ${count} in ${platform}?`,
    confirm: (count) => `Adopt ${count}`,
    busy: "Adopting…",
    effect: (platform, isOne) =>
      `${isOne ? "It" : "Each"} becomes an active request with this expiry date and its own reminders. Nothing changes in ${platform}.`,
    reason: { label: "Business reason", missing: "Say what the access is needed for." },
    day: {
      ...{ label: "Last day of access", maxDays: FURTHEST_DAYS, usualDays: 90 },
      hint: () => "Access ends at the next revoke run after this day (UTC).",
    },
  },
  ignore: {
    title: (count, platform) => `Ignore ${count} in ${platform}?`,
    confirm: (count) => `Ignore ${count}`,
    busy: "Ignoring…",
    effect: (_platform, isOne) =>
      isOne
        ? "It is not counted until this day, and then opens again. You can stop ignoring it before."
        : "They are not counted until this day, and then open again. You can stop ignoring them before.",
    reason: { label: "Reason", missing: "Say why this can be ignored." },
    day: {
      ...{ label: "Ignore until", maxDays: YEAR_DAYS, usualDays: 90 },
      hint: (latest) => `The latest day is ${latest}.`,
    },
  },
  stopIgnoring: {
    title: (count, platform) => `Stop ignoring ${count} in ${platform}?`,
    confirm: (count) => `Stop ignoring ${count}`,
    busy: "Saving…",
    effect: (_platform, isOne) => (isOne ? "It is open and counted again." : "They are open and counted again."),
  },
};

/** What an act is about: access, or what was found about it. */
const countText = (act: FindingAct, count: number) =>
  act === "ignore" || act === "stopIgnoring" ? countOf(count, "finding") : countOf(count, "grant");

interface Props {
  act: FindingAct;
  /** At least one, all of one platform. */
  findings: Finding[];
  busy: boolean;
  /** Why it was not done. */
  problem: Problem | null;
  onConfirm: (details: DecisionDetails) => void;
  onClose: () => void;
}

/** Asks before an act on findings: who and what it is about, why, and until when. */
export function FindingDialog({ act, findings, busy, problem, onConfirm, onClose }: Props) {
  const text = ACTS[act];
  const now = useNow();
  const range = rangeFromToday(text.day?.maxDays ?? 0, now);
  const [day, setDay] = useState(text.day ? inDays(text.day.usualDays, now) : "");
  const [reason, setReason] = useState("");
  const [isJudged, setJudged] = useState(false);
  const platform = findings[0]?.platform ?? "databricks";
  const { title } = PLATFORMS[platform];
  const count = countText(act, findings.length);
  const dayError = text.day ? errorOfDay(day, range) : null;
  const reasonError = text.reason && !reason.trim() ? text.reason.missing : null;
  const confirm = () => {
    setJudged(true);
    if (!dayError && !reasonError) onConfirm(detailsOf(act, endOfDay(day), reason.trim()));
  };
  return (
    <ConfirmDialog
      open
      title={text.title(count, title)}
      busy={busy}
      danger={text.danger === true}
      confirm={busy ? text.busy : text.confirm(count)}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={decisionStyles.form}>
        <AffectedFindings findings={findings} />
        {text.day && (
          <DayField
            label={text.day.label}
            hint={text.day.hint(formatDate(range.latest))}
            range={range}
            day={day}
            error={dayError ?? errorAt(problem, act === "adopt" ? "expiresOn" : "until")}
            onChange={setDay}
          />
        )}
        {text.reason && (
          <ReasonField
            label={text.reason.label}
            value={reason}
            error={(isJudged ? reasonError : null) ?? errorAt(problem, act === "adopt" ? "businessReason" : "reason")}
            onChange={setReason}
          />
        )}
        <p>{text.effect(title, findings.length === 1)}</p>
        <DecisionProblem title="Nothing was changed." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}

function detailsOf(act: FindingAct, end: string, reason: string): DecisionDetails {
  if (act === "stopIgnoring") return {};
  if (act === "adopt") return { expiresOn: end, businessReason: reason };
  return act === "ignore" ? { reason, until: end } : { reason };
}

function errorOfDay(day: string, { earliest, latest }: Range): string | null {
  if (!day) return "Choose a date.";
  if (day < earliest) return `Choose ${formatDate(earliest)} or later.`;
  return day > latest ? `Choose ${formatDate(latest)} or earlier.` : null;
}

/** Names who and what the act is about: one in words, several as a list to open. */
function AffectedFindings({ findings }: { findings: Finding[] }) {
  const [first] = findings;
  const textOf = (finding: Finding) => `${finding.principal}: ${accessText(finding)}`;
  if (findings.length === 1 && first) return <p className={decisionStyles.request}>{textOf(first)}</p>;
  return (
    <details className={decisionStyles.which}>
      <summary>Show {formatNumber(findings.length)} findings</summary>
      <ul>
        {findings.map((finding) => (
          <li key={finding.id}>{textOf(finding)}</li>
        ))}
      </ul>
    </details>
  );
}
