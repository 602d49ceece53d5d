/**
 * The calendar as decrees make it: days off and the last days of a fiscal year, each with the decree and the day it was decreed.
 *
 * A year is decreed once and then amended, in 2020 four times: days are added, moved and cancelled. Decrees are never rewritten, so
 * that one can ask what was known on a day. A deadline is counted in the calendar that was known when it was set, and stays.
 */
import * as z from 'zod';
import { type Calendar, isKnownBy, jakartaDate } from './working-days.ts';

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
export function calendarKnown({ everyYear, holidays }: Decrees, at: string): Calendar {
  const known = holidays.filter((decree) => wasKnown(decree, at));
  return {
    everyYear: new Set(everyYear),
    decreedYears: new Set(known.map(({ year }) => year)),
    holidays: new Set(daysOff(known).keys()),
  };
}
