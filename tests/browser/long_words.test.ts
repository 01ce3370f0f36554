/** Addresses, names, reasons and errors without a place to break: none widens a page or a dialog of a phone. */
import { DatabaseSync } from "node:sqlite";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage, SCREENSHOTS, settled, startBrowser } from "./browser";
import { startStack, type Stack } from "./stack";

const PHONE = { viewport: { width: 375, height: 800 } };
const DAY_MS = 86_400_000;
const NAME = "a".repeat(66 - "@contoso.com".length);
const ADDRESS = `${NAME}@contoso.com`;
const WORD = "w".repeat(200);
const RUN = "0c2f6a7e-1111-4222-8333-444455556666";
const CANCELLED_RUN = "0c2f6a7e-1111-4222-8333-444455557777";
const PALANTIR_ID = "0daa1b61-1111-4222-8333-444455556666";

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack();
  fill(stack.databaseFile);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const at = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().replace("T", " ").replace("Z", "");

/** Requests in every state, and runs that say much. */
function fill(databaseFile: string) {
  const database = new DatabaseSync(databaseFile, { timeout: 10_000 });
  const insert = (table: string, row: Record<string, string | number | null>) =>
    database
      .prepare(`INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row).map(() => "?").join()})`)
      .run(...Object.values(row));
  const databricks = (days: number, email: string, status = "Active") =>
    insert("DataAccessDeltaRequests", {
      ...{ requested_by_email: email, Catalog_Name: WORD, Schema_Name: WORD, Table_Name: WORD, Privilege: "SELECT" },
      ...{ Business_Reason: WORD, Status: status, Requested_On: at(-50), Expires_On: at(days), Created_By: ADDRESS },
    });
  databricks(5, ADDRESS);
  databricks(20, `b${ADDRESS}`);
  databricks(-3, ADDRESS);
  databricks(-5, ADDRESS, "Revoked");
  databricks(-5, ADDRESS, "Extended");
  databricks(6, `${ADDRESS};b${ADDRESS}`);
  insert("DataAccessPalantirRequests", {
    ...{ RequestId: PALANTIR_ID, RequesterEmail: ADDRESS, ResourceRid: `ri.foundry.main.dataset.${WORD}`, Role: "Viewer" },
    ...{ BusinessReason: WORD, RequestStatus: "Active", RequestedOn: at(-50), ExpirationDate: at(-1) },
  });
  insert("RevokedAccess_Databricks", {
    ...{ DeltaRequestId: 4, Revoked_Dt: at(-1), Revoked_By: ADDRESS, Job_Id: RUN, Outcome: "removed", Verified_At: at(-1) },
    ...{ Still_Effective_Through: WORD, Platform_Request_Id: WORD, Reason: WORD },
  });
  insert("LetExpire_Databricks", { Request_Id: 2, Decided_Dt: at(-1), Decided_By: ADDRESS });
  const extension = { Request_Id: 5, New_Request_Id: 1, Extended_Dt: at(-1), Extended_By: ADDRESS, Extension_Number: 4 };
  insert("ExtendedAccess_Databricks", extension);
  const run = { Started_By: WORD, Triggered_By: ADDRESS, Trigger_Kind: "person", Heartbeat_At: at(-1) };
  insert("JobRun", {
    ...{ ...run, Job_Id: RUN, Job_Type: "ExpiryNotificationDatabricks", Status: "Failed", Started_At: at(-1) },
    ...{ Completed_At: at(-0.9), Total_Count: 2, Processed_Count: 1, Failed_Count: 1, Error_Message: WORD },
    ...{ Stop_Reason: "emailFailing", Stop_Detail: WORD },
  });
  insert("JobRun", {
    ...{ ...run, Job_Id: CANCELLED_RUN, Job_Type: "RevokeExpiredDatabricks", Status: "Cancelled", Started_At: at(-1) },
    ...{ Completed_At: at(-0.9), Total_Count: 2, Processed_Count: 1, Failed_Count: 1, Cancelled_By: ADDRESS, Cancelled_At: at(-0.9) },
  });
  for (const [job, request] of [[RUN, "1"], [CANCELLED_RUN, "3"]] as const) {
    insert("JobRunFailure", {
      ...{ Job_Id: job, Request_Id: request, Attempted: "30-Day Reminder", Email: ADDRESS, Error_Message: WORD, Failed_At: at(-1) },
    });
  }
  database.close();
}

async function open(path: string): Promise<Page> {
  const { page } = await openPage(browser, PHONE);
  const rights = { name: `c${ADDRESS}`, email: `c${ADDRESS}`, roles: ["read", "request", "operate"], maxExtensionDays: 180, platforms: [] };
  await page.route("**/api/caller", (route) => route.fulfill({ json: rights }));
  await page.goto(stack.url + path);
  await settled(page);
  return page;
}

/** Runs in the page: what is wider than its place, the page and its dialogs first. */
function tooWide(): string[] {
  const isCut = (element: Element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX);
  const places = [document.documentElement, ...document.querySelectorAll("main, main *, dialog, dialog *, [role=alertdialog], header, nav")];
  return places
    .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && !isCut(element))
    // a chart that is meant to be moved by hand
    .filter((element) => !element.matches("[class*=daysFrame]"))
    .filter((element) => !element.matches("svg, svg *, input, select, textarea"))
    // turns, and is wider at some moments than at others
    .filter((element) => !element.matches(".fui-Spinner *"))
    .map((element) => `${element.tagName}.${element.className}: ${element.scrollWidth} in ${element.clientWidth}`);
}

async function expectToFit(page: Page, picture: string) {
  await page.screenshot({ path: `${SCREENSHOTS}long-words-${picture}-375.jpg`, fullPage: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  expect(await page.evaluate(tooWide)).toEqual([]);
}

describe.concurrent("a page of a phone", () => {
  test.each([
    "/",
    "/runs",
    `/runs/${RUN}`,
    `/runs/${RUN}?outcome=failed`,
    `/runs/${CANCELLED_RUN}`,
    `/runs/${WORD}`,
    "/audit",
    "/people",
    `/people?email=${ADDRESS}`,
    `/people?email=${WORD}`,
    ...["requests", "requests/1", "requests/2", "requests/3", "requests/4", "requests/5", "requests/new"].map((path) => `/databricks/${path}`),
    ...["pending-expiry", "expiry-notifications", "revoke-expired"].flatMap((path) => [`/databricks/${path}`, `/palantir/${path}`]),
    `/palantir/requests/${PALANTIR_ID}`,
    `/databricks/requests/${WORD}`,
    `/databricks/requests?q=${WORD}`,
    `/databricks/requests?id=${WORD}&status=${WORD}`,
    `/databricks/requests?hasUsableEmail=false`,
    `/databricks/${WORD}`,
  ])("is not widened by a long word: %s", async (path) => {
    const page = await open(path);
    await expectToFit(page, path.replaceAll(/\W+/g, "-").slice(0, 60));
    await page.context().close();
  });
});

describe.concurrent("a dialog of a phone", () => {
  test.each(["Extend…", "Let expire…", "Revoke now…"])("is not widened by a long word: %s about a request", async (name) => {
    const page = await open("/databricks/requests/1");
    await page.route("**/api/databricks/access-requests/1/*", (route) =>
      route.fulfill({ status: 409, json: { title: "Conflict", status: 409, detail: WORD } }),
    );
    await page.getByRole("button", { name }).click();
    await settled(page);
    await expectToFit(page, `ask-${name.slice(0, 3)}`);
    const reason = page.getByRole("alertdialog").getByRole("textbox", { name: /reason/i });
    if (await reason.count()) await reason.fill(WORD);
    await page.getByRole("alertdialog").getByRole("button").last().click();
    await page.getByRole("alertdialog").getByRole("alert").waitFor();
    await expectToFit(page, `refused-${name.slice(0, 3)}`);
    await page.context().close();
  });

  test("is not widened by a long word: what became of several", async () => {
    const page = await open("/databricks/requests");
    await page.route("**/api/databricks/access-requests/revoke", (route) => {
      const { ids } = route.request().postDataJSON() as { ids: number[] };
      const problem = { title: WORD, status: 502, detail: WORD };
      return route.fulfill({ json: { outcomes: ids.map((id) => ({ id, successorId: null, problem })) } });
    });
    await page.getByRole("checkbox", { name: "Select all on this page" }).click();
    await expectToFit(page, "selection");
    await page.getByRole("button", { name: "Revoke…" }).click();
    await settled(page);
    await expectToFit(page, "ask-several");
    await page.getByRole("alertdialog").getByRole("textbox", { name: /reason/i }).fill(WORD);
    await page.getByRole("alertdialog").getByRole("button").last().click();
    await page.getByRole("alertdialog").getByText(ADDRESS).first().waitFor();
    await settled(page);
    await expectToFit(page, "outcomes");
    await page.context().close();
  });

  test("is not widened by a long word: a run that is to be started, in test mode, and its result", async () => {
    const page = await open("/databricks/expiry-notifications");
    await page.getByText("Test Mode").click();
    await page.getByRole("radio", { name: "Pick emails to fail" }).check();
    await page.getByRole("checkbox", { name: ADDRESS, exact: true }).check();
    await expectToFit(page, "test-mode");
    await page.getByRole("button", { name: /^Send .+…$/ }).click();
    await settled(page);
    for (const summary of await page.getByRole("alertdialog").locator("summary").all()) await summary.click();
    await expectToFit(page, "ask-send");
    await page.getByRole("alertdialog").getByRole("button").last().click();
    await page.getByText("The run completed.").waitFor();
    await expectToFit(page, "sent");
    await page.context().close();
  });

  test("is not widened by a long word: a revoke run that is to be started", async () => {
    const page = await open("/palantir/revoke-expired");
    await page.getByRole("button", { name: /^Revoke .+…$/ }).click();
    await settled(page);
    for (const summary of await page.getByRole("alertdialog").locator("summary").all()) await summary.click();
    await expectToFit(page, "ask-revoke");
    const problem = { title: "Conflict", status: 409, detail: WORD };
    const activeJob = { jobId: RUN, startedAt: "2026-11-23T06:00:00Z", startedBy: WORD, triggeredBy: ADDRESS };
    await page.route("**/revoke-expired", (route) => route.fulfill({ status: 409, json: { ...problem, activeJob } }));
    await page.getByRole("alertdialog").getByRole("button").last().click();
    await page.getByText("The job is already running.").first().waitFor();
    await expectToFit(page, "conflict");
    await page.context().close();
  });
});
