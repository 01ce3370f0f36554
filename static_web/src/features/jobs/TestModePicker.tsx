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

/** Lets the next run fail on purpose, so that its handling of failures can be seen. */
export default function TestModePicker({ platform, mode, disabled, onChange }: Props) {
  return (
    <details className={styles.testMode} open={mode.kind !== "normal"}>
      <summary>Test Mode{mode.kind !== "normal" && ": the next run fails on purpose"}</summary>
      <Field
        label="Which emails fail in the next run"
        hint="Only for the next run. Failures are simulated; reminders that succeed are sent and recorded."
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
