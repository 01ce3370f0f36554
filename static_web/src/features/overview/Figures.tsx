import type { ReactNode } from "react";
import { Link } from "react-router";
import type { PlatformFigures } from "@/api/types";
import { sitePaths } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { formatDate, formatNumber, formatTotal } from "@/text/format";
import styles from "./overview.module.css";

type Period = PlatformFigures["endingWithin7Days"];

interface Figure {
  title: string;
  value: (figures: PlatformFigures) => number;
  /** The list of exactly what is counted. */
  href: (figures: PlatformFigures) => string;
  /** False where the server stopped counting at the value. */
  isExact?: (figures: PlatformFigures) => boolean;
  note?: (figures: PlatformFigures) => ReactNode;
  /** Says whether a platform has it. The column is left out where none has. */
  isKnown?: (figures: PlatformFigures) => boolean;
  /** What stands where a platform has none. */
  unknown?: string;
  /** Any number above zero needs attention. */
  alarm?: boolean;
}

const endingList = (platform: PlatformFigures["platform"], { since, until }: Period) =>
  sitePaths.requests(platform, { status: "Active", expiresFrom: since, expiresTo: until });

const FIGURES: Figure[] = [
  {
    title: "Overdue",
    value: ({ overdue }) => overdue.count,
    href: ({ platform }) => sitePaths.pendingExpiry(platform),
    note: ({ overdue }) => overdue.oldestExpiresOn && `since ${formatDate(overdue.oldestExpiresOn)}`,
    alarm: true,
  },
  {
    title: "Removal failed",
    value: ({ stillHeldCount }) => stillHeldCount ?? 0,
    href: ({ platform }) => sitePaths.pendingExpiry(platform),
    note: () => "overdue, still granted",
    isKnown: ({ stillHeldCount }) => stillHeldCount !== null,
    unknown: "only recorded",
    alarm: true,
  },
  {
    title: "Findings",
    value: ({ findings = [] }) => findings.reduce((sum, { count }) => sum + count, 0),
    href: ({ platform }) => sitePaths.findings({ platform }),
    // which need no one, while the others are told as needing attention
    note: ({ findings = [] }) => unrecordedText(findings.find(({ kind }) => kind === "unrecorded")),
    isKnown: ({ stillHeldCount }) => stillHeldCount !== null,
    unknown: "not checked",
  },
  {
    title: "Ends within 7 days",
    value: ({ endingWithin7Days }) => endingWithin7Days.count,
    href: ({ platform, endingWithin7Days }) => endingList(platform, endingWithin7Days),
  },
  {
    title: "Ends within 30 days",
    value: ({ endingWithin30Days }) => endingWithin30Days.count,
    href: ({ platform, endingWithin30Days }) => endingList(platform, endingWithin30Days),
  },
  {
    title: "Reminders due",
    value: ({ dueReminders }) => dueReminders.total,
    isExact: ({ dueReminders }) => dueReminders.totalIsExact,
    href: ({ platform }) => sitePaths.notifications(platform),
    note: ({ platform, dueReminders: { first, second, withoutUsableEmail } }) => (
      <>
        {formatNumber(first)} first, {formatNumber(second)} second
        {withoutUsableEmail > 0 && (
          <>
            ,{" "}
            <Link to={sitePaths.notifications(platform, { hasUsableEmail: "false" })}>
              {formatNumber(withoutUsableEmail)} without a usable address
            </Link>
          </>
        )}
      </>
    ),
  },
  {
    title: "Revoked in 30 days",
    value: ({ revokedWithin30Days }) => revokedWithin30Days.count,
    href: ({ platform, revokedWithin30Days: { since, until } }) =>
      sitePaths.audit({ event: "revoked", platform, from: since, to: until }),
  },
  {
    title: "Extended in 30 days",
    value: ({ extendedWithin30Days }) => extendedWithin30Days.count,
    href: ({ platform, extendedWithin30Days: { since, until } }) =>
      sitePaths.audit({ event: "extended", platform, from: since, to: until }),
  },
  {
    title: "Let expire in 30 days",
    value: ({ letExpireWithin30Days }) => letExpireWithin30Days.count,
    href: ({ platform, letExpireWithin30Days: { since, until } }) =>
      sitePaths.audit({ event: "letExpire", platform, from: since, to: until }),
  },
];

const unrecordedText = (found: { count: number } | undefined) => found && `${formatNumber(found.count)} not recorded`;

/** Shows each platform's figures. Each leads to the list that it counts. */
export function Figures({ platforms }: { platforms: PlatformFigures[] }) {
  const shown = FIGURES.filter(({ isKnown }) => !isKnown || platforms.some(isKnown));
  return (
    <table className={styles.figures} role="table">
      <caption className={styles.unseen}>Requests by platform</caption>
      <thead>
        <tr role="row">
          <th scope="col" role="columnheader">
            Platform
          </th>
          {shown.map(({ title }) => (
            <th key={title} scope="col" role="columnheader">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {platforms.map((figures) => (
          <tr key={figures.platform} role="row">
            <th scope="row" role="rowheader">
              {PLATFORMS[figures.platform].title}
            </th>
            {shown.map((figure) => (
              <FigureCell key={figure.title} figure={figure} figures={figures} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FigureCell({ figure, figures }: { figure: Figure; figures: PlatformFigures }) {
  if (figure.isKnown && !figure.isKnown(figures)) {
    return (
      <td role="cell" data-label={figure.title}>
        <span className={styles.note}>{figure.unknown}</span>
      </td>
    );
  }
  const value = figure.value(figures);
  const text = formatTotal({ total: value, totalIsExact: figure.isExact?.(figures) ?? true });
  return (
    <td role="cell" data-label={figure.title} data-alarm={figure.alarm === true && value > 0}>
      <Link
        to={figure.href(figures)}
        className={styles.number ?? ""}
        aria-label={`${text}: ${figure.title}, ${PLATFORMS[figures.platform].title}`}
      >
        {text}
      </Link>
      <span className={styles.note}>{value > 0 && figure.note?.(figures)}</span>
    </td>
  );
}
