/** happy-dom, which otherwise reports on the console every failed answer that tests ask for. */
import { builtinEnvironments, type Environment } from "vitest/runtime";

const happyDom = builtinEnvironments["happy-dom"];
const silent = Object.fromEntries(["log", "warn", "error", "info", "debug"].map((name) => [name, () => {}]));

export default {
  ...happyDom,
  name: "silent-happy-dom",
  async setup(global, options) {
    const console = global.console;
    global.console = silent;
    try {
      return await happyDom.setup(global, { happyDOM: { url: "http://localhost:5173/" }, ...options });
    } finally {
      global.console = console;
    }
  },
} satisfies Environment;
