import { describe, expect, test } from "vitest";
import { countOf, formatDuration, formatMoment, formatRelative, formatTotal, urgencyOf } from "@/text/format";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const HOUR = 3_600_000;
const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString();

test("a moment is shown in UTC and says so", () => {
  expect(formatMoment("2026-11-23T23:59:59Z")).toBe("23 Nov 2026, 23:59 UTC");
});

test.each([
  [0, "now"],
  [0.01, "now"],
  [-0.5, "30 minutes ago"],
  [5, "in 5 hours"],
  [-24, "yesterday"],
  [30, "tomorrow"],
  [38, "in 2 days"],
  [-38, "2 days ago"],
  [24 * 45, "in 45 days"],
  [-24 * 180, "5 months ago"],
  [24 * 800, "in 2 years"],
])("%d hours away reads %s", (hours, text) => {
  expect(formatRelative(at(hours), NOW)).toBe(text);
});

test.each([
  [400, "0 s"],
  [75_000, "1 min 15 s"],
  [7_260_000, "2 h 1 min"],
  [-5_000, "0 s"],
])("%d ms last %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("numbers have separators, and a word in the right number", () => {
  expect(countOf(1, "request")).toBe("1 request");
  expect(countOf(1200, "request")).toBe("1,200 requests");
});

test.each([
  [{ total: 10_000, totalIsExact: true }, "10,000"],
  [{ total: 10_000, totalIsExact: false }, "10,000+"],
])("a total of %o reads %s", (page, text) => {
  expect(formatTotal(page)).toBe(text);
});

describe("urgency", () => {
  test.each([
    ["2026-11-23T11:59:59Z", "expired"],
    ["2026-11-23T12:00:00Z", "week"],
    ["2026-11-30T23:59:59Z", "week"],
    ["2026-12-01T00:00:00Z", "month"],
    ["2026-12-23T23:59:59Z", "month"],
    ["2026-12-24T00:00:00Z", "later"],
  ] as const)("of what expires at %s is %s", (expiresOn, urgency) => {
    expect(urgencyOf(expiresOn, NOW)).toBe(urgency);
  });

  test("agrees with the days that stand beside it", () => {
    expect(formatRelative("2026-11-30T23:59:59Z", NOW)).toBe("in 7 days");
    expect(formatRelative("2026-12-24T00:00:00Z", NOW)).toBe("in 31 days");
  });

  test("of what never expires is never", () => {
    expect(urgencyOf(null, NOW)).toBe("never");
  });
});
