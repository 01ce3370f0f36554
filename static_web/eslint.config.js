import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Imports go one way: shared code, then features, of which none knows another, then pages and app. */
const forbid = (...folders) => [
  "error",
  {
    patterns: [
      ...folders.map((folder) => ({
        group: [`@/${folder}/**`, `**/${folder}/**`],
        message: `Imports go one way: shared, features, pages, app. This file may not import from ${folder}/.`,
      })),
      { group: ["../*"], message: "Write @/ and the path from src." },
    ],
  },
];

const SHARED = ["src/api/**", "src/components/**", "src/decisions/**", "src/hooks/**", "src/lists/**", "src/*.ts"];
const FEATURES = ["audit", "create", "jobs", "overview", "person", "requests", "runs"];
const TESTS = ["**/*.test.{ts,tsx}", "src/test/**", "tests/browser/**"];

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
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "Literal[value=/^\\u002f(api|databricks|palantir)\\u002f/]", message: "Paths stand in src/paths.ts." },
      ],
    },
  },
  { files: ["src/paths.ts"], rules: { "no-restricted-syntax": "off" } },
  { files: SHARED, rules: { "no-restricted-imports": forbid("features", "pages", "app") } },
  ...FEATURES.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: {
      "no-restricted-imports": forbid("pages", "app", ...FEATURES.filter((other) => other !== feature).map((other) => `features/${other}`)),
    },
  })),
  { files: ["src/pages/**"], rules: { "no-restricted-imports": forbid("app", "api", "hooks", "components") } },
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
    files: ["scripts/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
    rules: { "no-console": "off" },
  },
);
