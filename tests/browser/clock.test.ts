/** A browser whose clock is wrong: what is overdue, and what may be chosen, is reckoned with the server's time. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, settled, startBrowser } from "./browser";
import { insertDatabricks } from "./rows";
import { startStack, type Stack } from "./stack";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack();
  insertDatabricks(stack.databaseFile, [
    { email: "ended@example.com", days: -1.5 / 24 },
    { email: "later@example.com", days: 3.5 },
  ]);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** A page on a computer whose clock is so much off. It can be set again while the page is open. */
async function open(path: string, offMs: number, timezoneId = "UTC") {
  const { page } = await openPage(browser, { timezoneId });
  await page.addInitScript((ms) => {
    const RealDate = Date;
    const clock = globalThis as unknown as { offMs: number; Date: typeof Date };
    clock.offMs = ms;
    clock.Date = class extends RealDate {
      constructor(...parts: [number]) {
        super(...(parts.length ? parts : ([RealDate.now() + clock.offMs] as [number])));
      }
      static override now = () => RealDate.now() + clock.offMs;
    } as typeof Date;
  }, offMs);
  await page.goto(stack.url + path);
  await settled(page);
  return page;
}

test.each([
  [-30 * DAY_MS, "UTC"],
  [-2 * HOUR_MS, "America/Los_Angeles"],
  [9 * HOUR_MS, "Asia/Tokyo"],
  [400 * DAY_MS, "UTC"],
])("a clock that is %d ms off in %s decides nothing", async (offMs, timeZone) => {
  const page = await open("/databricks/requests", offMs, timeZone);
  const row = (name: string) => page.getByRole("row", { name: new RegExp(`${name}@example`) });
  expect(await row("ended").innerText()).toMatch(/Overdue\s+1 hour ago/);
  expect(await row("later").innerText()).toMatch(/Within 7 days\s+in [34] days/);
  await page.goto(`${stack.url}/`);
  await page.getByText(/Updated \d+ s ago/).waitFor();
  await page.goto(`${stack.url}/databricks/requests/new`);
  await settled(page);
  await page.getByRole("button", { name: "In 30 days" }).click();
  const wanted = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
  expect(await page.getByLabel("Last day of access", { exact: true }).inputValue()).toBe(wanted);
  await page.goto(`${stack.url}/audit`);
  const from = new Date(Date.now() - 30 * DAY_MS).toISOString().slice(0, 10);
  await expect.poll(() => page.getByLabel("Date from").inputValue()).toBe(from);
  await page.context().close();
});

test("a clock that is set while the page is open decides nothing", async () => {
  const page = await open("/databricks/requests", 0);
  const ended = page.getByRole("row", { name: /ended@example/ });
  expect(await ended.innerText()).toMatch(/Overdue\s+1 hour ago/);
  await page.evaluate(() => Object.assign(globalThis, { offMs: -1_000_000_000 }));
  await page.waitForTimeout(2_500);
  expect(await ended.innerText()).toMatch(/Overdue\s+1 hour ago/);
  await page.context().close();
});
