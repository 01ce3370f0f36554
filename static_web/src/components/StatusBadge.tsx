import styles from "./StatusBadge.module.css";

type Tone = "good" | "plain" | "warning" | "bad" | "busy";

const TONES: Record<string, Tone> = {
  Active: "good",
  Completed: "good",
  "Completed with failures": "warning",
  Cancelled: "warning",
  Failed: "bad",
  Abandoned: "bad",
  "No sign of life": "bad",
  Running: "busy",
};

/** A status in words and colour. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <span className={styles.badge} data-tone={TONES[status] ?? "plain"}>
      {status}
    </span>
  );
}
