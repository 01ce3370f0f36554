// Takes the README's pictures again, of the built site on fresh demo data: `make pictures`.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startStack } from "../../tests/browser/stack.ts";
import { chromiumPath, INSTALL_CHROMIUM } from "./chromium.ts";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const PICTURES = [
  { name: "overview", path: "/", height: 1000 },
  // the first one's story is complete: requested, reminded twice, expired, revoked
  { name: "request", path: "/databricks/requests/1", height: 700 },
];
const WIDTH = 1200;
const LARGEST_KB = 60;
// best first: the first that fits is taken
const QUALITIES = [80, 70, 60, 50, 40];
// the overview shows when each job runs next; the tests' timers never fire
const SCHEDULES = {
  EXPIRY_NOTIFICATION_DATABRICKS_SCHEDULE: "0 0 6 * * *",
  EXPIRY_NOTIFICATION_PALANTIR_SCHEDULE: "0 10 6 * * *",
  REVOKE_EXPIRED_DATABRICKS_SCHEDULE: "0 20 6 * * *",
  REVOKE_EXPIRED_PALANTIR_SCHEDULE: "0 30 6 * * *",
};

async function settle(page) {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await page.waitForTimeout(500);
}

/** A WebP, which Chromium can write and Playwright does not ask for: a third of a PNG's size. */
async function takePicture(page, name) {
  const devtools = await page.context().newCDPSession(page);
  for (const quality of QUALITIES) {
    const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality });
    const kilobytes = (data.length * 3) / 4 / 1000;
    if (kilobytes > LARGEST_KB) continue;
    writeFileSync(`${FOLDER}${name}.webp`, data, "base64");
    console.log(`${kilobytes.toFixed(1).padStart(6)} kB  docs/images/${name}.webp`);
    return;
  }
  throw new Error(`${name} does not fit into ${LARGEST_KB} kB.`);
}

if (!chromiumPath) throw new Error(`The pictures need Chromium: ${INSTALL_CHROMIUM}`);
mkdirSync(FOLDER, { recursive: true });
const stack = await startStack({ demoData: true, schedules: SCHEDULES });
// Chromium refuses its sandbox to root
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath: chromiumPath, args });
try {
  const page = await browser.newPage({ colorScheme: "light" });
  for (const { name, path, height } of PICTURES) {
    await page.setViewportSize({ width: WIDTH, height });
    await page.goto(stack.url + path);
    await settle(page);
    await takePicture(page, name);
  }
} finally {
  await browser.close();
  await stack.stop();
}
