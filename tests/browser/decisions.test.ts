/** What people decide about requests: on a request's page and by selection in lists, by mouse, by keyboard, on a phone. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test as base } from "vitest";
import { openPage, SCREENSHOTS, settled, startBrowser, violations } from "./browser";
import { insertDatabricks, insertPalantir, type Row } from "./rows";
import { startStack, type Stack } from "./stack";

const NAMES = ["ana", "ben", "cleo", "dora", "emil"];
const ENDING: Row[] = NAMES.map((name, index) => ({ email: `${name}@example.com`, days: 10.5 + index }));
const EXPIRED: Row[] = NAMES.map((name, index) => ({ email: `${name}@example.com`, days: -3 - index }));

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

const test = base.extend<{ stack: Stack }>({
  // vitest reads from this pattern which fixtures another one needs
  // eslint-disable-next-line no-empty-pattern
  stack: async ({}, use) => {
    const stack = await startStack();
    insertDatabricks(stack.databaseFile, ENDING);
    insertPalantir(stack.databaseFile, EXPIRED);
    await use(stack);
    await stack.stop();
  },
});

interface Options extends BrowserContextOptions {
  /** Whose browser it is: somebody who may decide about his own requests only. */
  as?: string;
}

async function open(stack: Stack, path: string, { as, ...options }: Options = {}) {
  const opened = await openPage(browser, options);
  if (as) {
    const rights = { name: as, email: as, roles: ["request"], maxExtensionDays: 180, platforms: [] };
    await opened.page.route("**/api/caller", (route) => route.fulfill({ json: rights }));
  }
  await opened.page.goto(stack.url + path);
  await settled(opened.page);
  return opened;
}

const dialog = (page: Page) => page.getByRole("alertdialog");
const inDialog = (page: Page, name: string | RegExp) => dialog(page).getByRole("button", { name });
const bar = (page: Page) => page.getByRole("group", { name: "Selected requests" });
const inBar = (page: Page, name: string) => bar(page).getByRole("button", { name });
const checkbox = (page: Page, name: string) => page.getByRole("checkbox", { name: new RegExp(`^Select request .+ of ${name}@`) });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Presses Tab until what has the focus reads so. */
async function tabTo(page: Page, text: string) {
  for (let presses = 0; presses < 60 && (await focused(page)) !== text; presses++) await page.keyboard.press("Tab");
  expect(await focused(page)).toBe(text);
}

describe.concurrent("on a request's page", () => {
  test("its person extends it, and finds the new one by its link", async ({ stack }) => {
    const { page, complaints } = await open(stack, "/databricks/requests/1", { as: "Ana@example.com" });
    await page.getByRole("button", { name: "Extend…" }).click();
    await inDialog(page, "30 days").click();
    await page.getByLabel("Business reason").fill("The report goes on");
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}extend-1280-light.jpg` });
    await inDialog(page, /^Extend until/).click();
    await dialog(page).waitFor({ state: "detached" });
    expect(await focused(page)).toContain("continues this access");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("status").getByRole("link", { name: "See request #6" }).click();
    await page.getByText("Request #1", { exact: true }).waitFor();
    await page.getByText("The report goes on").first().waitFor();
    expect(await page.getByRole("button", { name: "Extend…" }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("its person needs it no longer: at its date, undone, then now", async ({ stack }) => {
    const { page, complaints } = await open(stack, "/databricks/requests/2", { as: "ben@example.com" });
    const noLonger = page.getByRole("button", { name: "I no longer need it…" });
    await noLonger.click();
    expect(await violations(page)).toEqual([]);
    await inDialog(page, "Let it expire").click();
    await page.getByText(/^Ends on .+ decided to let it expire: no more reminders are sent\.$/).waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}let-expire-1280-light.jpg` });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText(/^Ends on .+ decided to let it expire: no more reminders are sent\.$/).waitFor({ state: "detached" });
    await noLonger.click();
    await page.getByRole("radio", { name: "Revoke it now" }).check();
    await inDialog(page, "Revoke now").click();
    await page.getByText(/^Marked as revoked by /).waitFor();
    await page.getByText("Reason: No longer needed").waitFor();
    expect(await noLonger.count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("nobody else is offered anything", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/requests/1", { as: "eve@example.com" });
    await page.getByText("Quarterly report").waitFor();
    expect(await page.getByRole("main").getByRole("button", { name: /…$/ }).count()).toBe(0);
    await page.context().close();
  });

  test("an operator revokes it by keyboard alone", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/requests/3");
    await tabTo(page, "Revoke now…");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    expect(await focused(page)).toBe("Revoke now…");
    await page.keyboard.press("Enter");
    await page.getByLabel("Reason").waitFor();
    await page.keyboard.type("Left the team");
    await tabTo(page, "Revoke now");
    await page.keyboard.press("Enter");
    await page.getByText("Reason: Left the team").waitFor();
    await page.context().close();
  });
});

describe.concurrent("in a list", () => {
  test("selected requests are extended; the one that somebody else extended fails, and stays selected", async ({ stack }) => {
    const { page, complaints } = await open(stack, "/databricks/requests");
    const place = () => page.getByRole("table").boundingBox();
    const before = await place();
    await checkbox(page, "ana").click();
    await checkbox(page, "cleo").click({ modifiers: ["Shift"] });
    await bar(page).getByText("3 selected").waitFor();
    expect(await place()).toEqual(before);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}selected-1280-light.jpg` });
    const body = JSON.stringify({ expiresOn: new Date(Date.now() + 90 * 86_400_000), businessReason: "Quicker" });
    await fetch(`${stack.url}/api/databricks/access-requests/2/extend`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    await bar(page).getByRole("button", { name: "Extend…" }).click();
    await page.getByLabel("Business reason").fill("The project goes on");
    await inDialog(page, "Extend 3 requests").click();
    await page.getByRole("alertdialog", { name: "2 of 3 requests extended" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}outcomes-1280-light.jpg` });
    expect(await dialog(page).getByRole("listitem").first().innerText()).toMatch(/^#2 ben@example\.com.+\s+Failed\. .*already extended/);
    await inDialog(page, "Close").click();
    await bar(page).getByText("1 selected", { exact: true }).waitFor();
    await page.getByText(/^1–8 of 8$/).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("all goes by keyboard: select, let expire, undo, and on from the bar", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/expiry-notifications");
    await page.getByRole("checkbox", { name: "Select all on this page" }).focus();
    await page.keyboard.press("Space");
    await bar(page).getByText("5 selected").waitFor();
    await tabTo(page, "Let expire…");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await tabTo(page, "Let 5 requests expire");
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog", { name: "5 requests set to expire" }).waitFor();
    await page.getByText("No reminders are due").waitFor();
    await tabTo(page, "Undo 5");
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog", { name: "5 requests no longer set to expire" }).waitFor();
    expect(await focused(page)).toBe("Close");
    await page.keyboard.press("Enter");
    await page.getByText("1–5 of 5").waitFor();
    expect(await bar(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test("on a phone a whole page is revoked", async ({ stack }) => {
    const { page, complaints } = await open(stack, "/palantir/pending-expiry", {
      ...{ viewport: { width: 320, height: 700 }, colorScheme: "dark" },
    });
    await page.getByText("Select all on this page").click();
    await bar(page).getByText("5 selected").waitFor();
    const clear = bar(page).getByRole("button", { name: "Clear" });
    await clear.waitFor();
    expect((await clear.boundingBox())?.y, "in one line").toBe((await inBar(page, "Revoke…").boundingBox())?.y);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}selected-320-dark.jpg` });
    await inBar(page, "Revoke…").click();
    await page.getByLabel("Reason").fill("The project is over");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}revoke-320-dark.jpg` });
    await inDialog(page, "Revoke 5 requests").click();
    await page.getByRole("alertdialog", { name: "5 requests revoked" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}revoked-320-dark.jpg` });
    await inDialog(page, "Close").click();
    await page.getByText("Nothing is overdue").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("who revokes all of the last page is led back to the one before", async ({ stack }) => {
    insertPalantir(stack.databaseFile, Array.from({ length: 24 }, (_, index) => ({ email: `more${index}@example.com`, days: -20 - index })));
    const { page } = await open(stack, "/palantir/pending-expiry?limit=25");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("26–29 of 29").waitFor();
    await settled(page);
    await page.getByRole("checkbox", { name: "Select all on this page" }).click();
    await inBar(page, "Revoke…").click();
    await page.getByLabel("Reason").fill("The project is over");
    await inDialog(page, "Revoke 4 requests").click();
    await page.getByRole("alertdialog", { name: "4 requests revoked" }).waitFor();
    await inDialog(page, "Close").click();
    await page.getByText("1–25 of 25").waitFor();
    expect(new URL(page.url()).search).toBe("?limit=25");
    await page.context().close();
  });

  test("a person selects only what is his", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/requests", { as: "dora@example.com" });
    await checkbox(page, "dora").check();
    expect(await page.getByRole("checkbox", { name: /^Select request/ }).count()).toBe(1);
    await page.context().close();
  });
});
