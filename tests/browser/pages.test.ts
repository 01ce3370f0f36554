/** Every page on the demo's data: complaints, headers, accessibility, steadiness and looks. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureShifts, openPage, PATIENCE, SCREENSHOTS, settled, startBrowser, violations, type WatchedPage } from "./browser";
import { startStack, type Stack } from "./stack";

const PLATFORM_PAGES = ["databricks", "palantir"].flatMap((platform) =>
  [
    ["requests", "All requests"],
    ["requests/new", "New request"],
    ["pending-expiry", "Pending expiry"],
    ["expiry-notifications", "Expiry notifications"],
    ["revoke-expired", "Revoke expired"],
  ].map(([path, title]) => ({ path: `/${platform}/${path}`, title: title as string })),
);
const PERSON = "bruno.mehta@contoso.com";
const PAGES = [
  { path: "/", title: "Overview" },
  { path: "/runs", title: "Runs" },
  { path: "/audit", title: "Audit" },
  { path: "/connections", title: "Connections" },
  { path: "/findings", title: "Findings" },
  { path: `/people?email=${PERSON}`, title: PERSON },
  { path: "/databricks/requests/1", title: /^\w+\.\w+\.\w+ · / },
  ...PLATFORM_PAGES,
];
const THEMES = ["light", "dark"] as const;
// what is not a colour is the same in both themes
const RULES = { light: [], dark: ["color-contrast"] };
const WIDTHS = [2560, 1280, 768, 375];
// a table on a screen, and cards on a phone: all that axe-core, which takes most of the time, can tell apart
const LAYOUTS = [1280, 375];
/** Cases that share a page. */
const IN_TURN = { concurrent: false };

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack({ demoData: true });
  browser = await startBrowser();
  const listed = await (await fetch(`${stack.url}/api/access-requests?email=${PERSON}`)).text();
  if (!listed.includes('"id"')) throw new Error(`The demo has no request of ${PERSON}, whose page is inspected: ${listed}`);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** In a theme, at every width: looks, overflow and accessibility. */
async function inspect({ page, complaints }: WatchedPage, picture: string, colorScheme: (typeof THEMES)[number]) {
  await page.emulateMedia({ colorScheme });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    await page.screenshot({ path: `${SCREENSHOTS}${picture}-${width}-${colorScheme}.jpg` });
    expect(await overflow(page), `wider than ${width} px`).toBeLessThanOrEqual(0);
    if (LAYOUTS.includes(width)) expect(await violations(page, ...RULES[colorScheme]), `at ${width} px`).toEqual([]);
  }
  expect(complaints).toEqual([]);
}

// a page is loaded once on a phone and once on a screen, for all of its cases
describe.concurrent.each(PAGES)("$path", ({ path, title }) => {
  let watched: WatchedPage;
  let shifts: number;

  beforeAll(async () => {
    watched = await openPage(browser, { colorScheme: "light", viewport: { width: 375, height: 800 } });
    const { page } = watched;
    const measured = await measureShifts(page);
    const load = async () => {
      await page.goto(stack.url + path);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await settled(page);
    };
    await load();
    shifts = await measured();
    await page.setViewportSize({ width: 1280, height: 900 });
    await load();
  });
  afterAll(() => watched?.page.context().close());

  test("stays where it is while it loads on a phone", IN_TURN, () => {
    expect(shifts).toBeLessThan(0.05);
  });

  test.each(THEMES)("renders without a complaint or an accessibility violation in the %s theme", IN_TURN, (colorScheme) =>
    inspect(watched, name(path), colorScheme),
  );
});

describe.concurrent("a run", () => {
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = await openPage(browser, { colorScheme: "light" });
    const { page } = watched;
    await page.goto(`${stack.url}/runs?status=Abandoned`);
    await page.getByRole("row").nth(1).getByRole("link").click();
    await page.getByText("The run was abandoned.").waitFor();
  });
  afterAll(() => watched?.page.context().close());

  test.each(THEMES)("renders without a complaint or an accessibility violation in the %s theme", IN_TURN, (colorScheme) =>
    inspect(watched, "abandoned", colorScheme),
  );
});

describe.concurrent("a page", () => {
  test("shows ten rows or more on a screen of 900 px, and keeps bar, navigation and headings in view", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${stack.url}/databricks/requests`);
    await settled(page);
    const pager = await page.getByRole("navigation", { name: "Pages of the list" }).boundingBox();
    const rows = await Promise.all((await page.getByRole("row").all()).slice(1, 11).map((row) => row.boundingBox()));
    expect(rows.every((row) => row !== null && row.height >= 36 && row.height <= 45)).toBe(true);
    expect(rows[9]!.y + rows[9]!.height).toBeLessThanOrEqual(pager!.y);
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(300);
    for (const part of [page.getByRole("banner"), page.getByRole("navigation", { name: "Site" }), page.getByRole("columnheader").first()]) {
      expect((await part.boundingBox())?.y).toBeGreaterThanOrEqual(0);
    }
    await page.context().close();
  });

  test.each(["/databricks/requests", "/palantir/expiry-notifications", "/runs", "/audit"])(
    "%s prints no cell over its neighbour, however wide the screen",
    async (path) => {
      const { page } = await openPage(browser);
      await page.goto(stack.url + path);
      await settled(page);
      for (const width of [761, 800, 901, 1024, 1100, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.locator("td").evaluateAll(overprinting), `at ${width} px`).toEqual([]);
      }
      await page.context().close();
    },
  );

  test.each(["/", "/databricks/requests", "/runs"])("%s hides nothing that has the focus", async (path) => {
    const { page } = await openPage(browser, { viewport: { width: 1280, height: 700 } });
    await page.goto(stack.url + path);
    await settled(page);
    const hidden: string[] = [];
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press("Tab");
      hidden.push(...(await page.evaluate(hiddenFocus)));
    }
    expect(hidden).toEqual([]);
    await page.context().close();
  });
});

describe.concurrent("the overview", () => {
  test("leads from a figure to the list of exactly so many", async () => {
    const { page } = await openPage(browser);
    await page.goto(stack.url);
    const figure = page.getByRole("link", { name: /Ends within 30 days, Databricks$/ });
    const count = await figure.innerText();
    await figure.click();
    await page.getByText(new RegExp(`^1–\\d+ of ${count}$`)).waitFor();
    await page.context().close();
  });

  test.each([1440, 375])("draws each bar over its day, %d px wide", async (width) => {
    const { page } = await openPage(browser, { viewport: { width, height: 900 } });
    await page.goto(stack.url);
    const chart = page.getByRole("region", { name: "Access that ends in the next 60 days" });
    await chart.locator(".tick text").first().waitFor();
    expect(await chart.evaluate(misplacedBars)).toEqual([]);
    await page.context().close();
  });

  test("leads from a bar to the requests that expire that day", async () => {
    const { page } = await openPage(browser);
    await page.goto(stack.url);
    const chart = page.getByRole("region", { name: "Access that ends in the next 60 days" });
    await chart.locator("svg rect").first().click();
    await page.waitForURL(/expiresFrom=.+expiresTo=/);
    await page.getByText(/^1–\d+ of \d+$/).waitFor();
    await page.context().close();
  });
});

// what a browser holds of half a date is no text, and while a year is typed it is 2, 20 and 202
describe.concurrent("a date", () => {
  async function open(path: string, label: string) {
    const { page } = await openPage(browser, { locale: "en-US" });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(stack.url + path);
    await settled(page);
    const further = page.getByText(/^More filters/);
    if (await further.count()) await further.click();
    const field = page.getByLabel(label);
    await field.focus();
    return { page, field, asked };
  }
  const filters = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
  const press = async (page: Page, ...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  test.each([
    ["/audit", "Date from", "07012026", "from", "2026-07-01T00:00:00.000Z"],
    ["/audit", "Date to", "12312026", "to", "2027-01-01T00:00:00.000Z"],
    ["/databricks/requests", "Ends from", "12012026", "expiresFrom", "2026-12-01T00:00:00.000Z"],
    ["/runs", "Started to", "11252026", "startedTo", "2026-11-26T00:00:00.000Z"],
  ])("is typed key by key: on %s into “%s”", async (path, label, keys, name, moment) => {
    for (const delay of [30, 400]) {
      const { page, field, asked } = await open(path, label);
      const before = await page.evaluate(() => history.length);
      await page.keyboard.type(keys, { delay });
      await page.waitForURL(({ searchParams }) => searchParams.get(name) === moment);
      await settled(page);
      expect(await field.inputValue()).toBe(`${keys.slice(4)}-${keys.slice(0, 2)}-${keys.slice(2, 4)}`);
      expect(filters(page)).toEqual({ [name]: moment });
      expect(await page.evaluate(() => history.length)).toBe(before);
      expect(asked.filter((url) => /=0\d{3}-/.test(url))).toEqual([]);
      await page.context().close();
    }
  });

  test("takes effect at once with Enter, and is cleared part by part", async () => {
    const { page, field } = await open("/runs", "Started from");
    await page.keyboard.type("11252026");
    await press(page, "Enter");
    expect(filters(page)).toEqual({ startedFrom: "2026-11-25T00:00:00.000Z" });
    await press(page, "Backspace", "ArrowLeft", "Backspace");
    await page.waitForTimeout(600);
    expect(filters(page)).toEqual({ startedFrom: "2026-11-25T00:00:00.000Z" });
    await press(page, "ArrowLeft", "Backspace", "Enter");
    await page.waitForURL(({ search }) => search === "");
    await expect.poll(() => field.inputValue(), PATIENCE).toBe("");
    await page.context().close();
  });

  test("that is not whole changes nothing, and says so when it is left", async () => {
    const { page } = await open("/runs?startedFrom=2026-11-25T00%3A00%3A00Z", "Started from");
    await press(page, "Backspace");
    await page.getByLabel("Status").focus();
    await page.getByText("Enter a full date.").waitFor();
    expect(filters(page)).toEqual({ startedFrom: "2026-11-25T00:00:00Z" });
    await page.context().close();
  });

  test("follows the address by a link and by Back, although it has the focus", async () => {
    const { page, field } = await open("/audit?from=2026-10-01T00%3A00%3A00Z", "Date from");
    await page.keyboard.type("07012026", { delay: 30 });
    await page.waitForURL(/from=2026-07-01/);
    await page.evaluate(() => document.querySelector<HTMLAnchorElement>('a[href="/audit"]')?.click());
    await page.waitForURL(({ search }) => search === "");
    await settled(page);
    await expect.poll(() => field.inputValue(), PATIENCE).not.toBe("2026-07-01");
    await page.goBack();
    await settled(page);
    await expect.poll(() => field.inputValue(), PATIENCE).toBe("2026-07-01");
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test("that an audit needs goes back to the usual one when it is cleared", async () => {
    const { page, field } = await open("/audit", "Date from");
    const usual = await field.inputValue();
    await press(page, "Backspace", "ArrowRight", "Backspace", "ArrowRight", "Backspace", "Enter");
    expect(usual).not.toBe("");
    await expect.poll(() => field.inputValue(), PATIENCE).toBe(usual);
    await page.context().close();
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
    await page.getByLabel("Theme").selectOption("Dark theme");
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.context().close();
  });

  test("says so where a newer version has replaced a page's file, and shows the page after a reload", async () => {
    const { page } = await openPage(browser);
    await page.goto(stack.url);
    await page.route(/\/assets\/RunsPage/, (route) => route.fulfill({ status: 404 }));
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "This page could not be loaded" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.unrouteAll();
    await page.getByRole("button", { name: "Reload the page" }).click();
    await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
    await page.context().close();
  });

  test("says so where a dialog cannot be loaded, and leaves the page as it was", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${stack.url}/databricks/expiry-notifications`);
    await settled(page);
    await page.context().setOffline(true);
    const button = page.getByRole("button", { name: /^Send \d+ reminders…/ });
    await button.click();
    const dialog = page.getByRole("alertdialog", { name: "This could not be opened" });
    await dialog.getByText(/^Nothing was changed\./).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });

  test("leads from page to page at 375 px by its menu", async () => {
    const { page, complaints } = await openPage(browser, { viewport: { width: 375, height: 800 } });
    await page.goto(`${stack.url}/databricks/requests`);
    const link = page.getByRole("link", { name: "Revoke expired", includeHidden: true }).nth(1);
    expect(await link.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Pages" }).click();
    await page.screenshot({ path: `${SCREENSHOTS}menu-375-light.jpg` });
    await link.click();
    await page.getByRole("heading", { level: 1, name: "Revoke expired" }).waitFor();
    expect(await link.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

const name = (path: string) => path.slice(1).replace(/\?.*/, "").replaceAll("/", "-") || "overview";

/** Runs in the page: what has the focus, unless some of it can be seen at its middle. */
function hiddenFocus(): string[] {
  const focused = document.activeElement;
  if (!focused || focused.matches("body, [data-tabster-dummy]")) return [];
  const { x, y, width, height } = focused.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  const isSeen = top !== null && (focused.contains(top) || top.contains(focused) || focused.closest("label")?.contains(top));
  return isSeen ? [] : [focused.outerHTML.slice(0, 80)];
}

/** Runs in the page: bars that do not stand where the axis, by its first and last label, has the day that they name. */
function misplacedBars(chart: Element): string[] {
  const dayOf = (text: string) => Date.parse(`${text} UTC`) / 86_400_000;
  const middleOf = (element: Element) => element.getBoundingClientRect().x + element.getBoundingClientRect().width / 2;
  const bars = [...chart.querySelectorAll("rect[aria-label]")].map((bar) => ({ name: bar.getAttribute("aria-label") ?? "", x: middleOf(bar) }));
  const firstDay = dayOf(bars[0]?.name.split(",")[0] ?? "");
  const ticks = [...chart.querySelectorAll(".tick text")]
    .filter(({ textContent }) => /[a-z]/.test(textContent ?? ""))
    .map((label) => {
      // labels name no year: it is the one nearest to the bars
      const years = [-1, 0, 1].map((offset) => dayOf(`${label.textContent} ${new Date().getUTCFullYear() + offset}`));
      const [day = 0] = years.sort((one, other) => Math.abs(one - firstDay) - Math.abs(other - firstDay));
      return { day, x: middleOf(label) };
    });
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (!bars.length || !first || !last || first === last) return ["nothing is drawn"];
  const perDay = (last.x - first.x) / (last.day - first.day);
  const placeOf = (day: number) => first.x + (day - first.day) * perDay;
  return bars.filter(({ name, x }) => Math.abs(x - placeOf(dayOf(name.split(",")[0] ?? ""))) > perDay / 2).map(({ name }) => name);
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Runs in the page: cells whose content is wider than they are. */
function overprinting(cells: Element[]): string[] {
  return cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent ?? "");
}
