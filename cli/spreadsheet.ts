/** Tables as files that spreadsheets open: CSV and XLSX. */
import writeExcelFile from 'write-excel-file/node';

/** Amounts are numbers, so that a spreadsheet adds them up; all else is text. */
export type Cell = string | number;

/** What a spreadsheet would run as a formula, in whatever width it is typed (OWASP, CSV injection). */
const formulaMark = /^[=+\-@\t\r\n＝＋－＠]/;

/** Whether a spreadsheet would take a text for a formula. */
export function looksLikeFormula(text: string): boolean {
  return formulaMark.test(text);
}

/** The text as it may stand in a CSV file that a spreadsheet opens: an apostrophe keeps it from being run. */
function neutral(text: string): string {
  return looksLikeFormula(text) ? `'${text}` : text;
}

/**
 * CSV in UTF-8 with a byte order mark, without which Excel takes it for another encoding; CRLF as RFC 4180 wants.
 * @param rows the headings first
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${rows.map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
}

function quoted(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = neutral(cell);
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An XLSX workbook of one sheet, its headings bold. In it a text is a text, whatever it begins with. */
export function xlsxOf(rows: readonly (readonly Cell[])[], sheet: string): Promise<Buffer> {
  return writeExcelFile(
    rows.map((cells, index) =>
      cells.map((value) =>
        typeof value === 'number'
          ? { value, type: Number, format: '#,##0' }
          : { value, type: String, ...(index === 0 && { fontWeight: 'bold' as const }) },
      ),
    ),
    { sheet },
  ).toBuffer();
}
