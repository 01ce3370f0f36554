import type { RecordedRun } from "@/api/types";
import { useNow } from "@/hooks/useNow";
import { formatDuration, formatTime } from "@/text/format";
import styles from "./Heartbeat.module.css";

interface Props {
  run: Pick<RecordedRun, "heartbeatAgeSeconds" | "isSilent" | "staleAt">;
  /** When this was read, by this machine's clock; the age itself is by the database's. */
  readAt: number;
}

/** How long ago a running job gave its last sign of life; one that gave none for long looks dead. */
export function Heartbeat({ run: { heartbeatAgeSeconds, isSilent, staleAt }, readAt }: Props) {
  const now = useNow(1_000);
  if (heartbeatAgeSeconds === null) return null;
  const seconds = heartbeatAgeSeconds + Math.max(0, now - readAt) / 1_000;
  const age = formatDuration(seconds * 1_000);
  if (!isSilent) return <span className={styles.alive}>last sign of life {age} ago</span>;
  return (
    <strong className={styles.silent}>
      No sign of life for {age}: its server has probably stopped.
      {staleAt && ` If none comes, a new run can start at ${formatTime(staleAt)} and takes over.`}
    </strong>
  );
}
