/**
 * The calendar as decrees make it: days off and the last days of a fiscal year, each with the decree and the day it was decreed.
 *
 * A year is decreed once and then amended, in 2020 four times: days are added, moved and cancelled. Decrees are never rewritten, so
 * that one can ask what was known on a day. A deadline is counted in the calendar that was known when it was set, and stays.
 */
import * as z from 'zod';
import {
  addDays,
  type Calendar,
  isKnownBy,
  isWorkingDay,
  jakartaDate,
  type LastDays,
} from './working-days.ts';

const daySchema = z.iso.date();

/** A day on which offices are closed. */
const decreedDaySchema = z.strictObject({
  date: daySchema,
  /** `collective-leave` is cuti bersama. */
  kind: z.enum(['holiday', 'collective-leave']),
  name: z.string().min(1).max(120),
});

const decreeFields = {
  year: z.int().min(2015).max(2100),
  /** Its number, as published; unique in its year. */
  number: z.string().min(1).max(200),
  /** The day it was decreed. */
  on: daySchema,
  /** Where it was found. */
  source: z.string().min(1).max(300),
};

/** A decree about the days off of a year: a joint decree of three ministers (SKB), or of the President for an election. */
export const holidayDecreeSchema = z.strictObject({
  ...decreeFields,
  add: z.array(decreedDaySchema).optional(),
  move: z.array(z.strictObject({ from: daySchema, to: daySchema })).optional(),
  cancel: z.array(daySchema).optional(),
});
export type HolidayDecree = z.output<typeof holidayDecreeSchema>;

/** How many days before the day on which it is entered a paper may be dated, where no decree says so: illustrative. */
const usualDaysBack = 14;

/** The year-end steps of a fiscal year (langkah-langkah akhir tahun, a Perdirjen Perbendaharaan), or an amendment of them. */
export const yearEndDecreeSchema = z.strictObject({
  ...decreeFields,
  /** The last day that each paper may be dated. */
  lastDays: z.strictObject({ spp: daySchema, spm: daySchema, sp2d: daySchema }),
  /** How many days before the day on which it is entered a paper may be dated. */
  daysBack: z.int().min(0).max(60).default(usualDaysBack),
});
export type YearEndDecree = z.output<typeof yearEndDecreeSchema>;

/** Days that are off on the same date of every year: what is counted with while a year has no decree. */
const everyYearSchema = z.strictObject({
  number: z.string(),
  on: daySchema,
  source: z.string(),
  /** Month and day, `mm-dd`. */
  days: z.array(z.strictObject({ date: z.string().regex(/^\d\d-\d\d$/), name: z.string() })),
});

/** A calendar that is shipped: the decrees of a year, oldest first. */
export const shippedCalendarSchema = z.strictObject({
  schemaVersion: z.literal(1),
  holidays: z.array(holidayDecreeSchema).min(1),
});

/** `every-year.json`. */
export const everyYearFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  everyYear: everyYearSchema,
});

/** Who made a decree known here, when and why; a shipped one is known from the day it was decreed. */
export interface Loaded {
  /** ISO 8601. */
  at: string;
  by: string;
  why: string;
}

/** Everything that makes a calendar. */
export interface Decrees {
  /** Month and day, `mm-dd`, of what is off in every year. */
  readonly everyYear: readonly string[];
  readonly holidays: readonly (HolidayDecree & { readonly loaded?: Loaded })[];
  /** Of each year the last that was decreed counts. */
  readonly yearEnds: readonly (YearEndDecree & { readonly loaded?: Loaded })[];
}

/** What was made known here, by whom, when and why. */
export type LoadedDecree =
  | { kind: 'holidays'; decree: HolidayDecree; loaded: Loaded }
  | { kind: 'year-end'; decree: YearEndDecree; loaded: Loaded };

/** The decrees, and those that were loaded besides. */
export function withLoaded(
  { everyYear, holidays, yearEnds }: Decrees,
  loaded: readonly LoadedDecree[],
): Decrees {
  return {
    everyYear,
    holidays: [
      ...holidays,
      ...loaded.flatMap((each) =>
        each.kind === 'holidays' ? [{ ...each.decree, loaded: each.loaded }] : [],
      ),
    ],
    yearEnds: [
      ...yearEnds,
      ...loaded.flatMap((each) =>
        each.kind === 'year-end' ? [{ ...each.decree, loaded: each.loaded }] : [],
      ),
    ],
  };
}

/** The days off that decrees make of each other, by date, each with its name. */
export function daysOff(decrees: readonly HolidayDecree[]): Map<string, z.output<typeof decreedDaySchema>> {
  const days = new Map<string, z.output<typeof decreedDaySchema>>();
  for (const { add = [], move = [], cancel = [] } of decrees.toSorted(byDayDecreed)) {
    for (const date of cancel) days.delete(date);
    for (const { from, to } of move) {
      const moved = days.get(from);
      days.delete(from);
      if (moved !== undefined) days.set(to, { ...moved, date: to });
    }
    for (const day of add) days.set(day.date, day);
  }
  return days;
}

function byDayDecreed(one: { on: string }, other: { on: string }): number {
  return one.on < other.on ? -1 : one.on > other.on ? 1 : 0;
}

/** Whether a decree was known at a moment (ISO 8601): when it had been decreed, and where it was loaded, since then. */
function wasKnown({ on, loaded }: { on: string; loaded?: Loaded }, at: string): boolean {
  return loaded === undefined ? on <= jakartaDate(at) : isKnownBy(loaded.at, at);
}

/** The calendar as it was known at a moment (ISO 8601). */
export function calendarKnown({ everyYear, holidays, yearEnds }: Decrees, at: string): Calendar {
  const known = holidays.filter((decree) => wasKnown(decree, at));
  return {
    everyYear: new Set(everyYear),
    decreedYears: new Set(known.map(({ year }) => year)),
    holidays: new Set(daysOff(known).keys()),
    yearEnds: new Map(
      yearEnds
        .filter((decree) => wasKnown(decree, at))
        .toSorted(byDayDecreed)
        .map(({ year, lastDays, daysBack, number }) => [year, { ...lastDays, daysBack, decree: number }]),
    ),
  };
}

/** The last days of a fiscal year. Without a decree they are the last working day of December, by which the budget ends. */
export function lastDaysOf(year: number, calendar: Calendar): LastDays {
  const decreed = calendar.yearEnds.get(year);
  if (decreed !== undefined) return decreed;
  let day = `${year}-12-31`;
  while (!isWorkingDay(day, calendar)) day = addDays(day, -1);
  return { spp: day, spm: day, sp2d: day, daysBack: usualDaysBack };
}
