import type { StatusText } from "@/text/statuses";
import styles from "./StatusBadge.module.css";

/** Shows a status in words and colour. */
export function StatusBadge({ title, tone }: StatusText) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {title}
    </span>
  );
}
