/** Muster rolls as groups hand them in: the form as a workbook, filled in or empty. */
import writeExcelFile from 'write-excel-file/node';
import { xlsxType } from '#domain/media-type.ts';
import { rollHeadings } from '#domain/muster-roll-sheet.ts';
import { addDays } from '#domain/working-days.ts';

/** Somebody on a roll; a substitute has no number. */
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

/** Days of work from a date on, Sundays left out, none after `until`. */
export function workDays(from: string, count: number, until = '9999-12-31'): string[] {
  const days: string[] = [];
  for (let date = from; days.length < count && date <= until; date = addDays(date, 1))
    if (new Date(`${date}T00:00:00Z`).getUTCDay() !== 0) days.push(date);
  return days;
}

/**
 * The roll of a group as its leader can write it with the page in hand: everybody is there on the planned days, but every
 * tenth worker misses the last one.
 *
 * @param facts what the page's tables say, by their label: the members by number, the days planned, the first possible day
 * @param today the last day that can have been worked
 */
export function rollOnPage(facts: ReadonlyMap<string, string>, today: string): Roll {
  const planned = Number(facts.get('Hari kerja menurut rencana') ?? 0);
  const days = workDays(facts.get('Dihitung sejak') ?? today, planned, today);
  const members = [...facts].filter(([label]) => /^\d+$/.test(label));
  return {
    days,
    rows: members.map(([number, name], index) => ({
      number: Number(number),
      name,
      role: 'Pekerja',
      present: index % 10 === 9 ? days.slice(0, -1) : days,
    })),
  };
}

const fixed = [
  'number',
  'name',
  'role',
  'dayRate',
  'nik',
  'birthDate',
  'replaces',
  'decisionNumber',
  'decisionDate',
] as const;

/** The roll as a workbook; texts are cells of text, so that a NIK keeps all its digits. */
export function rollWorkbook({ days, rows }: Roll): Promise<Buffer> {
  const text = (value: string) => ({ value, type: String, format: '@' });
  const bold = (value: string) => ({ ...text(value), fontWeight: 'bold' as const });
  const cell = (value: string | number | undefined) =>
    value === undefined ? null : typeof value === 'number' ? { value, type: Number } : text(value);
  return writeExcelFile(
    [
      [...fixed.map((field) => bold(rollHeadings[field][0])), ...days.map(bold)],
      ...rows.map((row) => [
        ...fixed.map((field) => cell(row[field])),
        ...days.map((day) => (row.present.includes(day) ? { value: 1, type: Number } : null)),
      ]),
    ],
    {
      sheet: 'Daftar hadir',
      columns: [
        ...[5, 28, 12, 14, 20, 14, 20, 24, 22].map((width) => ({ width })),
        ...days.map(() => ({ width: 11 })),
      ],
      stickyRowsCount: 1,
      stickyColumnsCount: 2,
    },
  ).toBuffer();
}

/** The workbook as a file to send. */
export async function rollFile(roll: Roll): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  return { name: 'daftar-hadir.xlsx', type: xlsxType, bytes: await rollWorkbook(roll) };
}
