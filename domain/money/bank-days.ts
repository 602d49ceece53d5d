/**
 * The days and hours of the bank that is debited: on which days it takes files, until when a file counts for the day,
 * and when the payment run begins. Banks keep the public holidays, with exceptions of their own in both directions.
 */
import * as z from 'zod';
import { type Calendar, isWorkingDay, jakartaMoment } from '../working-days.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: '14:00' });
const exceptionalDay = z.strictObject({ date: z.iso.date(), name: z.string().min(1) });

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The bank's days and hours as data; all times are Asia/Jakarta. */
export const bankDaysSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    /** Where they come from. */
    source: z.string(),
    /** JSON pointers to what stands here as an example. */
    illustrative: z.array(z.string().startsWith('/')),
    /** When the payment run gathers what is ready. */
    runAt: clockTime,
    /** From then on no file counts for the day: a run that has not been released is withdrawn. */
    cutOff: clockTime,
    /** How many minutes before the cut-off the treasurers are reminded. */
    remindMinutesBefore: z.int().min(1).max(600),
    /** Days on which offices work and the bank does not. */
    closed: z.array(exceptionalDay),
    /** Days on which the bank works although offices do not. */
    open: z.array(exceptionalDay),
  })
  .refine(
    ({ runAt, cutOff, remindMinutesBefore }) => minutesOf(runAt) + remindMinutesBefore < minutesOf(cutOff),
    { message: 'the run must begin before the reminder, and the reminder come before the cut-off' },
  );
export type BankDaysFile = z.output<typeof bankDaysSchema>;

/** The bank's days and hours on top of the country's calendar. */
export interface BankDays extends Pick<BankDaysFile, 'runAt' | 'cutOff' | 'remindMinutesBefore'> {
  readonly calendar: Calendar;
  readonly open: ReadonlySet<string>;
}

/** @param country the public holidays, which the bank keeps unless it says otherwise */
export function bankDaysOf(file: BankDaysFile, country: Calendar): BankDays {
  const { runAt, cutOff, remindMinutesBefore, closed, open } = file;
  const holidays = new Set([...country.holidays, ...closed.map(({ date }) => date)]);
  return {
    runAt,
    cutOff,
    remindMinutesBefore,
    calendar: { ...country, holidays },
    open: new Set(open.map(({ date }) => date)),
  };
}

/** Whether the bank takes files on the date (`yyyy-mm-dd`, Jakarta). */
export function isBankDay(date: string, { calendar, open }: BankDays): boolean {
  return open.has(date) || isWorkingDay(date, calendar);
}

/** When the day's files must be with the bank, and when the treasurers are reminded of a run not yet released; ISO 8601 in UTC. */
export function cutOffOn(
  date: string,
  { cutOff, remindMinutesBefore }: BankDays,
): { cutOffAt: string; remindAt: string } {
  const cutOffAt = jakartaMoment(date, cutOff);
  return {
    cutOffAt,
    remindAt: new Date(Date.parse(cutOffAt) - remindMinutesBefore * 60_000).toISOString(),
  };
}
