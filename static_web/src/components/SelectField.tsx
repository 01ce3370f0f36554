import { Field, Select } from "@fluentui/react-components";

interface Props {
  label: string;
  value: string;
  /** What each choice is called, by its value. */
  choices: Record<string, string>;
  onChange: (value: string) => void;
}

/** Offers a few choices. Any other value from the URL is shown as it is, since the server judges it. */
export function SelectField({ label, value, choices, onChange }: Props) {
  const options = value in choices ? choices : { ...choices, [value]: value };
  return (
    <Field label={label}>
      <Select value={value} onChange={(_, data) => onChange(data.value)}>
        {Object.entries(options).map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
