/** How long an extension may last: later than now and than the old end, at most so many days from now. */
import type { AccessRequest } from "@/api/types";
import { dayOf, endOfDay, inDays } from "@/text/days";
import { formatDate } from "@/text/format";

const PRESET_DAYS = [30, 90, 180];

export interface Range {
  earliest: string;
  latest: string;
  /** The last day of each usual length. */
  presets: { days: number; day: string }[];
}

export function rangeOf(requests: AccessRequest[], maxDays: number, now: number): Range {
  const presets = PRESET_DAYS.filter((days) => days <= maxDays).map((days) => ({ days, day: inDays(days, now) }));
  const [first] = requests;
  const isOne = requests.length === 1 && first?.expiresOn;
  const earliest = isOne ? laterOf(dayOf(now), firstDayAfter(first.expiresOn)) : dayOf(now);
  return { earliest, latest: inDays(maxDays, now), presets: presets.filter(({ day }) => day >= earliest) };
}

/** Returns the days from today on that lie within so many days. */
export function rangeFromToday(maxDays: number, now: number): Range {
  const presets = PRESET_DAYS.map((days) => ({ days, day: inDays(days, now) }));
  return { earliest: dayOf(now), latest: inDays(maxDays, now), presets };
}

const laterOf = (one: string, other: string) => (one > other ? one : other);

/** Returns the first day whose end is later than the moment. */
function firstDayAfter(moment: string | null): string {
  const end = Date.parse(moment ?? "");
  const day = dayOf(end);
  return Date.parse(endOfDay(day)) > end ? day : inDays(1, end);
}

export function errorOfDay(day: string, { earliest, latest }: Range): string | null {
  if (!day) return "Choose a date.";
  if (earliest > latest) return `It already ends after the latest date an extension can reach, ${formatDate(latest)}.`;
  if (day < earliest) return `Choose ${formatDate(earliest)} or later. An extension must end after the current expiry date.`;
  return day > latest ? `Choose ${formatDate(latest)} or earlier. An extension cannot last longer.` : null;
}

/** Returns those that already end later, and cannot be extended to that day. */
export const beyond = (requests: AccessRequest[], day: string) =>
  requests.filter(({ expiresOn }) => expiresOn === null || Date.parse(expiresOn) >= Date.parse(endOfDay(day)));
