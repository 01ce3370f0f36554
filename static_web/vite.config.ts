import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const apiOrigin = process.env["API_ORIGIN"] ?? "http://localhost:5000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "/api": { target: apiOrigin, changeOrigin: true } },
  },
  build: {
    manifest: true,
    // the Content-Security-Policy allows no data: scripts or styles, so nothing is inlined
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
  test: {
    environment: "./src/test/environment.ts",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    maxWorkers: 2,
    restoreMocks: true,
    testTimeout: 15_000,
  },
});
