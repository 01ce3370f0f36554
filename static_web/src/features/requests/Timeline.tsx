import { Link } from "react-router";
import type { TimelineEvent } from "@/api/types";
import { Moment } from "@/components/TimeText";
import { sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import { removalText } from "@/removal";
import styles from "./request.module.css";

/** A request's story, oldest first; what a run did links to the run, and a removal that failed to where it is retried. */
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
                <Link to={sitePaths.run(event.jobId)}>by run {event.jobId.slice(0, 8)}</Link>
              </>
            )}
            {isFailedRemoval(event) && index === events.length - 1 && (
              <>
                {" "}
                <Link to={sitePaths.revoke(platform)}>Try again</Link>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

const isFailedRemoval = ({ event, attempted }: TimelineEvent) => event === "failed" && attempted === "Revocation";

/** How often it was tried by then. */
const tryOf = (event: TimelineEvent, earlier: TimelineEvent[]) =>
  1 + earlier.filter((other) => other.event === event.event && other.attempted === event.attempted).length;

const TELLERS: Record<TimelineEvent["event"], (event: TimelineEvent, tries: number) => string> = {
  requested: ({ by }) => `Requested${by ? ` by ${by}` : ""}`,
  reminded: ({ attempted, email }) => `${attempted ?? "Reminder"} sent${email ? ` to ${email}` : ""}`,
  failed: ({ attempted, error }, tries) =>
    attempted === "Access check" ? `Access check: ${error ?? "not as recorded"}` : `${attempted ?? "Attempt"} failed${tries > 1 ? `, try ${tries}` : ""}: ${error ?? "no reason was recorded"}`,
  expired: () => "Expired",
  letExpire: ({ by }) => `Left to expire${by ? ` by ${by}` : ""}, without further reminders`,
  letExpireUndone: ({ by }) => `Reminders turned on again${by ? ` by ${by}` : ""}`,
  extended: ({ by, otherRequestId }) => `Extended${by ? ` by ${by}` : ""} by request ${otherRequestId}`,
  revoked: (event) => {
    const proof = removalText(event);
    const what = event.removal === "superseded" ? "Superseded" : proof ? "Revoked" : "Marked as revoked";
    return `${what}${event.by ? ` by ${event.by}` : ""}${proof ? `; ${proof}` : ""}`;
  },
};
