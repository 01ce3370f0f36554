import { useNow } from "@/hooks/useNow";
import { formatDate, formatMoment, formatRelative, urgencyOf, type Urgency } from "@/time";
import styles from "./TimeText.module.css";

/** How long ago; the exact time shows on hover. */
export function PastTime({ iso }: { iso: string }) {
  // what has just happened may be newer than the last renewal of the clock
  const now = Math.max(useNow(), new Date(iso).getTime());
  return (
    <time dateTime={iso} title={formatMoment(iso)}>
      {formatRelative(iso, now)}
    </time>
  );
}

const URGENCY_WORDS: Record<Urgency, (relative: string) => string> = {
  expired: (relative) => `expired ${relative}`,
  week: (relative) => relative,
  month: (relative) => relative,
  later: (relative) => relative,
  never: () => "never expires",
};

interface ExpiryProps {
  expiresOn: string | null;
  /** Only access that is still granted is urgent. */
  isActive: boolean;
}

/** The date on which access ends, and how urgent that is in words and colour. */
export function Expiry({ expiresOn, isActive }: ExpiryProps) {
  const now = useNow();
  if (expiresOn === null) return <span className={styles.quiet}>Never</span>;
  const urgency = urgencyOf(expiresOn, now);
  const relative = formatRelative(expiresOn, now);
  return (
    <time dateTime={expiresOn} title={formatMoment(expiresOn)} className={styles.expiry}>
      <span>{formatDate(expiresOn)}</span>
      <span className={styles.urgency} data-urgency={isActive ? urgency : "later"}>
        {isActive ? URGENCY_WORDS[urgency](relative) : relative}
      </span>
    </time>
  );
}

/** Time since a moment, ticking every second. Not for live regions: it would be read out each time. */
export function TickingAge({ since, children }: { since: string; children: (ageMs: number) => string }) {
  const now = useNow(1000);
  return <>{children(now - new Date(since).getTime())}</>;
}
