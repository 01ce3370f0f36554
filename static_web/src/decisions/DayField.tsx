import { Button, Field, Input } from "@fluentui/react-components";
import type { Range } from "@/decisions/extensionRange";
import styles from "./decisions.module.css";

interface Props {
  label: string;
  hint: string;
  range: Range;
  day: string;
  error: string | null;
  onChange: (day: string) => void;
}

/** Asks for a day of the future, and offers the usual ones. */
export function DayField({ label, hint, range: { earliest, latest, presets }, day, error, onChange }: Props) {
  return (
    <div>
      <Field
        label={label}
        hint={hint}
        required
        validationState={error ? "error" : "none"}
        {...(error && { validationMessage: error })}
      >
        <Input data-first-focus type="date" value={day} min={earliest} max={latest} onChange={(_, { value }) => onChange(value)} />
      </Field>
      <div className={styles.presets} role="group" aria-label="Common choices">
        {presets.map((preset) => (
          <Button key={preset.days} size="small" aria-pressed={preset.day === day} onClick={() => onChange(preset.day)}>
            {preset.days} days
          </Button>
        ))}
      </div>
    </div>
  );
}
