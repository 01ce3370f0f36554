import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { chromiumPath, INSTALL_CHROMIUM } from "./scripts/chromium";

const modules = fileURLToPath(new URL("./node_modules", import.meta.url));
if (!chromiumPath) {
  const problem = `The browser tests need Chromium: ${INSTALL_CHROMIUM}`;
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
    ...(chromiumPath ? { env: { CHROMIUM: chromiumPath } } : { testNamePattern: /none/, reporters: ["verbose"] }),
    // each file has a browser of its own; pages and jobs mostly wait, so that several do so at once
    maxWorkers: 2,
    maxConcurrency: 3,
    // longer than any case takes on a machine that does much else meanwhile
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
