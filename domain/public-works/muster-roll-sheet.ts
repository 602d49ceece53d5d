/**
 * The muster roll as a sheet: a line for each worker and a column for each day, as daftar hadir are kept. Cells become
 * lines that `muster-roll.ts` judges, or problems by row and column.
 */

import { type Problem, problem } from '../text/problem.ts';
import { cellText, fieldPlace, type RollField, type RollLine, readDate, rollFields } from './muster-roll.ts';

/** A cell as the file has it. Numbers are the text that the file gives them: `1E7` stays `1E7`. */
export interface SheetCell {
  kind: 'text' | 'number' | 'boolean' | 'formula' | 'error';
  text: string;
}

/** Rows as they are numbered on the screen, the first being row 1; holes are empty. */
export interface RollSheet {
  rows: readonly (readonly (SheetCell | undefined)[])[];
  /** Whether days are counted since 1904, as old workbooks of Macintosh do. */
  from1904: boolean;
}

/** The headings, the first of which the form writes; case and points do not matter. */
export const rollHeadings: Record<RollField, readonly [string, ...string[]]> = {
  number: ['No', 'Nomor', 'Number'],
  name: ['Nama', 'Name'],
  role: ['Peran', 'Role'],
  dayRate: ['Upah per hari', 'Upah harian', 'Day rate'],
  nik: ['NIK'],
  birthDate: ['Tanggal lahir', 'Birth date'],
  replaces: ['Menggantikan nomor', 'Menggantikan', 'Replaces'],
  decisionNumber: ['Nomor keputusan desa', 'Village decision'],
  decisionDate: ['Tanggal keputusan desa', 'Decision date'],
};

/** The dates among the fields. */
const dateFields: ReadonlySet<RollField> = new Set(['birthDate', 'decisionDate']);
/** How far down the headings may stand: a form has a few lines above them. */
const headingRows = 20;

const presentMarks = new Set(['1', 'h', 'x', 'v', '✓', '✔', '√', 'hadir', 'ya', 'true', 'present']);
const absentMarks = new Set([
  '',
  '0',
  '-',
  '–',
  'a',
  'i',
  's',
  'alpa',
  'izin',
  'sakit',
  'libur',
  'tidak',
  'false',
]);

/** The lines of a sheet, and what is wrong with single cells. With a problem of the headings there are no lines. */
export function readRollSheet(sheet: RollSheet): { lines: RollLine[]; problems: Problem[] } {
  const head = sheet.rows.slice(0, headingRows).findIndex((row) => {
    const fields = row.map((cell) => fieldOf(cell));
    return fields.includes('number') && fields.includes('name');
  });
  if (head === -1)
    return {
      lines: [],
      problems: [
        problem('roll-no-headings', '', { number: rollHeadings.number[0], name: rollHeadings.name[0] }),
      ],
    };
  const { columns, problems } = readHeadings(sheet, head);
  if (problems.length > 0) return { lines: [], problems };
  const read = sheet.rows
    .map((cells, index) => ({ cells, index }))
    .filter(({ cells, index }) => index > head && cells.some(isFilled))
    .map(({ cells, index }) => readRow(cells, index, columns, sheet));
  return { lines: read.map(({ line }) => line), problems: read.flatMap((each) => each.problems) };
}

function isFilled(cell: SheetCell | undefined): boolean {
  return cell !== undefined && (cell.kind === 'formula' || cellText(cell.text) !== undefined);
}

function headingKey(text: string): string {
  return (cellText(text) ?? '').toLowerCase().replaceAll('.', '').trim();
}

function fieldOf(cell: SheetCell | undefined): RollField | undefined {
  const key = headingKey(cell?.text ?? '');
  return rollFields.find((field) => rollHeadings[field].some((heading) => headingKey(heading) === key));
}

/** What a column holds. */
type Column = { of: 'field'; field: RollField } | { of: 'day'; date: string };

function readHeadings(
  { rows, from1904 }: RollSheet,
  head: number,
): { columns: (Column | undefined)[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const taken = new Set<string>();
  const known = Object.values(rollHeadings)
    .map(([first]) => first)
    .join(', ');
  const columns = Array.from(rows[head] ?? [], (cell, index): Column | undefined => {
    const where = `/columns/${index}`;
    if (!isFilled(cell) || cell === undefined) return undefined;
    if (cell.kind === 'formula') {
      problems.push(problem('roll-cell-formula', where));
      return undefined;
    }
    const text = cellText(cell.text) ?? '';
    const field = fieldOf(cell);
    const date = field === undefined ? readDate(text, serialOf(cell, from1904)) : undefined;
    const name = field ?? date;
    if (name === undefined)
      problems.push(problem('roll-column-unknown', where, { column: text.slice(0, 40), known }));
    else if (taken.has(name)) problems.push(problem('column-doubled', where, { column: text.slice(0, 40) }));
    else {
      taken.add(name);
      return field === undefined ? { of: 'day', date: date ?? '' } : { of: 'field', field };
    }
    return undefined;
  });
  if (!taken.has('role')) problems.push(problem('column-missing', '', { column: rollHeadings.role[0] }));
  if (!columns.some((column) => column?.of === 'day') && problems.length === 0)
    problems.push(problem('roll-no-days', ''));
  return { columns, problems };
}

function serialOf({ kind }: SheetCell, from1904: boolean) {
  return kind === 'number' ? { from1904 } : undefined;
}

function readRow(
  cells: readonly (SheetCell | undefined)[],
  index: number,
  columns: readonly (Column | undefined)[],
  { from1904 }: RollSheet,
): { line: RollLine; problems: Problem[] } {
  const at = `/rows/${index}`;
  const problems: Problem[] = [];
  const present: RollLine['present'][number][] = [];
  const fields: Partial<Record<RollField, string>> = {};
  for (const [number, cell] of cells.entries()) {
    if (cell === undefined || !isFilled(cell)) continue;
    const column = columns[number];
    const where = column?.of === 'field' ? fieldPlace(at, column.field) : `${at}/columns/${number}`;
    const text = cellText(cell.text) ?? '';
    if (column === undefined) problems.push(problem('cell-without-column', where));
    else if (cell.kind === 'formula') problems.push(problem('roll-cell-formula', where));
    else if (cell.kind === 'error') problems.push(problem('roll-cell-error', where));
    else if (column.of === 'day') {
      const mark = text.toLowerCase();
      if (presentMarks.has(mark)) present.push({ at: where, date: column.date });
      else if (!absentMarks.has(mark))
        problems.push(problem('roll-mark-unknown', where, { mark: text.slice(0, 20) }));
    } else if (column.field === 'nik' && cell.kind === 'number') {
      // A spreadsheet keeps 15 digits of a number; the sixteenth is lost without a word.
      problems.push(problem('roll-nik-number', where));
    } else if (dateFields.has(column.field)) {
      const date = readDate(text, serialOf(cell, from1904));
      if (date === undefined) problems.push(problem('field-not-a-date', where));
      else fields[column.field] = date;
    } else fields[column.field] = text;
  }
  return { line: { at, ...fields, present }, problems };
}
