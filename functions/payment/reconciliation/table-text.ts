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

/** The rows below the first line; undefined where a column is missing or doubled, or the text is no table. */
export function rowsIn<Name extends string>(
  text: string,
  columns: readonly Name[],
  findings: Findings,
): Record<Name, string>[] | undefined {
  const names = namesIn(text);
  for (const column of columns)
    if (names.filter((name) => name === column).length !== 1)
      findings.add('bank-file-element', 'line 1', { element: column });
  if (findings.problems.length > 0) return undefined;
  try {
    const rows: Record<string, string>[] = parse(text, {
      delimiter: dividerOf(headOf(text)),
      columns: names,
      from_line: 2,
      skip_empty_lines: true,
      trim: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    // Only what was asked for: other columns are not read.
    return rows.map(
      (row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? ''])) as Record<Name, string>,
    );
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 120) : '';
    findings.add('bank-file-line', 'csv', { line: '?', detail });
    return undefined;
  }
}
