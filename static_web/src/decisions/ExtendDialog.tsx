import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { AffectedRequests } from "@/decisions/AffectedRequests";
import { DayField } from "@/decisions/DayField";
import { DecisionProblem, errorAt } from "@/decisions/DecisionProblem";
import type { DialogProps } from "@/decisions/dialogProps";
import { beyond, errorOfDay, rangeOf, type Range } from "@/decisions/extensionRange";
import { ReasonField } from "@/decisions/ReasonField";
import { useCaller } from "@/hooks/useCaller";
import { useNow } from "@/hooks/useNow";
import { PLATFORMS } from "@/platforms";
import { endOfDay } from "@/text/days";
import { countOf, formatDate, formatNumber } from "@/text/format";
import styles from "./decisions.module.css";

/** Asks until when to extend requests, and why. */
export function ExtendDialog({ platform, requests, busy, problem, onConfirm, onClose }: DialogProps) {
  const now = useNow();
  const { caller } = useCaller();
  const range = rangeOf(requests, caller?.maxExtensionDays ?? 0, now);
  const [day, setDay] = useState(usualDay(range));
  const [reason, setReason] = useState("");
  const [isJudged, setJudged] = useState(false);
  const isOne = requests.length === 1;
  const count = countOf(requests.length, "request");
  const dayError = errorOfDay(day, range);
  const reasonError = reason.trim() ? null : "Say what the access is still needed for.";
  const confirm = () => {
    setJudged(true);
    if (!dayError && !reasonError) onConfirm("extend", { expiresOn: endOfDay(day), businessReason: reason.trim() });
  };
  return (
    <ConfirmDialog
      open
      title={isOne ? "Extend this access?" : `Extend ${count} on ${PLATFORMS[platform].title}?`}
      busy={busy}
      confirm={busy ? "Extending…" : isOne && !dayError ? `Extend until ${formatDate(day)}` : `Extend ${count}`}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={styles.form}>
        <AffectedRequests platform={platform} requests={requests} />
        <DayField
          label="New last day of access"
          hint={`Access ends at the next revoke run after this day (UTC). The latest day is ${formatDate(range.latest)}.`}
          range={range}
          day={day}
          error={dayError ?? errorAt(problem, "expiresOn")}
          onChange={setDay}
        />
        <ReasonField
          label="Business reason"
          value={reason}
          error={(isJudged ? reasonError : null) ?? errorAt(problem, "businessReason")}
          onChange={setReason}
        />
        <p>
          A new request for the same person and access replaces {isOne ? "this one" : "each one"}. It gets two reminders of
          its own.
          {!isOne && !dayError && beyondText(beyond(requests, day).length, requests.length)}
        </p>
        <DecisionProblem title="Nothing was extended." platform={platform} problem={problem} />
      </div>
    </ConfirmDialog>
  );
}

const USUAL_DAYS = 90;

/** Returns the day that most extensions ask for, or the nearest possible one. */
const usualDay = ({ presets, latest }: Range) => (presets.find(({ days }) => days >= USUAL_DAYS) ?? presets.at(-1))?.day ?? latest;

function beyondText(count: number, of: number): string {
  if (count === 0) return "";
  const those = count === of ? "All of them end" : count === 1 ? "1 of them ends" : `${formatNumber(count)} of them end`;
  return ` ${those} later or never, and cannot be extended to this day.`;
}
