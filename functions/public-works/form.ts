/** The form of the muster roll as a workbook: a line for each worker, a column for each day; empty, or filled in. */
import writeExcelFile from 'write-excel-file/node';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import { rollFields } from '#domain/public-works/muster-roll.ts';
import { rollHeadings } from '#domain/public-works/muster-roll-sheet.ts';
import { addDays } from '#domain/working-days.ts';

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

/** Days of work from a date on, Sundays left out, none after `until`. */
export function workDays(from: string, count: number, until = '9999-12-31'): string[] {
  const days: string[] = [];
  for (let date = from; days.length < count && date <= until; date = addDays(date, 1))
    if (new Date(`${date}T00:00:00Z`).getUTCDay() !== 0) days.push(date);
  return days;
}

/** The empty roll of a group: its members, and as many days as the works plan has. @param from the first day */
export function emptyRoll({ content }: Pick<AwardedProposal, 'content'>, from: string): Roll {
  return {
    days: workDays(from, content.plan.works?.days ?? 0),
    rows: content.members.map(({ number, name }) => ({ number, name, role: 'Pekerja', present: [] })),
  };
}

/** The first day that a form proposes: the one after the first money came; the agreement's, while none has. */
export function firstWorkDay({ tranches, award }: Pick<AwardedProposal, 'tranches' | 'award'>): string {
  const [first] = tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate])).sort();
  return first === undefined ? award.pks.date : addDays(first, 1);
}

/** The roll as a workbook; texts are cells of text, so that a NIK keeps all its digits. */
export function rollWorkbook({ days, rows }: Roll): Promise<Buffer> {
  const text = (value: string) => ({ value, type: String, format: '@' });
  const bold = (value: string) => ({ ...text(value), fontWeight: 'bold' as const });
  const cell = (value: string | number | undefined) =>
    value === undefined ? null : typeof value === 'number' ? { value, type: Number } : text(value);
  return writeExcelFile(
    [
      [...rollFields.map((field) => bold(rollHeadings[field][0])), ...days.map(bold)],
      ...rows.map((row) => [
        ...rollFields.map((field) => cell(row[field])),
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
