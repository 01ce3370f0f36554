import { useId } from "react";
import { NavLink } from "react-router";
import { useCaller } from "@/hooks/useCaller";
import { sitePaths } from "@/paths";
import { PLATFORM_TITLES, PLATFORMS, type Platform } from "@/platforms";
import styles from "./AppShell.module.css";

const PAGES: [title: string, path: (platform: Platform) => string][] = [
  ["All requests", sitePaths.requests],
  ["New request", sitePaths.create],
  ["Pending expiry", sitePaths.pendingExpiry],
  ["Expiry notifications", sitePaths.notifications],
  ["Revoke expired", sitePaths.revoke],
];

/** All pages, by platform. */
export function Navigation({ onFollow }: { onFollow: () => void }) {
  const { mayRequest } = useCaller();
  const pages = PAGES.filter(([, path]) => mayRequest || path !== sitePaths.create);
  return PLATFORMS.map((platform) => (
    <PlatformPages key={platform} platform={platform} pages={pages} onFollow={onFollow} />
  ));
}

function PlatformPages(props: { platform: Platform; pages: typeof PAGES; onFollow: () => void }) {
  const headingId = useId();
  return (
    <div className={styles.group}>
      <h2 id={headingId}>{PLATFORM_TITLES[props.platform]}</h2>
      <ul aria-labelledby={headingId}>
        {props.pages.map(([title, path]) => (
          <li key={title}>
            <NavLink to={path(props.platform)} end onClick={props.onFollow}>
              {title}
            </NavLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
