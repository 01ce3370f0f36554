import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { defineConfig } from "vitest/config";

const modules = fileURLToPath(new URL("./node_modules", import.meta.url));
const chromiums = [
  process.env["CHROMIUM"],
  // draws nothing of a browser but its pages, which takes a third less
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  chromium.executablePath(),
];
const executablePath = chromiums.find((path) => path !== undefined && existsSync(path));
if (!executablePath) {
  const problem = "The browser tests need Chromium: sudo apt-get install chromium-headless-shell";
  if (process.env["CI"]) throw new Error(problem);
  process.stderr.write(`${problem}. Skipping them.\n`);
}

export default defineConfig({
  cacheDir: `${modules}/.vite`,
  resolve: {
    // the tests stand beside the other tests, their packages here
    alias: ["playwright-core", "axe-core"].map((name) => ({ find: name, replacement: `${modules}/${name}` })),
  },
  test: {
    fsModuleCachePath: `${modules}/.vitest-cache`,
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["tests/browser/**/*.test.ts"],
    environment: "node",
    ...(executablePath ? { env: { CHROMIUM: executablePath } } : { testNamePattern: /none/, reporters: ["verbose"] }),
    // each file has a browser of its own; pages and jobs mostly wait, so that several do so at once
    maxWorkers: 2,
    maxConcurrency: 3,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
