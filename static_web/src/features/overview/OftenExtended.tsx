import { Link } from "react-router";
import type { PlatformFigures } from "@/api/types";
import { sitePaths } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { countOf, shortId } from "@/text/format";
import styles from "./overview.module.css";

/** Lists access that is extended again and again: someone should review it. */
export function OftenExtended({ platforms }: { platforms: PlatformFigures[] }) {
  const some = platforms.filter(({ oftenExtendedCount }) => oftenExtendedCount > 0);
  if (!some.length) return null;
  return (
    <section className={styles.card} aria-label="Extended three times or more">
      <h2 className={styles.heading}>Extended three times or more</h2>
      {some.map((figures) => (
        <div key={figures.platform}>
          <p>
            {countOf(figures.oftenExtendedCount, "active request")} on {PLATFORMS[figures.platform].title}
            {figures.oftenExtendedCount > figures.oftenExtended.length && ". The most often extended"}:
          </p>
          <ul className={styles.often}>
            {figures.oftenExtended.map(({ requestId, email, resource, extensionCount }) => (
              <li key={requestId}>
                <Link to={sitePaths.request(figures.platform, requestId)}>#{shortId(requestId)}</Link> {email}: {resource},{" "}
                {countOf(extensionCount, "extension")}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
