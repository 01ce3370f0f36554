import { Link } from "react-router";
import type { TimelineEvent } from "@/api/types";
import { Moment } from "@/components/TimeText";
import { sitePaths } from "@/paths";
import styles from "./request.module.css";

/** A request's story, oldest first; what a run did links to the run. */
export function Timeline({ events }: { events: TimelineEvent[] }) {
  return (
    <ol className={styles.timeline}>
      {events.map((event) => (
        <li key={`${event.at} ${event.event} ${event.attempted}`} data-event={event.event}>
          <Moment iso={event.at} inline />
          <span>
            {TELLERS[event.event](event)}
            {event.jobId && (
              <>
                {" "}
                <Link to={sitePaths.run(event.jobId)}>by run {event.jobId.slice(0, 8)}</Link>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

const TELLERS: Record<TimelineEvent["event"], (event: TimelineEvent) => string> = {
  requested: ({ by }) => `Requested${by ? ` by ${by}` : ""}`,
  reminded: ({ attempted, email }) => `${attempted ?? "Reminder"} sent${email ? ` to ${email}` : ""}`,
  failed: ({ attempted, error }) => `${attempted ?? "Attempt"} failed: ${error ?? "no reason was recorded"}`,
  expired: () => "Expired",
  revoked: ({ by }) => `Marked as revoked${by ? ` by ${by}` : ""}`,
};
