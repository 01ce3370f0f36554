/** What lint cannot see of the site's modules, since it reads one at a time. */
import { expect, test } from "vitest";

const SOURCES = import.meta.glob<string>(["/src/**/*.{ts,tsx}", "!/src/api/generated.ts", "!/src/**/*.test.*"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const ROOT_MODULES = ["/src/main.tsx", "/src/paths.ts", "/src/platforms.ts", "/src/vite-env.d.ts"];
const EXPORTED = /^export (?:default )?(?:async )?(?:const|let|function|class|interface|type|enum) (\w+)/gm;
const IMPORTED = /(?:from |import\()"@\/([^"]+)"/g;

const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);

test("only main, paths and platforms stand at the root of src", () => {
  expect(Object.keys(SOURCES).filter((path) => path.split("/").length === 3)).toEqual(ROOT_MODULES);
});

test("no two modules export the same name", () => {
  const exporters: Record<string, string[]> = {};
  for (const [path, text] of Object.entries(SOURCES)) {
    for (const name of namesIn(text, EXPORTED)) exporters[name] = [...(exporters[name] ?? []), path];
  }
  expect(Object.entries(exporters).filter(([, paths]) => paths.length > 1)).toEqual([]);
});

test("no module imports itself, however many modules lie between", () => {
  const fileOf = (name: string) => [`/src/${name}.ts`, `/src/${name}.tsx`].find((path) => path in SOURCES);
  const importsOf = (path: string) => namesIn(SOURCES[path] ?? "", IMPORTED).flatMap((name) => fileOf(name) ?? []);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (done.has(path) || trail.includes(path)) return;
    for (const imported of importsOf(path)) visit(imported, [...trail, path]);
    done.add(path);
  };
  for (const path of Object.keys(SOURCES)) visit(path, []);
  expect(circles).toEqual([]);
});
