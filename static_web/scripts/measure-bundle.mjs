// Fails when what the first visit of any page loads, compressed, exceeds the budget.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 185;

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));

/** A chunk's files, and those of all that it imports before it runs. */
function filesOf(key, files = new Set()) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const imported of chunk.imports ?? []) filesOf(imported, files);
  return files;
}

const kilobytes = (files) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length / 1000, 0);

const entry = "index.html";
const visits = manifest[entry].dynamicImports.map((page) => [
  page.replace(/.*\/|\.tsx$/g, ""),
  kilobytes(filesOf(page, filesOf(entry))),
]);
visits.sort(([, one], [, other]) => other - one);
for (const [page, size] of visits) console.log(`${size.toFixed(1).padStart(7)} kB  ${page}`);
const [[, largest]] = visits;
console.log(`${largest.toFixed(1).padStart(7)} kB  gzipped at most, of ${BUDGET_KB} kB`);
process.exitCode = largest > BUDGET_KB ? 1 : 0;
