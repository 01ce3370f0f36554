import { PLATFORMS, type Platform } from "@/platforms";
import styles from "./ResourceText.module.css";

/** Shows a resource on one line or two, and what may be done with it. */
export function ResourceText({ platform, name, grant }: { platform: Platform; name: string; grant?: string }) {
  const { resourcePrefix } = PLATFORMS[platform];
  return (
    <div>
      <div className={styles.resource} data-lines={grant ? 1 : 2} title={name}>
        {resourcePrefix ? name.replace(resourcePrefix, "…") : name}
      </div>
      {grant && <div className={styles.grant}>{grant}</div>}
    </div>
  );
}
