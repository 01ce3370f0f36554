import { Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { useDraft } from "@/hooks/useDraft";
import { DAY_MS } from "@/text/format";

interface Props {
  /** What happens in the period, as in "Ends". */
  label: string;
  /** Its first moment, and the one before which it is over; empty where it is open. */
  from: string;
  to: string;
  /** The first moment where none is chosen; empty where it may stay open. */
  standingFrom?: string;
  onChange: (from: string, to: string) => void;
}

const dayStart = (day: string, offset = 0) => (day ? new Date(Date.parse(day) + offset * DAY_MS).toISOString() : "");

/** Returns the day that holds the moment before; empty for no moment and for text that is not a time. */
function dayBefore(moment: string): string {
  const at = Date.parse(moment);
  return Number.isNaN(at) ? "" : new Date(at - 1).toISOString().slice(0, 10);
}

/** Asks for a period of whole days (UTC), both included. */
export function PeriodFields({ label, from, to, standingFrom = "", onChange }: Props) {
  return (
    <>
      <DayField
        label={`${label} from`}
        day={from.slice(0, 10)}
        standing={standingFrom.slice(0, 10)}
        onCommit={(day) => onChange(dayStart(day), to)}
      />
      <DayField label={`${label} to`} day={dayBefore(to)} standing="" onCommit={(day) => onChange(from, dayStart(day, 1))} />
    </>
  );
}

interface DayProps {
  label: string;
  day: string;
  /** The day where none is chosen. */
  standing: string;
  onCommit: (day: string) => void;
}

// while a year is typed it is 2, 20 and 202
const FIRST_DAY = "2000-01-01";
const LAST_DAY = "2999-12-31";

/** Says what is wrong, in few enough words to fit the field. */
function faultOf(draft: string | null): string | null {
  if (draft === null) return "Enter a full date.";
  return draft === "" || (FIRST_DAY <= draft && draft <= LAST_DAY) ? null : "Use 2000 to 2999.";
}

/** Asks for a day. It takes effect when it is complete and typing pauses, or with Enter, or when the field is left. */
function DayField({ label, day, standing, onCommit }: DayProps) {
  const read = (text: string) => (faultOf(text) === null ? text || standing : null);
  const { draft, setDraft, settle } = useDraft(day, onCommit, read);
  const [isDone, setDone] = useState(false);
  const finish = (input: HTMLInputElement) => {
    setDone(true);
    settle(typedInto(input) === "" ? standing : typedInto(input));
  };
  const fault = isDone && faultOf(draft);
  return (
    <Field label={label} {...(fault && { validationMessage: fault })}>
      <Input
        type="date"
        value={draft ?? ""}
        min={FIRST_DAY}
        max={LAST_DAY}
        onChange={({ target }) => {
          setDone(false);
          setDraft(typedInto(target));
        }}
        onBlur={({ target }) => finish(target)}
        onKeyDown={({ key, currentTarget }) => key === "Enter" && finish(currentTarget)}
      />
    </Field>
  );
}

/** Returns null for half a date, of which the browser gives no text. */
const typedInto = ({ value, validity }: HTMLInputElement) => (validity.badInput ? null : value);
