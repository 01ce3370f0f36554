// Writes src/api/generated.ts from the OpenAPI document that Python draws from its models.
// With --check it writes nothing and fails when the file in the tree is stale.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = fileURLToPath(new URL("../src/api/generated.ts", import.meta.url));

const PRINT_DOCUMENT = `
import json
import function_app
from api.openapi import openapi_document
print(json.dumps(openapi_document(function_app.operations)))
`;

function pythonCommand() {
  if (process.env.PYTHON) return process.env.PYTHON;
  const ofProject = `${root}.venv/bin/python`;
  return existsSync(ofProject) ? ofProject : "python3";
}

function readDocument() {
  const folder = mkdtempSync(join(tmpdir(), "openapi-"));
  const settings = { AZURE_FUNCTIONS_ENVIRONMENT: "Development", DATABASE_URL: `sqlite:///${folder}/access.db` };
  const env = { ...process.env, ...settings };
  const python = spawnSync(pythonCommand(), ["-c", PRINT_DOCUMENT], { cwd: root, env, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (python.status !== 0) {
    throw new Error(`function_app does not load. Set PYTHON to the project's Python.\n${python.stderr}`);
  }
  return JSON.parse(python.stdout);
}

/** The rules of the create bodies, as values: types alone cannot validate what a person types. */
function formRules(schemas) {
  const bodies = Object.entries(schemas).filter(([name]) => name.startsWith("Create"));
  const rules = Object.fromEntries(
    bodies.map(([name, { properties, required }]) => [name, { required, properties }]),
  );
  return `export const formRules = ${JSON.stringify(rules, null, 2)} as const;\n`;
}

/** What a request's status can be, as values: a test asks the site about each. */
const requestStatuses = (schemas) =>
  `export const requestStatuses = ${JSON.stringify(schemas.RequestStatus.enum)} as const;\n`;

const document = readDocument();
const types = astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }));
const text = [
  "// Generated from the API's OpenAPI document by `npm run api`; do not edit.\n\n",
  types,
  "\n",
  formRules(document.components.schemas),
  "\n",
  requestStatuses(document.components.schemas),
].join("");

if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
  console.error("src/api/generated.ts is stale: run `npm run api` in static_web and commit the result.");
  process.exitCode = 1;
}
