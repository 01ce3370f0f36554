import { expect, test } from "vitest";
import { csvRow } from "@/text/csv";
import cellsOfServer from "@/text/csvCells.json";

const cells = cellsOfServer as [string, string][];

test("a text is quoted and its quotes are doubled", () => {
  expect(csvRow(['say "hi"', "a,b"])).toBe('"say ""hi""","a,b"\r\n');
});

test.each(cells)("no line of a cell begins a formula, by the server's own table: %j", (text, cell) => {
  expect(csvRow([text])).toBe(`"${cell.replaceAll('"', '""')}"\r\n`);
});

test("a number stays a number, negative ones too", () => {
  expect(csvRow([42, -7])).toBe("42,-7\r\n");
});

test("nothing is an empty cell", () => {
  expect(csvRow([null, undefined, ""])).toBe(',,""\r\n');
});
