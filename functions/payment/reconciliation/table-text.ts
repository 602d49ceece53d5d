/** Tables as text, as Excel and banks write them: divided by `;`, `,` or tabs, their columns named by the first line. */
import { parse } from 'csv-parse/sync';
import type { Findings } from '#functions/payment/reconciliation/findings.ts';

function headOf(text: string): string {
  return /^[^\r\n]*/.exec(text)?.[0] ?? '';
}
function dividerOf(head: string) {
  return [';', ',', '\t'].find((each) => head.includes(each)) ?? ';';
}

/** The names of the columns, in lower case. */
export function namesIn(text: string): string[] {
  const head = headOf(text);
  return head.split(dividerOf(head)).map((name) => name.trim().replaceAll('"', '').toLowerCase());
}

/** An amount without thousands signs; two decimals at most. */
export const listAmount = /^(\d{1,15})(?:[.,](\d{1,2}))?$/;

/** What is in the rows below the first line. */
interface Table<Name extends string> {
  /** How many rows there are, without the last one where that sums them up. */
  count: number;
  /** The last row, where it begins with `TOTAL`. */
  total: Record<Name, string> | undefined;
}

/**
 * Gives away each row below the first line, but for the last one where that sums up the others.
 *
 * @param columns what is read of a row; the first of them has `TOTAL` in the last row
 * @param take a row and its number, from 0
 * @returns undefined where a column is missing or doubled, or the text is no table
 */
export function eachRow<Name extends string>(
  text: string,
  columns: readonly [Name, ...Name[]],
  findings: Findings,
  take: (row: Record<Name, string>, index: number) => void,
): Table<Name> | undefined {
  const names = namesIn(text);
  for (const column of columns)
    if (names.filter((name) => name === column).length !== 1)
      findings.add('bank-file-element', 'line 1', { element: column });
  if (findings.problems.length > 0) return undefined;
  const rows = rowsIn(text, names, findings);
  if (rows === undefined) return undefined;
  const places = columns.map((column): [Name, number] => [column, names.indexOf(column)]);
  let count = 0;
  let last: Record<Name, string> | undefined;
  for (const cells of rows) {
    if (last !== undefined) take(last, count - 1);
    const row: Partial<Record<Name, string>> = {};
    // Only what was asked for: other columns are not read.
    for (const [column, place] of places) row[column] = cells[place] ?? '';
    last = row as Record<Name, string>;
    count += 1;
  }
  if (last?.[columns[0]] === 'TOTAL') return { count: count - 1, total: last };
  if (last !== undefined) take(last, count - 1);
  return { count, total: undefined };
}

function rowsIn(
  text: string,
  names: readonly string[],
  findings: Findings,
): Iterable<readonly string[]> | undefined {
  const delimiter = dividerOf(headOf(text));
  if (isPlain(text, delimiter, names.length - 1)) return plainRows(text, delimiter);
  try {
    const rows: string[][] = parse(text, {
      delimiter,
      from_line: 2,
      skip_empty_lines: true,
      trim: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    const odd = rows.find(({ length }) => length !== names.length);
    if (odd === undefined) return rows;
    findings.add('bank-file-line', 'csv', { line: '?', detail: `${odd.length} / ${names.length}` });
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 120) : '';
    findings.add('bank-file-line', 'csv', { line: '?', detail });
  }
  return undefined;
}

/** Whether no cell is quoted and every row has all cells, as nearly always: then it can be cut where the dividers are. */
function isPlain(text: string, divider: string, dividers: number): boolean {
  if (text.includes('"') || /\r(?!\n)/.test(text)) return false;
  const sign = divider.charCodeAt(0);
  let found = 0;
  let isEmpty = true;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? feed : text.charCodeAt(at);
    if (code === sign) found += 1;
    else if (code === feed) {
      if (!isEmpty && found !== dividers) return false;
      found = 0;
      isEmpty = true;
      continue;
    }
    if (code !== back) isEmpty = false;
  }
  return true;
}

const feed = 10;
const back = 13;

function* plainRows(text: string, divider: string): Generator<readonly string[]> {
  for (let from = endOfLine(text, 0) + 1; from < text.length; ) {
    const end = endOfLine(text, from);
    const line = text.slice(from, text.charCodeAt(end - 1) === back ? end - 1 : end);
    from = end + 1;
    if (line === '') continue;
    yield line.split(divider).map((cell) => cell.trim());
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
