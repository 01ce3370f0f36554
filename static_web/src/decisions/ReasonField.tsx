import { Field, Textarea } from "@fluentui/react-components";

interface Props {
  label: string;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
}

/** Asks for the reason, which reviewers and auditors read. */
export function ReasonField({ label, value, error, onChange }: Props) {
  return (
    <Field
      label={label}
      hint="Reviewers and auditors read this."
      required
      validationState={error ? "error" : "none"}
      {...(error && { validationMessage: error })}
    >
      <Textarea data-first-focus value={value} rows={2} resize="vertical" onChange={(_, data) => onChange(data.value)} />
    </Field>
  );
}
