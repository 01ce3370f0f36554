/** The server's time. What is overdue depends on it, and a browser's clock may be days off or be set while a page is open. */

/** Smaller differences come from the seconds of the header and the way of the answer. */
const TOLERATED_MS = 2_000;

/** What the server told last, and when by a clock that nobody sets. */
let told: { time: number; at: number } | null = null;

/** Returns the server's time in milliseconds; the browser's until the first answer. */
export const serverNow = () => (told ? told.time + performance.now() - told.at : Date.now());

/** Takes over the time of an answer. */
export function readServerTime({ headers }: Response): void {
  const time = Date.parse(headers.get("Date") ?? "");
  if (Number.isNaN(time) || (told && Math.abs(time - serverNow()) < TOLERATED_MS)) return;
  told = { time, at: performance.now() };
}
