import styles from "./ResourceText.module.css";

/** A resource on one line or two, and what may be done with it. */
export function ResourceText({ name, grant }: { name: string; grant?: string }) {
  return (
    <div>
      <div className={styles.resource} data-lines={grant ? 1 : 2} title={name}>
        {withoutBeginning(name)}
      </div>
      {grant && <div className={styles.grant}>{grant}</div>}
    </div>
  );
}

/** All resource ids of a Palantir begin alike; what tells them apart would be cut off. */
const withoutBeginning = (name: string) => name.replace(/^ri\.[^.]+\.[^.]+\./, "…");
