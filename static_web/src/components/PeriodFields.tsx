import { Field, Input } from "@fluentui/react-components";
import { DAY_MS } from "@/format";

interface Props {
  /** What happens in the period, as in "Ends". */
  label: string;
  /** Its first moment, and the one before which it is over; empty where it is open. */
  from: string;
  to: string;
  onChange: (from: string, to: string) => void;
}

const dayStart = (day: string, offset = 0) => (day ? new Date(Date.parse(day) + offset * DAY_MS).toISOString() : "");

/** The day that holds the moment before; empty for none, and for text that is no time. */
function dayBefore(moment: string): string {
  const at = Date.parse(moment);
  return Number.isNaN(at) ? "" : new Date(at - 1).toISOString().slice(0, 10);
}

/** A period of whole days, UTC, both included. */
export function PeriodFields({ label, from, to, onChange }: Props) {
  return (
    <>
      <Field label={`${label} from`}>
        <Input
          type="date"
          value={from.slice(0, 10)}
          onChange={(_, { value }) => onChange(dayStart(value), to)}
        />
      </Field>
      <Field label={`${label} to`}>
        <Input type="date" value={dayBefore(to)} onChange={(_, { value }) => onChange(from, dayStart(value, 1))} />
      </Field>
    </>
  );
}
