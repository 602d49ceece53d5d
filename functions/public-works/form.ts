/** The form of the muster roll as a workbook: a line for each worker, a column for each day; empty, or filled in. */
import writeExcelFile from 'write-excel-file/node';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import { type Roll, rollSheet, workDays } from '#domain/public-works/roll-form.ts';
import { addDays, type Calendar } from '#domain/working-days.ts';

/** The empty roll of a group: its members, and as many days as the works plan has. @param from the first day */
export function emptyRoll(
  { content }: Pick<AwardedProposal, 'content'>,
  from: string,
  calendar: Calendar,
): Roll {
  return {
    days: workDays(from, content.plan.works?.days ?? 0, calendar),
    rows: content.members.map(({ number, name }) => ({ number, name, role: 'Pekerja', present: [] })),
  };
}

/** The first day that a form proposes: the one after the first money came; the agreement's, while none has. */
export function firstWorkDay({ tranches, award }: Pick<AwardedProposal, 'tranches' | 'award'>): string {
  const [first] = tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate])).sort();
  return first === undefined ? award.pks.date : addDays(first, 1);
}

/** The roll as a workbook. */
export function rollWorkbook(roll: Roll): Promise<Buffer> {
  const { rows, ...options } = rollSheet(roll);
  return writeExcelFile(rows, options).toBuffer();
}
