/** Lists and creation against a real database. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage, PATIENCE, SCREENSHOTS, settled, startBrowser } from "./browser";
import { insertDatabricks, insertPalantir } from "./rows";
import { startStack, type Stack } from "./stack";

const MANY = 100_000;
const EXPORTED = 1_234;

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack();
  browser = await startBrowser();
  const email = (index: number) => `person${String(index).padStart(6, "0")}@example.com`;
  insertDatabricks(stack.databaseFile, Array.from({ length: MANY }, (_, index) => ({ email: email(index), days: 40 + index / 100 })));
  insertPalantir(stack.databaseFile, Array.from({ length: EXPORTED }, (_, index) => ({ email: email(index), days: -1 - index })));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe("creating", () => {
  test("a Databricks request leads to its page, and from there to the person", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${stack.url}/databricks/requests/new`);
    await page.getByLabel("Requester's email").fill("new.person@example.com");
    await page.getByLabel("Catalog").fill("main");
    await page.getByLabel("Schema").fill("sales");
    await page.getByLabel("Table").fill("brand_new_table");
    await page.getByLabel("Privilege").selectOption("MODIFY");
    await page.getByLabel("Business reason").fill("Checks before the close");
    await page.getByRole("button", { name: "In 90 days" }).click();
    await page.getByRole("button", { name: "Create request" }).click();
    await page.getByText("Request created.").waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}created-1280-light.jpg` });
    await page.getByRole("link", { name: "View the request" }).click();
    await page.getByRole("heading", { name: "main.sales.brand_new_table · MODIFY" }).waitFor();
    await page.getByText("Requested by local user").waitFor();
    await page.getByRole("link", { name: "new.person@example.com" }).click();
    await page.getByText("1–1 of 1").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a wrong Palantir request shows what is wrong at its field, then is created", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${stack.url}/palantir/requests/new`);
    await page.getByLabel("Requester's email").fill("ben@example.com");
    await page.getByLabel("Resource id").fill("dataset.abc");
    await page.getByLabel("Role").selectOption("Owner");
    await page.getByLabel("Business reason").fill("Forecast");
    await page.getByRole("button", { name: "Create request" }).click();
    await page.getByText("Enter a resource id like").waitFor();
    expect(await page.getByLabel("Resource id").evaluate((field) => field === document.activeElement)).toBe(true);
    await page.screenshot({ path: `${SCREENSHOTS}form-error-1280-light.jpg` });
    await page.getByLabel("Resource id").fill("ri.foundry.main.dataset.abc");
    await page.getByRole("button", { name: "Create request" }).click();
    await page.getByText("Request created.").waitFor();
    await page.context().close();
  });
});

describe(`with ${MANY} rows`, () => {
  test("a page holds its own rows only, forth and back again", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${stack.url}/databricks/requests?limit=100&sort=-id`);
    await page.getByText("of 10,000+").waitFor();
    await expect.poll(() => page.getByRole("row").count(), PATIENCE).toBe(1 + 100);
    const firstRow = () => page.getByRole("row").nth(1).innerText();
    const before = await firstRow();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText(/^101–200 of/).waitFor();
    // the rows before stay until the next ones are there
    await expect.poll(firstRow, PATIENCE).not.toBe(before);
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByText(/^1–100 of/).waitFor();
    await expect.poll(firstRow, PATIENCE).toBe(before);
    await page.context().close();
  });

  test("order and search are in the URL, and a mailed link shows the same", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${stack.url}/databricks/requests`);
    await page.getByLabel("Search").fill("person04242");
    await page.getByText("1–10 of 10").waitFor();
    await page.getByRole("button", { name: "Requester" }).click();
    await page.getByRole("button", { name: "Requester" }).click();
    await page.waitForURL(/sort=-requestedByEmail/);
    await settled(page);
    const shown = await page.getByRole("row").nth(1).innerText();
    expect(shown).toContain("person042429@example.com");
    const other = await openPage(browser);
    await other.page.goto(page.url());
    await settled(other.page);
    expect(await other.page.getByRole("row").nth(1).innerText()).toBe(shown);
    expect(await other.page.getByLabel("Search").inputValue()).toBe("person04242");
    await Promise.all([page.context().close(), other.page.context().close()]);
  });
});

test("the export holds every row of what is filtered", async () => {
  const { page, complaints } = await openPage(browser, { acceptDownloads: true });
  await page.goto(`${stack.url}/palantir/pending-expiry`);
  await settled(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const file = await (await download).path();
  const lines = readFileSync(file, "utf8").trim().split("\r\n");
  expect(lines).toHaveLength(EXPORTED + 1);
  expect(lines[0]).toContain('"resourceRid","role"');
  expect(complaints).toEqual([]);
  await page.context().close();
});
