import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { NotificationsPreview } from "@/api/types";
import { PreviewDialog } from "@/features/jobs/PreviewDialog";
import { testModeQuery, type TestMode } from "@/features/jobs/testMode";
import type { ConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { usePreview } from "@/features/jobs/usePreview";
import { PLATFORMS, type Platform } from "@/platforms";
import { countOf, formatMoment, formatNumber } from "@/text/format";
import styles from "./jobs.module.css";

interface Props {
  platform: Platform;
  mode: TestMode;
  /** The run whose failures alone are retried; empty for everything that is due. */
  onlyFailedOf: string;
  run: Pick<ConfirmedRun<unknown>, "isOpen" | "isLocked" | "refusal">;
  busy: boolean;
  onConfirm: (query: URLSearchParams) => void;
  onClose: () => void;
}

/** Asks before reminders are sent: how many, which ones, whether emails are real, and what they say. */
export default function SendDialog({ platform, mode, onlyFailedOf, run, busy, onConfirm, onClose }: Props) {
  const query = testModeQuery(mode);
  if (onlyFailedOf) query.set("onlyFailedOf", onlyFailedOf);
  const preview = usePreview<NotificationsPreview>(platform, "notification", query, run.isOpen);
  const reminders = (count: number | null) => (count ? countOf(count, "reminder") : "reminders");
  const again = onlyFailedOf ? "that failed " : "";
  return (
    <PreviewDialog
      preview={preview}
      run={run}
      busy={busy}
      title={(count) => `Send ${reminders(count)} ${again}on ${PLATFORMS[platform].title}?`}
      confirm={(count) => (busy ? "Sending…" : `Send ${reminders(count)}`)}
      refused="Nothing was sent."
      onConfirm={() => onConfirm(query)}
      onClose={onClose}
    >
      {(data) => (
        <>
          <p>{effectText(data)}</p>
          <p>
            {SENDERS[data.emailSender]}
            {data.delay && ` ${delayText(data.delay, mode)}`}
          </p>
          <p>
            A later run reminds the same {data.count === 1 ? "person" : "people"} again only for the second reminder, or if
            this one fails.
          </p>
          {mode.kind !== "normal" && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{testText(mode)} All other emails are sent and recorded.</MessageBarBody>
            </MessageBar>
          )}
          {data.sampleEmail && <SampleEmail email={data.sampleEmail} />}
        </>
      )}
    </PreviewDialog>
  );
}

const SENDERS: Record<NotificationsPreview["emailSender"], string> = {
  simulated: "Email is simulated: reminders are recorded but not sent.",
  smtp: "Real emails are sent through the mail server.",
  azure: "Real emails are sent through Azure Communication Services.",
};

function effectText({ reminders, endedCount, count, runMaxItems }: NotificationsPreview): string {
  const of = (reminder: string) => reminders.find((each) => each.reminder === reminder)?.count ?? 0;
  const sentences = [
    `${countOf(of("30-Day Reminder"), "first reminder")} and ${countOf(of("7-Day Reminder"), "second reminder")}.`,
  ];
  if (endedCount) {
    sentences.push(`${formatNumber(endedCount)} of them ended earlier today, and the ${endedCount === 1 ? "email says" : "emails say"} so.`);
  }
  if (count > runMaxItems) sentences.push(`One run sends at most ${formatNumber(runMaxItems)}. The rest stay due for the next run.`);
  return sentences.join(" ");
}

/** No follow-up run continues a run with failures on purpose. */
function delayText({ count, minutes, lastLeavesAt }: NonNullable<NotificationsPreview["delay"]>, mode: TestMode): string {
  const limit = `At most ${countOf(count, "email")} can be sent ${minutes === 1 ? "a minute" : "an hour"}`;
  if (lastLeavesAt === null || mode.kind !== "normal") return `${limit}. The rest stay due for the next run.`;
  return `${limit}, so the last one is sent at about ${formatMoment(lastLeavesAt)}.`;
}

function testText(mode: TestMode): string {
  return mode.kind === "picked"
    ? `Test Mode: emails to ${countOf(mode.emails.length, "picked address", "picked addresses")} fail on purpose.`
    : "Test Mode: about half of the emails fail on purpose, at random.";
}

function SampleEmail({ email }: { email: NonNullable<NotificationsPreview["sampleEmail"]> }) {
  return (
    <details>
      <summary>Show a sample email</summary>
      <dl className={styles.email}>
        <dt>To</dt>
        <dd>{email.to}</dd>
        <dt>Subject</dt>
        <dd>{email.subject}</dd>
      </dl>
      <p className={styles.emailText}>{email.text}</p>
    </details>
  );
}
