import { Link } from "react-router";
import type { TimelineEvent } from "@/api/types";
import { Moment } from "@/components/TimeText";
import { sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import { formatMoment, shortId } from "@/text/format";
import { removalText } from "@/text/removal";
import styles from "./request.module.css";

/** Tells a request's history, oldest first, with links to runs and to the other request of an extension. */
export function Timeline({ platform, events }: { platform: Platform; events: TimelineEvent[] }) {
  return (
    <ol className={styles.timeline}>
      {events.map((event, index) => (
        <li key={`${event.at} ${event.event} ${event.attempted}`} data-event={event.event}>
          <Moment iso={event.at} inline />
          <span>
            {TELLERS[event.event](event, tryOf(event, events.slice(0, index)))}
            {event.jobId && (
              <>
                {" "}
                <Link to={sitePaths.run(event.jobId)}>by run {shortId(event.jobId)}</Link>
              </>
            )}
            <OtherRequest platform={platform} event={event} />
            {isFailedRemoval(event) && index === events.length - 1 && (
              <>
                {" "}
                <Link to={sitePaths.revoke(platform)}>Try again</Link>
              </>
            )}
          </span>
          {event.verifiedScope && <span className={styles.reason}>Checked: {event.verifiedScope}</span>}
          {event.reason && <span className={styles.reason}>Reason: {event.reason}</span>}
        </li>
      ))}
    </ol>
  );
}

function OtherRequest({ platform, event: { event, otherRequestId: id } }: { platform: Platform; event: TimelineEvent }) {
  if (id === null || id === undefined) return null;
  return (
    <>
      {event === "extended" ? ": " : ", to extend "}
      <Link to={sitePaths.request(platform, id)}>request #{shortId(id)}</Link>
      {event === "extended" && " continues it"}
    </>
  );
}

const isFailedRemoval = ({ event, attempted }: TimelineEvent) => (event === "failed" || event === "notKnown") && attempted === "Revocation";

/** How often it was tried by then. */
const tryOf = (event: TimelineEvent, earlier: TimelineEvent[]) =>
  1 + earlier.filter((other) => other.event === event.event && other.attempted === event.attempted).length;

const byWhom = ({ by }: TimelineEvent) => (by ? ` by ${by}` : "");

const TELLERS: Record<TimelineEvent["event"], (event: TimelineEvent, tries: number) => string> = {
  requested: (event) => `Requested${byWhom(event)}`,
  reminded: ({ attempted, email }) => `${attempted ?? "Reminder"} sent${email ? ` to ${email}` : ""}`,
  failed: ({ attempted, error }, tries) =>
    attempted === "Access check" ? `Access check: ${error ?? "differs from the records"}` : `${attempted ?? "Attempt"} failed${tries > 1 ? `, try ${tries}` : ""}: ${error ?? "no reason was recorded"}`,
  notKnown: ({ error }, tries) =>
    `Not known whether the access is gone${tries > 1 ? `, try ${tries}` : ""}: ${error ?? "no reason was recorded"}`,
  expired: () => "Expired",
  extended: (event) => `Extended${byWhom(event)}`,
  findingOpened: ({ error }) => `Access check: ${error ?? "differs from the records"}`,
  findingEnded: (event) => `Finding ended${byWhom(event)}`,
  letExpire: (event) => `Set to expire${byWhom(event)}. No more reminders are sent`,
  letExpireUndone: (event) => `Let expire undone${byWhom(event)}. Reminders continue`,
  revoked: (event) => {
    const proof = removalText(event);
    const what = event.removal === "superseded" ? "Superseded" : proof ? "Revoked" : "Marked as revoked";
    return `${what}${byWhom(event)}${proof ? `, ${proof}` : ""}`;
  },
  givenBack: (event) => {
    const when = event.verifiedAt ? ` ${formatMoment(event.verifiedAt)}` : "";
    return `Given back${byWhom(event)}, ${event.giving === "alreadyThere" ? "already there" : "confirmed there"}${when}`;
  },
};
