import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Imports go one way: shared code, then features, then pages and app. */
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

const SHARED = ["src/api/**", "src/components/**", "src/hooks/**", "src/*.ts"];
const TESTS = ["**/*.test.{ts,tsx}", "src/test/**", "tests/browser/**"];

export default tseslint.config(
  { ignores: ["dist/", "src/api/generated.ts", "test-results/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
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
  { files: SHARED, rules: { "no-restricted-imports": forbid("features", "pages", "app") } },
  { files: ["src/features/**"], rules: { "no-restricted-imports": forbid("pages", "app") } },
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
