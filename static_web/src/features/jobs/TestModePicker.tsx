import { Field, Radio, RadioGroup } from "@fluentui/react-components";
import { EmailChecklist } from "@/features/jobs/EmailChecklist";
import type { TestMode } from "@/features/jobs/testMode";
import type { Platform } from "@/platforms";
import styles from "./jobs.module.css";

interface Props {
  platform: Platform;
  mode: TestMode;
  disabled: boolean;
  onChange: (mode: TestMode) => void;
}

const FRESH_MODES: Record<string, TestMode> = {
  normal: { kind: "normal" },
  random: { kind: "random" },
  picked: { kind: "picked", emails: [] },
};

/** Lets emails of the next run fail on purpose, to show how failures are handled. */
export default function TestModePicker({ platform, mode, disabled, onChange }: Props) {
  return (
    <details className={styles.testMode} open={mode.kind !== "normal"}>
      <summary>Test Mode{mode.kind !== "normal" && ": emails in the next run fail on purpose"}</summary>
      <Field
        label="Emails that fail in the next run"
        hint="This applies only to the next run. Failures are simulated. All other reminders are sent and recorded."
      >
        <RadioGroup
          layout="horizontal"
          value={mode.kind}
          disabled={disabled}
          onChange={(_, { value }) => onChange(FRESH_MODES[value] ?? { kind: "normal" })}
        >
          <Radio value="normal" label="Normal" />
          <Radio value="random" label="Random failures" />
          <Radio value="picked" label="Pick emails to fail" />
        </RadioGroup>
      </Field>
      {mode.kind === "picked" && (
        <EmailChecklist
          platform={platform}
          picked={mode.emails}
          disabled={disabled}
          onChange={(emails) => onChange({ kind: "picked", emails })}
        />
      )}
    </details>
  );
}
