import styles from "./ProgressBar.module.css";

interface Props {
  "aria-label": string;
  /** How much is done, of `max`. Left out while that is not known. */
  value?: number;
  max?: number;
}

/** Shows how far something is. The kit's bar looks the same, and brings its library of animations to every page. */
export function ProgressBar({ value, max = 1, ...label }: Props) {
  const isKnown = value !== undefined;
  return (
    <div
      {...label}
      role="progressbar"
      className={styles.track}
      {...(isKnown && { "aria-valuemin": 0, "aria-valuemax": max, "aria-valuenow": value })}
    >
      <div
        className={styles.bar}
        data-known={isKnown}
        {...(isKnown && { style: { width: `${Math.min(100, (value / max) * 100)}%` } })}
      />
    </div>
  );
}
