import { Button, Field, Input, Select, Textarea } from "@fluentui/react-components";
import { serverNow } from "@/api/serverClock";
import { choicesOf, PLATFORMS, type FormField, type Platform } from "@/platforms";
import { inDays } from "@/text/days";
import styles from "./CreateRequestPage.module.css";

const QUICK_DAYS = [30, 90, 365];

interface Props {
  platform: Platform;
  field: FormField;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
  onLeave: () => void;
}

/** Shows one field of the form with its label, help and error. */
export function CreateField({ platform, field, value, error, onChange, onLeave }: Props) {
  const required = PLATFORMS[platform].createRules.required.includes(field.name);
  return (
    <div className={field.kind === "textarea" || field.kind === "email" ? styles.wide : undefined}>
      <Field
        label={field.label}
        hint={field.hint}
        required={required}
        validationState={error ? "error" : "none"}
        {...(error && { validationMessage: error })}
      >
        <Control {...{ platform, field, value, error, onChange, onLeave }} />
      </Field>
      {field.kind === "date" && <QuickDates onChoose={onChange} />}
    </div>
  );
}

function Control({ platform, field, value, onChange, onLeave }: Props) {
  const shared = { name: field.name, value, onBlur: onLeave };
  switch (field.kind) {
    case "textarea":
      return <Textarea {...shared} rows={4} resize="vertical" onChange={(_, data) => onChange(data.value)} />;
    case "choice":
      return (
        <Select {...shared} onChange={(_, data) => onChange(data.value)}>
          <option value="">Choose…</option>
          {choicesOf(platform, field).map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Select>
      );
    default:
      return (
        <Input
          {...shared}
          type={field.kind}
          autoComplete={field.kind === "email" ? "email" : "off"}
          spellCheck={false}
          onChange={(_, data) => onChange(data.value)}
        />
      );
  }
}

function QuickDates({ onChoose }: { onChoose: (date: string) => void }) {
  return (
    <div className={styles.quickDates} role="group" aria-label="Last day of access, common choices">
      {QUICK_DAYS.map((days) => (
        <Button key={days} size="small" onClick={() => onChoose(inDays(days, serverNow()))}>
          {days === 365 ? "In a year" : `In ${days} days`}
        </Button>
      ))}
      <Button size="small" onClick={() => onChoose("")}>
        Never
      </Button>
    </div>
  );
}
