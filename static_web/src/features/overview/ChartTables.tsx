import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Overview, RunsOfDay } from "@/api/types";
import { Day } from "@/components/TimeText";
import { expiriesByDay, RUN_OUTCOMES, runsOfDay } from "@/features/overview/chartDays";
import { PLATFORMS } from "@/platforms";
import { formatNumber } from "@/text/format";
import styles from "./overview.module.css";

/** Lists the days on which any access ends. */
export function ExpiriesTable({ overview }: { overview: Overview }) {
  const days = expiriesByDay(overview).filter(({ counts }) => counts.some(({ count }) => count > 0));
  return (
    <DaysTable
      caption="Requests that end, by day and platform"
      titles={overview.platforms.map(({ platform }) => PLATFORMS[platform].title)}
      none="No access ends in the next 60 days."
      rows={days.map(({ day, counts }) => ({
        day,
        cells: counts.map(({ platform, count, href }) => (
          <td key={platform}>{count ? <Link to={href}>{formatNumber(count)}</Link> : "0"}</td>
        )),
      }))}
    />
  );
}

/** Lists the days on which any job ran. */
export function RunsTable({ days }: { days: RunsOfDay[] }) {
  const used = days.filter((day) => RUN_OUTCOMES.some(([outcome]) => day[outcome]));
  return (
    <DaysTable
      caption="Runs by start day and outcome"
      titles={RUN_OUTCOMES.map(([, name]) => name)}
      none="No runs in the last 30 days."
      rows={used.map((day) => ({
        day: day.day,
        href: runsOfDay(day.day),
        cells: RUN_OUTCOMES.map(([outcome]) => <td key={outcome}>{formatNumber(day[outcome] ?? 0)}</td>),
      }))}
    />
  );
}

interface DaysTableProps {
  caption: string;
  titles: string[];
  none: string;
  rows: { day: string; href?: string; cells: ReactNode }[];
}

function DaysTable({ caption, titles, none, rows }: DaysTableProps) {
  if (!rows.length) return <p>{none}</p>;
  return (
    <div className={styles.daysFrame}>
      <table className={styles.days}>
        <caption className={styles.unseen}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            {titles.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, href, cells }) => (
            <tr key={day}>
              <th scope="row">{href ? <Link to={href}><Day iso={day} /></Link> : <Day iso={day} />}</th>
              {cells}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
