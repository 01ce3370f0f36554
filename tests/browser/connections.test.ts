/** The page Connections on the real stack, with a workspace that lets the app see only one of two catalogs. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, SCREENSHOTS, settled, startBrowser, violations, type WatchedPage } from "./browser";
import { startStack, type Stack } from "./stack";

const TABLES = ["main.sales.orders", "finance.books.ledger"];
const THEMES = ["light", "dark"] as const;

let stack: Stack;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  stack = await startStack({ hasWorkspace: true });
  browser = await startBrowser();
  for (const table of TABLES) await request(table);
  watched = await openPage(browser);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

async function request(table: string): Promise<void> {
  const [catalogName, schemaName, tableName] = table.split(".");
  const body = { requestedByEmail: "alice@test.com", catalogName, schemaName, tableName, privilege: "SELECT", businessReason: "Quarterly report" };
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${stack.url}/api/databricks/access-requests`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
}

async function inspect(picture: string): Promise<void> {
  const { page, complaints } = watched;
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      await page.screenshot({ path: `${SCREENSHOTS}${picture}-${width}-${colorScheme}.jpg`, fullPage: true });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `wider than ${width} px`).toBeLessThanOrEqual(0);
      expect(await violations(page), `${picture} at ${width} px, ${colorScheme}`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(complaints).toEqual([]);
}

test("tells where the app may see and remove, and after the right was given, that nothing is missing", async () => {
  const { page } = watched;
  await page.goto(stack.url);
  await page.getByRole("link", { name: "Connections" }).click();
  const card = page.getByRole("region", { name: "Databricks" });
  await card.getByText("An operator can check it now.").waitFor();
  await page.getByRole("region", { name: "Palantir" }).getByText("Not connected").waitFor();

  await card.getByRole("button", { name: "Check again: Databricks" }).click();
  await card.getByText("Sees a part").waitFor();
  const row = (name: string) => card.getByRole("row").filter({ has: page.getByRole("cell", { name, exact: true }) });
  expect(await row("main").textContent()).toContain("The app has MANAGE on the catalog main.");
  expect(await row("finance").textContent()).toContain("Databricks lists only this app's own grants on finance.books.ledger.");
  await inspect("connections-part");

  await fetch(`${stack.workspaceUrl}/make-admin`, { method: "POST" });
  await card.getByRole("button", { name: "Check again: Databricks" }).click();
  await card.getByText("Sees and removes").waitFor();
  expect(await row("finance").textContent()).toContain("The app is admin of the metastore.");
  await inspect("connections");
});
