/** Muster rolls as groups hand them in. */
import writeExcelFile from 'write-excel-file/node';
import { xlsxType } from '#domain/packet/media-type.ts';
import { type Roll, rollSheet, workDays } from '#domain/public-works/roll-form.ts';
import { calendarAt } from '#programmes/calendar.ts';

/**
 * The roll of a group as its leader can write it with the page in hand: everyone is there on the planned days, but every
 * tenth worker misses the last one.
 *
 * @param facts what the page's tables say, by their label: the members by number, the days planned, the first possible day
 * @param today the last day that can have been worked
 */
export function rollOnPage(facts: ReadonlyMap<string, string>, today: string): Roll {
  const planned = Number(facts.get('Hari kerja menurut rencana') ?? 0);
  const days = workDays(
    facts.get('Dihitung sejak') ?? today,
    planned,
    calendarAt(`${today}T00:00:00Z`),
    today,
  );
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

/** The workbook as a file to send. */
export async function rollFile(roll: Roll): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  const { rows, ...options } = rollSheet(roll);
  const bytes = await writeExcelFile(rows, options).toBuffer();
  return { name: 'daftar-hadir.xlsx', type: xlsxType, bytes };
}
