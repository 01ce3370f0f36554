/** CSV that spreadsheets open safely: every text is quoted, and none is read as a formula. */
export type CsvValue = string | number | null | undefined;

// What Excel and its kin take for the beginning of a formula, behind what is invisible, in every line. The server has
// the same rule in reports/audit.py.
const FORMULA_LINE =
  /(^|[\n\r\v\f\x85\u2028\u2029])((?:(?![\n\r\v\f\x85\u2028\u2029])[\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0])*[=\uff1d\ufe66\u207c\u208c+\uff0b\ufe62\u207a\u208a\ufb29\-\uff0d\ufe63\u207b\u208b\u2212@\uff20\ufe6b])/gu;

export function csvRow(values: CsvValue[]): string {
  return values.map(csvCell).join(",") + "\r\n";
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = value.replace(FORMULA_LINE, "$1'$2").replace(/^[\t\r\n]/, "'$&");
  return `"${safe.replaceAll('"', '""')}"`;
}

export function downloadCsv(fileName: string, parts: BlobPart[]): void {
  // the mark in front tells Excel that the text is UTF-8
  const url = URL.createObjectURL(new Blob(["\uFEFF", ...parts], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // the download has to have begun before its source goes
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
