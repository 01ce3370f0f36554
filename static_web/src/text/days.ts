/** Days of the calendar, UTC, as date fields write them: 2027-01-31. */
import { DAY_MS } from "@/text/format";

export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export const inDays = (days: number, now: number) => dayOf(now + days * DAY_MS);

/** Returns a day's last second: access lasts through the chosen day. */
export const endOfDay = (day: string) => `${day}T23:59:59Z`;
