/** The form of the muster roll, empty or filled in: a line for each worker, a column for each day. */
import { addDays, type Calendar, isDayOff } from '../working-days.ts';
import { rollFields } from './muster-roll.ts';
import { rollHeadings } from './muster-roll-sheet.ts';

/** A person on a roll; a substitute has no number. */
export interface RollRow {
  number?: number;
  name: string;
  role: string;
  dayRate?: number;
  nik?: string;
  birthDate?: string;
  replaces?: number;
  decisionNumber?: string;
  decisionDate?: string;
  /** The days present. */
  present: readonly string[];
}

export interface Roll {
  /** A column each. */
  days: readonly string[];
  rows: readonly RollRow[];
}

/** Days of work from a date on, Monday to Saturday without the calendar's days off, none after `until`. */
export function workDays(from: string, count: number, calendar: Calendar, until = '9999-12-31'): string[] {
  const days: string[] = [];
  for (let date = from; days.length < count && date <= until; date = addDays(date, 1))
    if (new Date(`${date}T00:00:00Z`).getUTCDay() !== 0 && !isDayOff(date, calendar)) days.push(date);
  return days;
}

/** A cell as a writer of workbooks takes it. */
type Cell =
  | { value: string; type: StringConstructor; format: string; fontWeight?: 'bold' }
  | { value: number; type: NumberConstructor }
  | null;

/** The roll's only sheet; texts are cells of text, so that a NIK keeps all its digits. */
export function rollSheet({ days, rows }: Roll) {
  const text = (value: string) => ({ value, type: String, format: '@' });
  const bold = (value: string) => ({ ...text(value), fontWeight: 'bold' as const });
  const cell = (value: string | number | undefined): Cell =>
    value === undefined ? null : typeof value === 'number' ? { value, type: Number } : text(value);
  return {
    rows: [
      [...rollFields.map((field) => bold(rollHeadings[field][0])), ...days.map(bold)],
      ...rows.map((row) => [
        ...rollFields.map((field) => cell(row[field])),
        ...days.map((day) => (row.present.includes(day) ? { value: 1, type: Number } : null)),
      ]),
    ] satisfies Cell[][],
    sheet: 'Daftar hadir',
    columns: [
      ...[5, 28, 12, 14, 20, 14, 20, 24, 22].map((width) => ({ width })),
      ...days.map(() => ({ width: 11 })),
    ],
    stickyRowsCount: 1,
    stickyColumnsCount: 2,
  };
}
