import { readdirSync } from "node:fs";
import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** The layers of src from top to bottom: each imports only from those below it, from text/ and from the root. */
const LAYERS = ["app", "pages", "features", "requests", "decisions", "lists", "components", "hooks", "api"];
const FEATURES = readdirSync(new URL("./src/features", import.meta.url));
const TESTS = ["**/*.test.{ts,tsx}", "src/test/**", "tests/browser/**"];

const PATHS_RULE = {
  selector: "Literal[value=/^\\u002f(api|databricks|palantir)\\u002f/]",
  message: "Paths stand in src/paths.ts.",
};

/** Files that may import nothing from some rooms, at load or later; a room is a path from src, as "lists" or "features/jobs". */
const zone = (files, rooms, { mayNamePaths = false } = {}) => {
  const message = (room) => `Imports go one way: ${LAYERS.join(" → ")}. This file may not import from ${room}.`;
  return {
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...rooms.map((room) => ({ group: [`@/${room}`, `@/${room}/**`], message: message(room) })),
            { group: ["../*"], message: "Write @/ and the path from src." },
          ],
        },
      ],
      "no-restricted-syntax": [
        "error",
        ...(mayNamePaths ? [] : [PATHS_RULE]),
        ...rooms.map((room) => ({
          selector: `ImportExpression > Literal[value=/^@\\u002f${room.replace("/", "\\u002f")}(\\u002f|$)/]`,
          message: message(room),
        })),
      ],
    },
  };
};

const above = (layer) => LAYERS.slice(0, LAYERS.indexOf(layer));

export default tseslint.config(
  { ignores: ["dist/", "src/api/generated.ts", "test-results/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.tsx"],
    ...jsxA11y.flatConfigs.strict,
    rules: {
      ...jsxA11y.flatConfigs.strict.rules,
      // a cell that is shown as a grid would be none without its role
      "jsx-a11y/no-interactive-element-to-noninteractive-role": ["error", { td: ["cell"] }],
    },
  },
  {
    files: ["src/**/*.{ts,tsx}", "*.ts"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs["recommended-latest"].rules,
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 260, skipBlankLines: true }],
      "no-console": "error",
    },
  },
  zone(["src/main.tsx"], []),
  ...LAYERS.map((layer) => zone([`src/${layer}/**`], above(layer))),
  // a page names its feature and its platform, and nothing else
  zone(["src/pages/**"], LAYERS.filter((layer) => layer !== "features")),
  ...FEATURES.map((feature) =>
    zone([`src/features/${feature}/**`], [
      ...above("features"),
      ...FEATURES.filter((other) => other !== feature).map((other) => `features/${other}`),
    ]),
  ),
  // what things are called knows what they are, and neither how they are fetched nor how they are shown
  zone(["src/text/**"], [...above("api"), "api/http", "api/lists"]),
  zone(["src/platforms.ts"], [...above("api"), "api/http", "api/lists", "text", "paths"]),
  zone(["src/paths.ts"], [...above("api"), "api/http", "api/lists", "text"], { mayNamePaths: true }),
  {
    files: TESTS,
    rules: {
      "no-restricted-syntax": "off",
      "no-restricted-imports": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines": ["error", { max: 360, skipBlankLines: true }],
    },
  },
  {
    files: ["scripts/*.mjs", "eslint.config.js"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
    rules: { "no-console": "off" },
  },
);
