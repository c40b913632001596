/** Spreadsheets run a cell that begins so as a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** One line of CSV (RFC 4180). What a spreadsheet would run is made text by a quotation mark in front. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
