/** The page of findings on the real server: what operators decide about them, accessibility and looks. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, SCREENSHOTS, settled, startBrowser, violations } from "./browser";
import { insertDatabricks, insertFindings } from "./rows";
import { startStack, type Stack } from "./stack";

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack();
  browser = await startBrowser();
  insertDatabricks(stack.databaseFile, [{ email: "bo.lindqvist@contoso.com", days: 40 }]);
  insertFindings(stack.databaseFile, [
    { kind: "cameBack", principal: "ana.sousa@contoso.com", detail: "It was revoked on 20 November and is there again." },
    { kind: "missing", principal: "bo.lindqvist@contoso.com", requestId: "1", detail: "The table was dropped and created again." },
    { kind: "unrecorded", principal: "cy.okafor@contoso.com" },
    { kind: "unrecorded", principal: "data-analysts", principalKind: "group" },
    { kind: "unrecorded", principal: "nightly-export", principalKind: "servicePrincipal" },
  ]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

test.each(["light", "dark"] as const)("lists what was found without a complaint or a violation in the %s theme", async (colorScheme) => {
  const { page, complaints } = await openPage(browser, { colorScheme });
  await page.goto(`${stack.url}/findings`);
  await page.getByText("data-analysts").waitFor();
  await page.getByText("What the kinds mean, and what to do").click();
  for (const width of [1280, 375]) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    await page.screenshot({ path: `${SCREENSHOTS}findings-${width}-${colorScheme}.jpg` });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `at ${width} px`).toBeLessThanOrEqual(0);
    expect(await violations(page), `at ${width} px`).toEqual([]);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a group is ignored with a reason, and is found again among the ignored", async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(`${stack.url}/findings?principalKind=group`);
  await page.getByRole("checkbox", { name: /^Select finding about data-analysts/ }).check();
  await page.getByRole("button", { name: "Ignore…" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Reason").fill("Set up by the platform team");
  await page.screenshot({ path: `${SCREENSHOTS}findings-ignore.jpg` });
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Ignore 1 finding" }).click();
  await dialog.getByText("1 finding ignored").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByLabel("State").selectOption({ label: "Ignored" });
  await page.getByText(/: Set up by the platform team$/).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("what a person holds without a request is adopted, and its request opens", async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(`${stack.url}/findings?q=cy.okafor`);
  await page.getByRole("checkbox", { name: /^Select finding about cy\.okafor/ }).check();
  await page.getByRole("button", { name: "Adopt…" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Business reason").fill("Runs the quarterly report");
  await page.setViewportSize({ width: 375, height: 800 });
  await page.screenshot({ path: `${SCREENSHOTS}findings-adopt-375.jpg` });
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Adopt 1 grant" }).click();
  await dialog.getByRole("link", { name: /^request #/ }).click();
  await page.getByRole("heading", { level: 1, name: "main.sales.orders · SELECT" }).waitFor();
  await page.getByText("Runs the quarterly report").first().waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});
