import { useId, type ReactNode } from "react";
import { NavLink } from "react-router";
import type { Overview } from "@/api/types";
import { useCaller } from "@/hooks/useCaller";
import { useOverview } from "@/hooks/useOverview";
import { sitePaths } from "@/paths";
import { PLATFORM_IDS, PLATFORMS, type Platform } from "@/platforms";
import { formatTotal } from "@/text/format";
import styles from "./AppShell.module.css";

interface PageLink {
  title: string;
  path: string;
  /** What waits there: how much, and what it is. */
  count?: number | undefined;
  /** False where the server stopped counting there. */
  isExact?: boolean | undefined;
  counted?: string;
  alarm?: boolean;
}

/** Lists all pages, first the general ones, then each platform's, with counts of what waits there. */
export function Navigation({ onFollow }: { onFollow: () => void }) {
  const { isKnown, mayRequest } = useCaller();
  const { data } = useOverview();
  return (
    <>
      <Group links={generalLinks(data)} onFollow={onFollow} />
      {PLATFORM_IDS.map((platform) => (
        <Group
          key={platform}
          title={PLATFORMS[platform].title}
          links={platformLinks(platform, data, isKnown && mayRequest)}
          onFollow={onFollow}
        />
      ))}
    </>
  );
}

function generalLinks(overview: Overview | undefined): PageLink[] {
  const running = overview?.jobs.filter(({ activeRun }) => activeRun).length;
  return [
    { title: "Overview", path: sitePaths.overview, count: overview?.concerns.length, counted: "need attention", alarm: true },
    { title: "Runs", path: sitePaths.runs(), count: running, counted: "in progress" },
    { title: "People", path: sitePaths.person() },
    { title: "Audit", path: sitePaths.audit() },
    { title: "Connections", path: sitePaths.connections },
  ];
}

function platformLinks(platform: Platform, overview: Overview | undefined, mayRequest: boolean): PageLink[] {
  const figures = overview?.platforms.find((each) => each.platform === platform);
  const due = figures?.dueReminders;
  return [
    { title: "All requests", path: sitePaths.requests(platform) },
    ...(mayRequest ? [{ title: "New request", path: sitePaths.create(platform) }] : []),
    { title: "Pending expiry", path: sitePaths.pendingExpiry(platform), count: figures?.overdue.count, counted: "overdue" },
    { title: "Expiry notifications", path: sitePaths.notifications(platform), count: due?.total, isExact: due?.totalIsExact, counted: "due" },
    { title: "Revoke expired", path: sitePaths.revoke(platform) },
  ];
}

function Group({ title, links, onFollow }: { title?: string; links: PageLink[]; onFollow: () => void }) {
  const headingId = useId();
  return (
    <div className={styles.group}>
      {title && <h2 id={headingId}>{title}</h2>}
      <ul {...(title && { "aria-labelledby": headingId })}>
        {links.map((link) => (
          <li key={link.path}>
            <NavLink to={link.path} end onClick={onFollow}>
              {link.title}
              <Count {...link} />
            </NavLink>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Count({ count, isExact = true, counted, alarm = false }: PageLink): ReactNode {
  if (!count) return null;
  return (
    <span className={styles.count} data-tone={alarm ? "alarm" : "plain"}>
      {formatTotal({ total: count, totalIsExact: isExact })}
      <span className={styles.unseen}> {counted}</span>
    </span>
  );
}
