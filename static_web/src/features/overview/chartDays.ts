/** What the overview's charts and the tables behind them show, day by day. */
import type { Overview, PlatformFigures, RunsOfDay } from "@/api/types";
import { sitePaths } from "@/paths";
import { DAY_MS } from "@/text/format";

interface ExpiriesDay {
  day: string;
  counts: { platform: PlatformFigures["platform"]; count: number; href: string }[];
}

const dayAfter = (day: string) => new Date(Date.parse(day) + DAY_MS).toISOString();

/** Returns how many requests end on each day, by platform, each with its list. Today counts from the overview's moment. */
export function expiriesByDay({ platforms, asOf }: Overview): ExpiriesDay[] {
  const [first] = platforms;
  if (!first) return [];
  return first.expiriesPerDay.map(({ day }, number) => ({
    day,
    counts: platforms.map(({ platform, expiriesPerDay }) => {
      const expiresFrom = number === 0 ? asOf : `${day}T00:00:00Z`;
      return {
        platform,
        count: expiriesPerDay[number]?.count ?? 0,
        href: sitePaths.requests(platform, { status: "Active", expiresFrom, expiresTo: dayAfter(day) }),
      };
    }),
  }));
}

type RunOutcome = Exclude<keyof RunsOfDay, "day">;

export const RUN_OUTCOMES: [outcome: RunOutcome, name: string][] = [
  ["completed", "Completed"],
  ["completedWithFailures", "With failures"],
  ["failed", "Failed"],
  ["abandoned", "Abandoned"],
  ["cancelled", "Cancelled"],
  ["inProgress", "Running"],
];

/** Returns the page of the runs that started on a day. */
export const runsOfDay = (day: string) =>
  sitePaths.runs({ startedFrom: `${day}T00:00:00Z`, startedTo: dayAfter(day) });
