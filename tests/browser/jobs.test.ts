/** The jobs as people see them: two tabs, a conflict, failures on purpose, a confirmation, the keyboard. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test as base } from "vitest";
import { openPage, openTab, SCREENSHOTS, seriousViolations, settled, startBrowser } from "./browser";
import { insertDatabricks, insertPalantir, type Row } from "./rows";
import { startStack, type Stack } from "./stack";

const RUNNING = /Job is currently running — Started by .+ at .+ UTC/;
const EXPIRED: Row[] = ["ana", "ben", "cleo"].map((name) => ({ email: `${name}@example.com`, days: -3 }));
const ENDING: Row[] = ["dora", "emil", "finn"].map((name) => ({ email: `${name}@example.com`, days: 20.5 }));

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** Each on a stack of its own: jobs mostly wait, so that several tests wait at once. */
const test = base.extend<{ stack: Stack }>({
  // vitest reads from this pattern which fixtures another one needs
  // eslint-disable-next-line no-empty-pattern
  stack: async ({}, use) => {
    const stack = await startStack({ emailSeconds: 7, revokeDelaySeconds: 5 });
    insertDatabricks(stack.databaseFile, [...EXPIRED, ...ENDING]);
    insertPalantir(stack.databaseFile, [...EXPIRED, ...ENDING]);
    await use(stack);
    await stack.stop();
  },
});

const sendButton = (page: Page) => page.getByRole("button", { name: /^Send/ });
const revokeButton = (page: Page) => page.getByRole("button", { name: /^Revoke( \d+)? expired…/ });
const banner = (page: Page) => page.getByRole("status").filter({ hasText: RUNNING });

async function open(stack: Stack, path: string) {
  const opened = await openPage(browser);
  await opened.page.goto(stack.url + path);
  await settled(opened.page);
  return opened;
}

async function confirmRevoke(page: Page, count: number) {
  await revokeButton(page).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: `Revoke ${count}` }).click();
}

describe.concurrent("a job triggered in one tab", () => {
  test("shows in a second: banner, disabled button, and the list refreshed when it ends", async ({ stack }) => {
    const first = await open(stack, "/databricks/expiry-notifications");
    await sendButton(first.page).click();
    await first.page.waitForTimeout(500);
    const second = await openTab(first);
    await second.page.goto(`${stack.url}/databricks/expiry-notifications`);
    await banner(second.page).waitFor();
    await second.page.getByText("3 requests").or(second.page.getByText("1–3 of 3")).waitFor();
    expect(await sendButton(second.page).getAttribute("aria-disabled")).toBe("true");
    await second.page.screenshot({ path: `${SCREENSHOTS}running-1280-light.png` });
    expect(await seriousViolations(second.page)).toEqual([]);
    await second.page.getByText("The run completed.").waitFor();
    await second.page.getByText("3 notified, 0 failed.").waitFor();
    await second.page.getByText("Nobody is due for a reminder").waitFor();
    expect(await banner(second.page).count()).toBe(0);
    await first.page.getByText("Result of the run").waitFor();
    await settled(first.page);
    await first.page.screenshot({ path: `${SCREENSHOTS}result-1280-light.png` });
    expect([...first.complaints, ...second.complaints]).toEqual([]);
    await first.page.context().close();
  });

  test("is refused in a second that did not know, which then watches it to its end", async ({ stack }) => {
    const first = await open(stack, "/palantir/revoke-expired");
    const second = await openTab(first);
    await second.page.goto(`${stack.url}/palantir/revoke-expired`);
    await settled(second.page);
    await revokeButton(second.page).click();
    await confirmRevoke(first.page, 3);
    await first.page.waitForTimeout(300);
    await second.page.getByRole("alertdialog").getByRole("button", { name: "Revoke 3" }).click();
    await second.page.getByText("The job is already running.").waitFor();
    await banner(second.page).waitFor();
    await second.page.screenshot({ path: `${SCREENSHOTS}conflict-1280-light.png` });
    await second.page.getByText("3 revoked, 0 failed.").waitFor();
    await second.page.getByText("Nothing to revoke").waitFor();
    await first.page.getByText("Revoked 3 expired requests").waitFor();
    await first.page.context().close();
  });

  test("leaves the other platform's page alone", async ({ stack }) => {
    const first = await open(stack, "/databricks/expiry-notifications");
    await sendButton(first.page).click();
    const other = await openTab(first);
    await other.page.goto(`${stack.url}/palantir/expiry-notifications`);
    await settled(other.page);
    expect(await banner(other.page).count()).toBe(0);
    expect(await sendButton(other.page).getAttribute("aria-disabled")).not.toBe("true");
    await first.page.context().close();
  });

  test("is still told of after a reload, and polling moves nothing on the page", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/expiry-notifications");
    await sendButton(page).click();
    await page.waitForTimeout(500);
    await page.reload();
    await banner(page).waitFor();
    await settled(page);
    const place = () => page.getByRole("table").boundingBox();
    const before = await place();
    await page.waitForResponse(/notification-job-status/);
    await page.waitForTimeout(200);
    expect(await banner(page).count()).toBe(1);
    expect(await place()).toEqual(before);
    await page.getByText("3 notified, 0 failed.").first().waitFor();
    await page.context().close();
  });
});

describe.concurrent("Test Mode", () => {
  test("picked e-mails fail and stay due, the others are notified", async ({ stack }) => {
    const { page } = await open(stack, "/palantir/expiry-notifications");
    await page.getByLabel("Pick emails to fail").check();
    await page.getByLabel("emil@example.com").check();
    await page.screenshot({ path: `${SCREENSHOTS}checklist-1280-light.png` });
    await sendButton(page).click();
    const report = page.getByRole("region", { name: "Result of the run" });
    await report.waitFor();
    expect(await report.getByRole("table", { name: "Failed" }).innerText()).toContain("emil@example.com");
    expect(await report.getByRole("table", { name: "Notified" }).getByRole("row").count()).toBe(3);
    await page.getByText("1–1 of 1").waitFor();
    await page.context().close();
  });

  test("random failures reach the server, whose counts add up", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/expiry-notifications");
    await page.getByLabel("Random failures").check();
    const request = page.waitForRequest(/send-expiry-notifications/);
    await sendButton(page).click();
    expect((await request).url()).toContain("simulateFailures=true");
    const report = page.getByRole("region", { name: "Result of the run" });
    const text = await report.innerText();
    const [notified, failed] = [/Notified\s+(\d+)/, /Failed\s+(\d+)/].map((figure) => Number(figure.exec(text)?.[1]));
    expect(notified! + failed!).toBe(3);
    await page.context().close();
  });

  base("is not offered where the server does not allow it", async () => {
    const stack = await startStack({ allowTestSimulation: false });
    const { page } = await open(stack, "/databricks/expiry-notifications");
    expect(await page.getByText("Test Mode").count()).toBe(0);
    await page.context().close();
    await stack.stop();
  });
});

describe.concurrent("revoking", () => {
  test("says how many from which platform, revokes after confirmation, and lists who did it", async ({ stack }) => {
    const { page, complaints } = await open(stack, "/databricks/revoke-expired");
    await revokeButton(page).click();
    await page.getByRole("heading", { name: "Revoke 3 expired requests on Databricks?" }).waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${SCREENSHOTS}dialog-1280-light.png` });
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Revoke 3", exact: true }).click();
    await banner(page).waitFor();
    await page.getByText("Revoked 3 expired requests").waitFor();
    await page.goto(`${stack.url}/databricks/requests?status=Revoked`);
    await page.getByText("1–3 of 3").waitFor();
    expect(await page.getByText("System - Scheduled Expiry Job").count()).toBe(3);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("goes by keyboard alone, from the skip link to the result", async ({ stack }) => {
    const { page } = await open(stack, "/palantir/revoke-expired");
    const press = (key: string) => page.keyboard.press(key);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await press("Tab");
    expect(await focused()).toBe("Skip to content");
    await press("Enter");
    await press("Tab");
    expect(await focused()).toBe("Revoke 3 expired…");
    await press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    expect(await focused()).toBe("Revoke 3 expired…");
    await press("Enter");
    await page.getByRole("alertdialog").waitFor();
    while ((await focused()) !== "Revoke 3") await press("Tab");
    await press("Enter");
    await page.getByText("Revoked 3 expired requests").waitFor();
    await page.context().close();
  });
});

test.concurrent("a lost connection is said while the job runs, and its end is told after it is back", async ({ stack }) => {
  const run = fetch(`${stack.url}/api/databricks/access-requests/send-expiry-notifications`, { method: "POST" });
  const { page } = await open(stack, "/databricks/expiry-notifications");
  await banner(page).waitFor();
  await page.context().setOffline(true);
  await page.getByText("The job's status cannot be read.").waitFor();
  expect(await banner(page).count()).toBe(1);
  await page.context().setOffline(false);
  await page.getByText("The run completed.").waitFor({ timeout: 60_000 });
  expect(await page.getByText("The job's status cannot be read.").count()).toBe(0);
  expect((await run).status).toBe(200);
  await page.context().close();
});
