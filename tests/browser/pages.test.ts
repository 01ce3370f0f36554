/** All ten pages on the demo's data: complaints, headers, accessibility and looks. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage, SCREENSHOTS, seriousViolations, settled, startBrowser } from "./browser";
import { startStack, type Stack } from "./stack";

const PAGES = ["databricks", "palantir"].flatMap((platform) =>
  [
    ["requests", "All requests"],
    ["requests/new", "New request"],
    ["pending-expiry", "Pending expiry"],
    ["expiry-notifications", "Expiry notifications"],
    ["revoke-expired", "Revoke expired"],
  ].map(([path, title]) => ({ path: `/${platform}/${path}`, title: title as string })),
);
const THEMES = ["light", "dark"] as const;
const WIDTHS = [1280, 375];

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack({ demoData: true });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe.concurrent.each(THEMES)("in the %s theme", (colorScheme) => {
  test.each(PAGES)("$path renders without a complaint or a serious accessibility violation", async ({ path, title }) => {
    for (const width of WIDTHS) {
      const { page, complaints } = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
      await page.goto(stack.url + path);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await settled(page);
      await page.screenshot({ path: `${SCREENSHOTS}${name(path)}-${width}-${colorScheme}.png` });
      expect(await overflow(page), `wider than ${width} px`).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      expect(await seriousViolations(page)).toEqual([]);
      await page.context().close();
    }
  });
});

describe.concurrent("the built site", () => {
  test("is served under a strict Content-Security-Policy", async () => {
    const policy = (await fetch(stack.url)).headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("unsafe");
  });

  test("runs no inline script, because the policy blocks it", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${stack.url}/databricks/requests/new`);
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'broken into'";
      document.head.append(script);
    });
    await expect.poll(() => complaints.join()).toContain("script-src");
    expect(await page.title()).not.toBe("broken into");
    await page.context().close();
  });

  test("keeps a chosen theme over a reload", async () => {
    const { page } = await openPage(browser, { colorScheme: "light" });
    await page.goto(`${stack.url}/palantir/requests/new`);
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.context().close();
  });

  test("leads from page to page at 375 px by its menu", async () => {
    const { page, complaints } = await openPage(browser, { viewport: { width: 375, height: 800 } });
    await page.goto(`${stack.url}/databricks/requests`);
    const link = page.getByRole("link", { name: "Revoke expired" }).nth(1);
    expect(await link.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Pages" }).click();
    await page.screenshot({ path: `${SCREENSHOTS}menu-375-light.png` });
    await link.click();
    await page.getByRole("heading", { level: 1, name: "Revoke expired" }).waitFor();
    expect(await link.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

const name = (path: string) => path.slice(1).replaceAll("/", "-");

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
