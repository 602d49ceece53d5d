/**
 * Working days of Asia/Jakarta: Monday to Friday, without public holidays. Every deadline of the programme counts in
 * them and ends at the close of office, 17:00.
 *
 * Asia/Jakarta has been UTC+7 without summer time since 1964, so a fixed offset is exact for every date used here.
 */

/** The days on which offices are closed besides weekends, as far as they were known when it was asked for (`calendar.ts`). */
export interface Calendar {
  /** The dates, `yyyy-mm-dd`. */
  readonly holidays: ReadonlySet<string>;
  /** The years whose days off have been decreed. */
  readonly decreedYears: ReadonlySet<number>;
  /** Month and day (`mm-dd`) of what is off in a year that has no decree yet. */
  readonly everyYear: ReadonlySet<string>;
  /** By fiscal year, as far as they have been decreed. */
  readonly yearEnds: ReadonlyMap<number, LastDays>;
}

/** The last day of each paper of a fiscal year. */
export interface PaperDays {
  readonly spp: string;
  readonly spm: string;
  readonly sp2d: string;
}

/** The last day on which each paper of a fiscal year may be dated, and by which decree. */
export interface LastDays extends PaperDays {
  /** How many days before the day on which it is entered a paper may be dated. */
  readonly daysBack: number;
  /** The number of the decree; absent while there is none. */
  readonly decree?: string;
}

/** Thrown when a moment or date cannot be read. */
export class NotAMoment extends Error {
  override readonly name = 'NotAMoment';
  constructor(text: string) {
    super(`"${text}" is not a moment in ISO 8601`);
  }
}

const dayInMilliseconds = 86_400_000;
const jakartaOffset = 7 * 3_600_000;
/** Offices close at 17:00, counted from midnight. */
const closeOfOffice = 17 * 3_600_000;

/** Whether the calendar knows the decree for the year of the date (`yyyy-mm-dd`); if not, weekends and fixed days are all it has. */
export function isDecreed(date: string, { decreedYears }: Calendar): boolean {
  return decreedYears.has(Number(date.slice(0, 4)));
}

/** Whether what was made known at one moment was known at another. */
export function isKnownBy(since: string, at: string): boolean {
  return millisecondsOf(since) <= millisecondsOf(at);
}

/** The date in Jakarta (`yyyy-mm-dd`) at a moment (ISO 8601). @throws {NotAMoment} */
export function jakartaDate(momentIso: string): string {
  return dateText(millisecondsOf(momentIso) + jakartaOffset);
}

/** Whether offices work on the date (`yyyy-mm-dd`). */
export function isWorkingDay(date: string, calendar: Calendar): boolean {
  const weekday = new Date(millisecondsOf(`${date}T00:00:00Z`)).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !isDayOff(date, calendar);
}

/** Whether the date (`yyyy-mm-dd`) is a holiday or collective leave, whatever day of the week it is. */
export function isDayOff(date: string, calendar: Calendar): boolean {
  return calendar.holidays.has(date) || (!isDecreed(date, calendar) && calendar.everyYear.has(date.slice(5)));
}

/**
 * The date of the `days`th working day after the date; with 0, the date itself if it is a working day, else the next
 * one.
 */
export function addWorkingDays(date: string, days: number, calendar: Calendar): string {
  let at = date;
  if (days === 0) while (!isWorkingDay(at, calendar)) at = nextDate(at);
  for (let left = days; left > 0; ) {
    at = nextDate(at);
    if (isWorkingDay(at, calendar)) left -= 1;
  }
  return at;
}

/** How many working days lie after the date up to and including another; 0 where that is not later. */
export function workingDaysUntil(date: string, until: string, calendar: Calendar): number {
  let count = 0;
  for (let at = nextDate(date); at <= until; at = nextDate(at)) if (isWorkingDay(at, calendar)) count += 1;
  return count;
}

/** The moment at which the `days`th working day after `nowIso` ends: 17:00 in Jakarta, as ISO 8601 in UTC. */
export function endOfWorkingDay(nowIso: string, days: number, calendar: Calendar): string {
  const date = addWorkingDays(jakartaDate(nowIso), days, calendar);
  return new Date(millisecondsOf(`${date}T00:00:00Z`) - jakartaOffset + closeOfOffice).toISOString();
}

/**
 * Whole seconds from `nowIso` to the end (17:00 Asia/Jakarta) of the `days`th working day after it: what a state's
 * `TimeoutSeconds` wants. Rounded up, and at least 1. @throws {NotAMoment}
 */
export function secondsUntilWorkingDays(nowIso: string, days: number, calendar: Calendar): number {
  return secondsBetween(nowIso, endOfWorkingDay(nowIso, days, calendar));
}

/** Whole seconds from one moment to a later one, rounded up, and at least 1. */
function secondsBetween(fromIso: string, toIso: string): number {
  return Math.max(1, Math.ceil((millisecondsOf(toIso) - millisecondsOf(fromIso)) / 1000));
}

/** The date `days` calendar days after the date. */
export function addDays(date: string, days: number): string {
  return dateText(millisecondsOf(`${date}T00:00:00Z`) + days * dayInMilliseconds);
}

/** A time of day (`hh:mm`) in Jakarta on the date, as ISO 8601 in UTC. @throws {NotAMoment} */
export function jakartaMoment(date: string, time: string): string {
  return new Date(millisecondsOf(`${date}T${time}:00+07:00`)).toISOString();
}

/** 09:00 in Jakarta on the date, as ISO 8601 in UTC: when things open. */
export function morningOf(date: string): string {
  return new Date(millisecondsOf(`${date}T02:00:00Z`)).toISOString();
}

/** Whole years from a birth date to another date. Someone born on 29 February has their birthday on 1 March. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

function nextDate(date: string): string {
  return addDays(date, 1);
}

function dateText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function millisecondsOf(iso: string): number {
  const milliseconds = Date.parse(iso);
  if (Number.isNaN(milliseconds)) throw new NotAMoment(iso);
  return milliseconds;
}
