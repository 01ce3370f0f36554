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
  /** The run of which only what failed is tried again; empty for everything that is due. */
  onlyFailedOf: string;
  run: Pick<ConfirmedRun<unknown>, "isOpen" | "isLocked" | "refusal">;
  busy: boolean;
  onConfirm: (query: URLSearchParams) => void;
  onClose: () => void;
}

/** Asks before people get mail: how many, which reminder, whether it is real, and what it says. */
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
            A later run mails the same {data.count === 1 ? "person" : "people"} again only for a second reminder, or if this
            one fails.
          </p>
          {mode.kind !== "normal" && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{testText(mode)} What does not fail is sent and recorded.</MessageBarBody>
            </MessageBar>
          )}
          {data.sampleEmail && <SampleEmail email={data.sampleEmail} />}
        </>
      )}
    </PreviewDialog>
  );
}

const SENDERS: Record<NotificationsPreview["emailSender"], string> = {
  simulated: "Mail is simulated here: it is recorded, and nobody gets any.",
  smtp: "Mail goes out for real, through the mail server.",
  azure: "Mail goes out for real, through Azure Communication Services.",
};

function effectText({ reminders, endedCount, count, runMaxItems }: NotificationsPreview): string {
  const of = (reminder: string) => reminders.find((each) => each.reminder === reminder)?.count ?? 0;
  const sentences = [
    `${countOf(of("30-Day Reminder"), "first reminder")}, ${countOf(of("7-Day Reminder"), "second and last one")}.`,
  ];
  if (endedCount) {
    sentences.push(`${formatNumber(endedCount)} of them ended earlier today and ${endedCount === 1 ? "is" : "are"} told so.`);
  }
  if (count > runMaxItems) sentences.push(`One run takes on ${formatNumber(runMaxItems)}; the rest stays due for the next.`);
  return sentences.join(" ");
}

/** A run with failures on purpose is not gone on with. */
function delayText({ count, minutes, lastLeavesAt }: NonNullable<NotificationsPreview["delay"]>, mode: TestMode): string {
  const limit = `At most ${formatNumber(count)} ${minutes === 1 ? "a minute" : "an hour"} may leave`;
  if (lastLeavesAt === null || mode.kind !== "normal") return `${limit}: what this run cannot send stays due for the next.`;
  return `${limit}, so the last one does at about ${formatMoment(lastLeavesAt)}.`;
}

function testText(mode: TestMode): string {
  return mode.kind === "picked"
    ? `Test Mode: mail to ${countOf(mode.emails.length, "picked address", "picked addresses")} fails on purpose.`
    : "Test Mode: about half of the mail fails on purpose, at random.";
}

function SampleEmail({ email }: { email: NonNullable<NotificationsPreview["sampleEmail"]> }) {
  return (
    <details>
      <summary>Look at the mail</summary>
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
