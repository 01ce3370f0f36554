import { expect, test } from "vitest";
import { csvRow } from "@/text/csv";

test("a text is quoted and its quotes are doubled", () => {
  expect(csvRow(['say "hi"', "a,b"])).toBe('"say ""hi""","a,b"\r\n');
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("a text that starts like a formula is disarmed: %j", (text) => {
  expect(csvRow([text])).toBe(`"'${text}"\r\n`);
});

test("a number stays a number, negative ones too", () => {
  expect(csvRow([42, -7])).toBe("42,-7\r\n");
});

test("nothing is an empty cell", () => {
  expect(csvRow([null, undefined, ""])).toBe(',,""\r\n');
});
