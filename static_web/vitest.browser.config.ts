import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const modules = fileURLToPath(new URL("./node_modules", import.meta.url));

export default defineConfig({
  resolve: {
    // the tests stand beside the other tests, their packages here
    alias: ["playwright-core", "@axe-core/playwright"].map((name) => ({ find: name, replacement: `${modules}/${name}` })),
  },
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["tests/browser/**/*.test.ts"],
    environment: "node",
    // each file has a browser, a site and a local host of its own
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
