/** A Chromium with a fresh profile, and pages that remember every complaint. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

export const SCREENSHOTS = fileURLToPath(new URL("../../static_web/test-results/", import.meta.url));

const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function startBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const executablePath = process.env["CHROMIUM"];
  return chromium.launch({
    headless: true,
    // Chromium refuses its sandbox to root
    args: process.getuid?.() === 0 ? ["--no-sandbox", ...ARGUMENTS] : ARGUMENTS,
    ...(executablePath && { executablePath }),
  });
}

export interface WatchedPage {
  page: Page;
  /** Console errors and warnings, exceptions, and violations of the Content-Security-Policy. */
  complaints: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  return watch(await context.newPage());
}

/** Another tab of the same person. */
export const openTab = async ({ page }: WatchedPage): Promise<WatchedPage> => watch(await page.context().newPage());

async function watch(page: Page): Promise<WatchedPage> {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.exposeFunction("reportViolation", (text: string) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (globalThis as unknown as { reportViolation: (text: string) => void }).reportViolation;
      report(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  page.setDefaultTimeout(20_000);
  return { page, complaints };
}

/** How long a page may take on a busy machine, for `expect.poll`. */
export const PATIENCE = { timeout: 30_000 };

/** Until the page has everything it asked for, and its transitions are over. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await page.waitForTimeout(300);
}

/** What axe-core finds wrong by WCAG 2.2 AA and by its best practices, of whatever impact, one line each; or by some rules only. */
export async function violations(page: Page, ...rules: string[]): Promise<string[]> {
  // once for each document: a script that has run before runs twice as fast
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    // without the charts' invisible focus guards: they hand the focus on as soon as they get it
    const found = await run({ exclude: "[data-tabster-dummy]" }, { resultTypes: ["violations"], ...(runOnly.length > 0 && { runOnly }) });
    return found.violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes[0]?.html}`);
  }, rules);
}

/** Collects how far content moves by itself, as browsers measure it: before anything on the page has run. */
export async function measureShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const holder = globalThis as unknown as { shifts: number };
    holder.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) holder.shifts += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shifts: number }).shifts);
}
