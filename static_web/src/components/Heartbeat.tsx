import type { RecordedRun } from "@/api/types";
import { useNow } from "@/hooks/useNow";
import { formatDuration, formatTime } from "@/text/format";
import styles from "./Heartbeat.module.css";

interface Props {
  run: Pick<RecordedRun, "heartbeatAgeSeconds" | "isSilent" | "staleAt">;
  /** When this was read, by the server's clock; the age itself is by the database's. */
  readAt: number;
}

/** Says how long ago a running job last sent its heartbeat, and warns where the server says that it is silent. */
export function Heartbeat({ run: { heartbeatAgeSeconds, isSilent, staleAt }, readAt }: Props) {
  const now = useNow(1_000);
  if (heartbeatAgeSeconds === null) return null;
  const seconds = heartbeatAgeSeconds + Math.max(0, now - readAt) / 1_000;
  const age = formatDuration(seconds * 1_000);
  if (!isSilent) return <span className={styles.alive}>last heartbeat {age} ago</span>;
  return (
    <strong className={styles.silent}>
      No heartbeat for {age}. Its server has probably stopped.
      {staleAt && ` If it stays silent, a new run can take over at ${formatTime(staleAt)}.`}
    </strong>
  );
}
