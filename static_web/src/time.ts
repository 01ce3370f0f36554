/** How times read on the page. All are shown in UTC, the clock by which access expires. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const momentFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const formatDate = (iso: string) => dateFormat.format(new Date(iso));

export const formatMoment = (iso: string) => `${momentFormat.format(new Date(iso))} UTC`;

const STEPS: [unit: Intl.RelativeTimeFormatUnit, ms: number, upTo: number][] = [
  ["minute", MINUTE, HOUR],
  ["hour", HOUR, DAY],
  ["day", DAY, 60 * DAY],
  ["month", 30.44 * DAY, 730 * DAY],
  ["year", 365.25 * DAY, Infinity],
];

const dayOf = (ms: number) => Math.floor(ms / DAY);

export function formatRelative(iso: string, now: number): string {
  const distance = new Date(iso).getTime() - now;
  if (Math.abs(distance) < MINUTE) return distance > 0 ? "in a moment" : "just now";
  const [unit, ms] = STEPS.find(([, , upTo]) => Math.abs(distance) < upTo) ?? (["year", 365.25 * DAY] as const);
  // "tomorrow" is the next day of the calendar, however many hours away
  const steps = unit === "day" ? dayOf(Date.parse(iso)) - dayOf(now) : Math.trunc(distance / ms);
  return relativeFormat.format(steps, unit);
}

/** 75 000 → "1 min 15 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export type Urgency = "expired" | "week" | "month" | "later" | "never";

export function urgencyOf(expiresOn: string | null, now: number): Urgency {
  if (expiresOn === null) return "never";
  const left = new Date(expiresOn).getTime() - now;
  if (left < 0) return "expired";
  if (left <= 7 * DAY) return "week";
  return left <= 30 * DAY ? "month" : "later";
}
