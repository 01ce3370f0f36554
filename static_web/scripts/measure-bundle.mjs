// Fails when what a first visit loads, compressed, exceeds the budget.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 300;

const assets = fileURLToPath(new URL("../dist/assets/", import.meta.url));
const sizes = readdirSync(assets).map((name) => [name, gzipSync(readFileSync(assets + name)).length / 1000]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
for (const [name, size] of sizes) console.log(`${size.toFixed(1).padStart(7)} kB  ${name}`);
console.log(`${total.toFixed(1).padStart(7)} kB  gzipped in all, of ${BUDGET_KB} kB`);
process.exitCode = total > BUDGET_KB ? 1 : 0;
