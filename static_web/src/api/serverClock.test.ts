import { renderHook } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const DAY = 86_400_000;

let elapsed: number;

beforeEach(() => {
  vi.resetModules();
  elapsed = 5_000;
  vi.spyOn(performance, "now").mockImplementation(() => elapsed);
});

const clock = () => import("@/api/serverClock");
const answerAt = (ms: number) => new Response("", { headers: { Date: new Date(ms).toUTCString() } });

test.each([-400 * DAY, -9 * 3_600_000, 0, 9 * 3_600_000, 3 * DAY])("is the server's where the browser's is %d ms off", async (ms) => {
  const { readServerTime, serverNow } = await clock();
  vi.spyOn(Date, "now").mockReturnValue(NOW + ms);
  expect(serverNow()).toBe(NOW + ms);
  readServerTime(answerAt(NOW));
  expect(serverNow()).toBe(NOW);
  elapsed += 90_000;
  expect(serverNow()).toBe(NOW + 90_000);
});

test("goes on where the browser's is set while the page is open", async () => {
  const { readServerTime, serverNow } = await clock();
  readServerTime(answerAt(NOW));
  vi.spyOn(Date, "now").mockReturnValue(NOW - 30 * DAY);
  elapsed += 1_000;
  expect(serverNow()).toBe(NOW + 1_000);
});

test("does not go back and forth by the seconds of a header, and follows a computer that has slept", async () => {
  const { readServerTime, serverNow } = await clock();
  readServerTime(answerAt(NOW));
  elapsed += 1_900;
  readServerTime(answerAt(NOW + 1_000));
  expect(serverNow()).toBe(NOW + 1_900);
  readServerTime(answerAt(NOW + DAY));
  expect(serverNow()).toBe(NOW + DAY);
});

test.each([undefined, "yesterday"])("is not told by an answer whose date is %s", async (date) => {
  const { readServerTime, serverNow } = await clock();
  readServerTime(new Response("", date ? { headers: { Date: date } } : {}));
  vi.spyOn(Date, "now").mockReturnValue(7);
  expect(serverNow()).toBe(7);
});

test("is the clock of all relative times", async () => {
  const { readServerTime } = await clock();
  const { useNow } = await import("@/hooks/useNow");
  readServerTime(answerAt(NOW));
  vi.spyOn(Date, "now").mockReturnValue(NOW + 3 * DAY);
  expect(renderHook(() => useNow(60_000)).result.current).toBe(NOW);
});
