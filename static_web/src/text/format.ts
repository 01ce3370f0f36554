/** The one place that turns numbers, dates and durations into text. All times are UTC, the clock by which access ends. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

const numberFormat = new Intl.NumberFormat("en");
const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const shortDateFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const momentFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const timeFormat = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "UTC" });
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const formatNumber = (value: number) => numberFormat.format(value);

/** Returns a count as "1 request" or "1,200 requests". */
export const countOf = (count: number, one: string, many = `${one}s`) => `${formatNumber(count)} ${count === 1 ? one : many}`;

/** Returns the beginning of an id: all of a number, and enough of a UUID to recognise it. */
export const shortId = (id: number | string) => String(id).slice(0, 8);

/** Returns a total, which the server counts up to a bound: above it, the text is "10,000+". */
export function formatTotal({ total, totalIsExact }: { total: number; totalIsExact: boolean }): string {
  return totalIsExact ? formatNumber(total) : `${formatNumber(total)}+`;
}

export const formatDate = (iso: string) => dateFormat.format(new Date(iso));

export const formatShortDate = (iso: string) => shortDateFormat.format(new Date(iso));

export const formatMoment = (iso: string) => `${formatStamp(iso)} UTC`;

/** Returns a moment for a column whose header says UTC. */
export const formatStamp = (iso: string) => momentFormat.format(new Date(iso));

export const formatTime = (iso: string) => `${timeFormat.format(new Date(iso))} UTC`;

const STEPS: [unit: Intl.RelativeTimeFormatUnit, ms: number, upTo: number][] = [
  ["minute", MINUTE, HOUR],
  ["hour", HOUR, DAY_MS],
  ["day", DAY_MS, 60 * DAY_MS],
  ["month", 30.44 * DAY_MS, 730 * DAY_MS],
  ["year", 365.25 * DAY_MS, Infinity],
];

const dayOf = (ms: number) => Math.floor(ms / DAY_MS);

export function formatRelative(iso: string, now: number): string {
  const distance = new Date(iso).getTime() - now;
  // the clock ticks in steps: what has just happened may be ahead of it
  if (Math.abs(distance) < MINUTE) return "now";
  const [unit, ms] = STEPS.find(([, , upTo]) => Math.abs(distance) < upTo) ?? (["year", 365.25 * DAY_MS] as const);
  // "tomorrow" is the next day of the calendar, however many hours away
  const steps = unit === "day" ? dayOf(Date.parse(iso)) - dayOf(now) : Math.trunc(distance / ms);
  return relativeFormat.format(steps, unit);
}

/** Returns 75 000 as "1 min 15 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export type Urgency = "expired" | "week" | "month" | "later" | "never";

/** Returns the urgency by calendar days, as the server counts: access that ends on the seventh day ends within 7 days. */
export function urgencyOf(expiresOn: string | null, now: number): Urgency {
  if (expiresOn === null) return "never";
  const end = Date.parse(expiresOn);
  if (end < now) return "expired";
  const daysLeft = dayOf(end) - dayOf(now);
  if (daysLeft <= 7) return "week";
  return daysLeft <= 30 ? "month" : "later";
}
