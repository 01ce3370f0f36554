/** The jobs as people see them: two tabs, a conflict, failures on purpose, a confirmation, the keyboard. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test as base } from "vitest";
import { openPage, openTab, SCREENSHOTS, violations, settled, startBrowser } from "./browser";
import { insertDatabricks, insertPalantir, insertSilentRun, type Row } from "./rows";
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

const sendButton = (page: Page) => page.getByRole("button", { name: /^Send( \d+)? reminders?…/ });
const revokeButton = (page: Page) => page.getByRole("button", { name: /^Revoke( \d+)? expired…/ });
const banner = (page: Page) => page.getByRole("status").filter({ hasText: RUNNING });

/** Without the banner's pulse, which takes more of the processor than all else while a job runs; unless it may matter. */
async function open(stack: Stack, path: string, reducedMotion: "reduce" | "no-preference" = "reduce") {
  const opened = await openPage(browser, { reducedMotion });
  await opened.page.goto(stack.url + path);
  await settled(opened.page);
  return opened;
}

async function confirmSend(page: Page) {
  await sendButton(page).click();
  await page.getByRole("alertdialog").getByRole("button", { name: /^Send \d+ reminders?$/ }).click();
}

async function confirmRevoke(page: Page, count: number) {
  await revokeButton(page).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: `Revoke ${count}` }).click();
}

describe.concurrent("a job triggered in one tab", () => {
  test("shows in a second: banner, disabled button, and the list refreshed when it ends", async ({ stack }) => {
    const first = await open(stack, "/databricks/expiry-notifications");
    await confirmSend(first.page);
    await first.page.waitForTimeout(500);
    const second = await openTab(first);
    await second.page.goto(`${stack.url}/databricks/expiry-notifications`);
    await banner(second.page).waitFor();
    await second.page.getByText("1–3 of 3").waitFor();
    expect(await sendButton(second.page).getAttribute("aria-disabled")).toBe("true");
    await second.page.screenshot({ path: `${SCREENSHOTS}running-1280-light.jpg` });
    expect(await violations(second.page)).toEqual([]);
    await second.page.getByText("The run completed.").waitFor();
    await second.page.getByText("3 reminded.").first().waitFor();
    await second.page.getByText("No reminders are due").waitFor();
    expect(await banner(second.page).count()).toBe(0);
    await first.page.getByText("The run completed.").waitFor();
    await first.page.getByRole("link", { name: "See the run" }).first().click();
    await first.page.getByRole("link", { name: "Reminded (3)" }).waitFor();
    await first.page.getByText("dora@example.com").waitFor();
    await first.page.reload();
    await first.page.getByText("dora@example.com").waitFor();
    await settled(first.page);
    await first.page.screenshot({ path: `${SCREENSHOTS}run-1280-light.jpg` });
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
    await second.page.screenshot({ path: `${SCREENSHOTS}conflict-1280-light.jpg` });
    await second.page.getByText(/3 marked as revoked\./).first().waitFor();
    await second.page.getByText("Nothing to revoke").waitFor();
    await first.page.getByText(/3 marked as revoked\./).first().waitFor();
    await first.page.context().close();
  });

  test("leaves the other platform's page alone", async ({ stack }) => {
    const first = await open(stack, "/databricks/expiry-notifications");
    await confirmSend(first.page);
    const other = await openTab(first);
    await other.page.goto(`${stack.url}/palantir/expiry-notifications`);
    await settled(other.page);
    expect(await banner(other.page).count()).toBe(0);
    expect(await sendButton(other.page).getAttribute("aria-disabled")).not.toBe("true");
    await first.page.context().close();
  });

  test("is still told of after a reload, and polling moves nothing on the page", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/expiry-notifications", "no-preference");
    await confirmSend(page);
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
    await page.getByText("3 reminded.").first().waitFor();
    await page.context().close();
  });
});

describe.concurrent("Test Mode", () => {
  test("picked emails fail and stay due, the others are reminded, and the next run is a normal one", async ({ stack }) => {
    const { page } = await open(stack, "/palantir/expiry-notifications");
    await page.getByText("Test Mode").click();
    await page.getByLabel("Pick emails to fail").check();
    await page.getByLabel("emil@example.com", { exact: true }).check();
    await page.screenshot({ path: `${SCREENSHOTS}checklist-1280-light.jpg` });
    await confirmSend(page);
    await page.getByText(/2 reminded, 1 failed\. 1 request stays due for the next run\./).waitFor();
    await page.getByText("1–1 of 1").waitFor();
    await page.getByRole("link", { name: "See the run" }).first().click();
    await page.getByRole("link", { name: "Failed (1)" }).click();
    await page.getByText("emil@example.com").waitFor();
    await page.getByText("Retry 1 failed…").click();
    await page.getByRole("heading", { name: "Send 1 reminder that failed on Palantir?" }).waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Send 1 reminder" }).click();
    await page.getByText("1 reminded.").first().waitFor();
    await page.getByText("No reminders are due").waitFor();
    await page.context().close();
  });

  test("random failures reach the server, whose counts add up", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/expiry-notifications");
    await page.getByText("Test Mode").click();
    await page.getByLabel("Random failures").check();
    const request = page.waitForRequest(/send-expiry-notifications\?simulateFailures=true$/);
    await confirmSend(page);
    await request;
    await page.getByText("The run completed.").waitFor();
    await page.getByRole("link", { name: "See the run" }).first().click();
    const counts = page.getByText(/^3 requests found due: \d reminded, \d failed\.$/);
    const [, reminded, failed] = /(\d) reminded, (\d) failed/.exec(await counts.innerText()) ?? [];
    expect(Number(reminded) + Number(failed)).toBe(3);
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
    await page.screenshot({ path: `${SCREENSHOTS}dialog-1280-light.jpg` });
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Revoke 3", exact: true }).click();
    await banner(page).waitFor();
    await page.getByText(/3 marked as revoked\./).first().waitFor();
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
    await page.getByText(/3 marked as revoked\./).first().waitFor();
    await page.context().close();
  });
});

test.concurrent("a lost connection is said while the job runs, and its end is told after it is back", async ({ stack }) => {
  const run = fetch(`${stack.url}/api/databricks/access-requests/send-expiry-notifications`, { method: "POST" });
  const { page } = await open(stack, "/databricks/expiry-notifications");
  await banner(page).waitFor();
  await page.context().setOffline(true);
  await page.getByText("The job's status could not be loaded.").waitFor();
  expect(await banner(page).count()).toBe(1);
  await page.context().setOffline(false);
  await page.getByText("The run completed.").waitFor({ timeout: 60_000 });
  expect(await page.getByText("The job's status could not be loaded.").count()).toBe(0);
  expect((await run).status).toBe(200);
  await page.context().close();
});

describe.concurrent("a run", () => {
  test("moves neither its button nor the list below, from its start to its end", async ({ stack }) => {
    const { page } = await open(stack, "/databricks/expiry-notifications", "no-preference");
    const places = async () => [await sendButton(page).boundingBox(), await page.getByRole("search").boundingBox()];
    const [button, list] = await places();
    await confirmSend(page);
    await banner(page).waitFor();
    const [runningButton, runningList] = await places();
    expect(runningButton?.y).toBe(button?.y);
    expect(runningList?.y).toBe(list?.y);
    await page.getByText("The run completed.").waitFor();
    expect((await page.getByRole("search").boundingBox())?.y).toBe(list?.y);
    await page.context().close();
  });

  test("is cancelled from its page, and says by whom", async () => {
    // long enough for four clicks, however busy the machine
    const stack = await startStack({ revokeDelaySeconds: 20 });
    insertPalantir(stack.databaseFile, EXPIRED);
    const first = await open(stack, "/palantir/revoke-expired");
    await confirmRevoke(first.page, 3);
    await banner(first.page).waitFor();
    await first.page.getByRole("link", { name: "See the run" }).click();
    await first.page.getByRole("button", { name: "Cancel run…" }).click();
    await first.page.getByRole("button", { name: "Cancel run", exact: true }).click();
    await first.page.getByText(/^Cancelled by /).waitFor({ timeout: 60_000 });
    await first.page.screenshot({ path: `${SCREENSHOTS}cancelled-1280-light.jpg` });
    await first.page.goto(`${stack.url}/palantir/revoke-expired`);
    await first.page.getByText("Cancelled", { exact: true }).waitFor();
    await first.page.context().close();
    await stack.stop();
  });

  test("that died looks dead on its page, on the job's and on the overview", async ({ stack }) => {
    insertSilentRun(stack.databaseFile, "ExpiryNotificationDatabricks", 120);
    const { page } = await open(stack, "/databricks/expiry-notifications");
    await page.getByText(/No heartbeat for 2 min/).first().waitFor();
    await page.getByRole("link", { name: "See the run" }).click();
    await page.getByText("Not responding", { exact: true }).waitFor();
    await page.goto(stack.url);
    await page.getByRole("region", { name: "Needs attention" }).getByText(/a new run can take over at/).waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}dead-1280-light.jpg` });
    await page.context().close();
  });
});
