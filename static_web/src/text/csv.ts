/** CSV that spreadsheets open safely: every text is quoted, and none is read as a formula. */
export type CsvValue = string | number | null | undefined;

// what Excel and its kin take for the beginning of a formula
const FORMULA_START = /^[=+\-@\t\r]/;

export function csvRow(values: CsvValue[]): string {
  return values.map(csvCell).join(",") + "\r\n";
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA_START.test(value) ? `'${value}` : value;
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
