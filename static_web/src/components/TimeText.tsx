import { useNow } from "@/hooks/useNow";
import { formatDate, formatMoment, formatRelative, formatStamp, urgencyOf, type Urgency } from "@/text/format";
import styles from "./TimeText.module.css";

interface MomentProps {
  iso: string;
  /** Beside each other, in a sentence; otherwise one under the other, in a table whose header says UTC. */
  inline?: boolean;
}

/** Shows a moment exactly, and how far away it is. */
export function Moment({ iso, inline = false }: MomentProps) {
  return (
    <time dateTime={iso} className={inline ? undefined : styles.stacked}>
      <span>{inline ? formatMoment(iso) : formatStamp(iso)}</span>
      {inline ? " (" : null}
      <span className={inline ? undefined : styles.quietLine}>
        <Relative iso={iso} />
      </span>
      {inline ? ")" : null}
    </time>
  );
}

function Relative({ iso }: { iso: string }) {
  return <>{formatRelative(iso, useNow())}</>;
}

const URGENCY_WORDS: Record<Urgency, string> = {
  expired: "Overdue",
  week: "Within 7 days",
  month: "Within 30 days",
  later: "",
  never: "",
};

interface ExpiryProps {
  expiresOn: string | null;
  /** The stored text of a date that cannot be read. */
  asWritten?: string | null | undefined;
  /** Only access that is still granted is urgent. */
  isActive: boolean;
}

/** Shows when access ends, and how urgent that is in words, colour and shape. */
export function Expiry({ expiresOn, asWritten = null, isActive }: ExpiryProps) {
  const now = useNow();
  if (asWritten !== null) {
    return (
      <span className={styles.stacked}>
        <span>Cannot be read</span>
        <span className={styles.quietLine}>{asWritten.trim() || "empty"}</span>
      </span>
    );
  }
  if (expiresOn === null) return <span className={styles.quiet}>Never</span>;
  const urgency = isActive ? urgencyOf(expiresOn, now) : "later";
  const words = URGENCY_WORDS[urgency];
  return (
    <time dateTime={expiresOn} className={styles.stacked}>
      <span>{formatStamp(expiresOn)}</span>
      <span className={styles.quietLine}>
        {words && (
          <span className={styles.urgency} data-urgency={urgency}>
            {words}
          </span>
        )}
        {words && " "}
        {formatRelative(expiresOn, now)}
      </span>
    </time>
  );
}

/** Shows a day and how far away it is, one under the other. Null reads as unknown. */
export function DayAndAge({ iso }: { iso: string | null }) {
  if (iso === null) return <span className={styles.quiet}>Unknown</span>;
  return (
    <time dateTime={iso} className={styles.stacked}>
      <span className={styles.day}>{formatDate(iso)}</span>
      <span className={styles.quietLine}>
        <Relative iso={iso} />
      </span>
    </time>
  );
}

/** Shows only the day, where the time of day does not matter. */
export function Day({ iso }: { iso: string }) {
  return <time dateTime={iso}>{formatDate(iso)}</time>;
}

/** Shows the time since a moment, ticking every second. Not for live regions: each tick would be read out. */
export function TickingAge({ since, children }: { since: string; children: (ageMs: number) => string }) {
  const now = useNow(1000);
  return <>{children(now - new Date(since).getTime())}</>;
}
