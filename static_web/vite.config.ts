import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const { API_ORIGIN, PORT = 5000, SITE_PORT = 5173 } = process.env;

/** Writes each token's value where the kit names it. Their table, of 30 kB, would travel with every page for a few lines. */
function inlineTokens(): Plugin {
  let values: Record<string, string> = {};
  return {
    name: "inline-tokens",
    apply: "build",
    buildStart: async () => {
      values = (await import("@fluentui/react-components")).tokens;
    },
    transform: {
      filter: { id: /@fluentui\/.*\.js$/, code: "tokens." },
      handler: (code) => ({
        code: code.replace(/\btokens\.(\w+)/g, (written, name: string) => (values[name] ? JSON.stringify(values[name]) : written)),
        map: null,
      }),
    },
  };
}

export default defineConfig({
  plugins: [react(), inlineTokens()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: Number(SITE_PORT),
    strictPort: true,
    proxy: { "/api": { target: API_ORIGIN ?? `http://localhost:${PORT}`, changeOrigin: true } },
  },
  build: {
    manifest: true,
    // the Content-Security-Policy allows no data: scripts or styles, so nothing is inlined
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    // what most pages use travels as one file: many small ones compress worse
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 6 }] } } },
  },
  test: {
    environment: "./src/test/environment.ts",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    // hundreds of files otherwise, which every test file would load one by one
    deps: { optimizer: { client: { enabled: true, include: ["@fluentui/react-charts", "@fluentui/react-components"] } } },
    maxWorkers: 2,
    // React and the kit are loaded once and not for each file; src/test/setup.ts puts back what a test changed
    isolate: false,
    pool: "threads",
    testTimeout: 15_000,
  },
});
