/**
 * `calendar.json`, by which an administrator makes decrees known: new ones are added to those that are in force, and none of these
 * is ever changed. A mistake is corrected as the state corrects its own, by a further entry.
 */
import * as z from 'zod';
import {
  type Decrees,
  daysOff,
  type HolidayDecree,
  holidayDecreeSchema,
  type Loaded,
  type LoadedDecree,
  type YearEndDecree,
  yearEndDecreeSchema,
} from './calendar.ts';
import { holdsRole, type Person, personIdSchema } from './people/person.ts';
import { judge, readJson, type SettingsReading } from './settings.ts';
import { type Problem, problem } from './text/problem.ts';
import { jakartaDate } from './working-days.ts';

const calendarFileSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    /** The administrator who answers for it, by the id in the directory. */
    loadedBy: personIdSchema,
    /** Why it is loaded; part of the record, so without personal data. */
    why: z.string().trim().min(3).max(300),
    holidays: z.array(holidayDecreeSchema).max(200).default([]),
    yearEnds: z.array(yearEndDecreeSchema).max(100).default([]),
  })
  .refine(({ holidays, yearEnds }) => holidays.length + yearEnds.length > 0, {
    params: { problem: 'calendar-empty' },
  });

/** What the file is judged by. */
export interface CalendarContext {
  /** All decrees that are known. */
  known: Decrees;
  /** Who is named as having loaded it, as far as the directory knows them. */
  loader: (id: string) => Person | undefined;
  /** ISO 8601. */
  now: string;
}

/** Reads `calendar.json`. @returns the decrees in it that are new, or everything that is wrong with the file */
export function readCalendar(
  content: string | Uint8Array,
  context: CalendarContext,
): SettingsReading<readonly LoadedDecree[]> {
  const { json, problems } = readJson(content);
  if (problems !== undefined) return { problems };
  const { file, problems: found } = judge(calendarFileSchema, json, () => ruleProblems(json, context));
  if (file === undefined) return { problems: found };
  const loaded: Loaded = { at: context.now, by: file.loadedBy, why: file.why };
  const { holidays, yearEnds } = context.known;
  return {
    file: [
      ...file.holidays
        .filter((decree) => sameDecree(holidays, decree) === undefined)
        .map((decree) => ({ kind: 'holidays' as const, decree, loaded })),
      ...file.yearEnds
        .filter((decree) => sameDecree(yearEnds, decree) === undefined)
        .map((decree) => ({ kind: 'year-end' as const, decree, loaded })),
    ],
    problems: [],
  };
}

/** What names a decree. */
type Named = Pick<HolidayDecree, 'year' | 'number'>;

function sameDecree<Of extends Named>(among: readonly Of[], { year, number }: Named): Of | undefined {
  return among.find((each) => each.year === year && each.number === number);
}

/** What is wrong with the entries that have the right shape; those that have not hide nothing of it. */
function ruleProblems(json: unknown, { known, loader, now }: CalendarContext): Problem[] {
  const { loadedBy, holidays, yearEnds } = looseSchema.parse(json);
  const person = loadedBy === undefined ? undefined : loader(loadedBy);
  const today = jakartaDate(now);
  const daysOffNew = entriesIn(holidays, holidayDecreeSchema, '/holidays');
  const endsNew = entriesIn(yearEnds, yearEndDecreeSchema, '/yearEnds');
  return [
    ...(loadedBy === undefined || (person !== undefined && holdsRole(person, 'admin', ''))
      ? []
      : [problem('calendar-not-by-admin', '/loadedBy', { person: loadedBy })]),
    ...decreeProblems(daysOffNew, known.holidays, today),
    ...daysOffNew.flatMap(({ decree, at }) => outsideYear(decree.year, datesOf(decree, at))),
    ...amendmentProblems(
      known.holidays.filter(({ on }) => on <= today),
      daysOffNew,
    ),
    ...decreeProblems(endsNew, known.yearEnds, today),
    ...endsNew.flatMap(({ decree, at }) => lastDaysProblems(decree, at)),
  ];
}

const looseSchema = z
  .object({
    loadedBy: z.string().optional().catch(undefined),
    holidays: z.array(z.unknown()).catch([]),
    yearEnds: z.array(z.unknown()).catch([]),
  })
  .catch({ holidays: [], yearEnds: [] });

/** A decree of the file, with the place where it stands. */
interface Entry<Decree> {
  decree: Decree;
  at: string;
}

function entriesIn<Decree>(list: readonly unknown[], schema: z.ZodType<Decree>, at: string): Entry<Decree>[] {
  return list.flatMap((each, index) => {
    const read = schema.safeParse(each);
    return read.success ? [{ decree: read.data, at: `${at}/${index}` }] : [];
  });
}

/** A decree that is still to come, that stands twice, or that is known with another content. */
function decreeProblems<Decree extends Named & { on: string }>(
  entries: readonly Entry<Decree>[],
  known: readonly (Decree & { loaded?: Loaded })[],
  today: string,
): Problem[] {
  return entries.flatMap(({ decree, at }, index) => {
    const facts = { number: decree.number, year: decree.year };
    const present = sameDecree(known, decree);
    const earlier = entries.slice(0, index).map((entry) => entry.decree);
    return [
      ...(decree.on > today ? [problem('decree-in-future', `${at}/on`, { date: decree.on })] : []),
      ...(sameDecree(earlier, decree) === undefined ? [] : [problem('decree-doubled', at, facts)]),
      ...(present === undefined || sameContent(present, decree)
        ? []
        : [problem('decree-differs', at, facts)]),
    ];
  });
}

/** Whether both say the same; both were read by the same schema, so their fields are in the same order. */
function sameContent({ loaded: _, ...one }: Named & { loaded?: Loaded }, other: Named): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The dates that a decree names, each with its place. */
function datesOf(
  { add = [], move = [], cancel = [] }: HolidayDecree,
  at: string,
): [date: string, at: string][] {
  return [
    ...add.map(({ date }, index): [string, string] => [date, `${at}/add/${index}/date`]),
    ...move.flatMap(({ from, to }, index): [string, string][] => [
      [from, `${at}/move/${index}/from`],
      [to, `${at}/move/${index}/to`],
    ]),
    ...cancel.map((date, index): [string, string] => [date, `${at}/cancel/${index}`]),
  ];
}

function outsideYear(year: number, dates: readonly [date: string, at: string][]): Problem[] {
  return dates
    .filter(([date]) => date.slice(0, 4) !== String(year))
    .map(([date, at]) => problem('day-outside-year', at, { date, year }));
}

/** Days that are cancelled or moved and are not off, and days that are made off and are so already. */
function amendmentProblems(
  known: readonly HolidayDecree[],
  entries: readonly Entry<HolidayDecree>[],
): Problem[] {
  const before: HolidayDecree[] = [...known];
  const problems: Problem[] = [];
  for (const { decree, at } of entries.toSorted((one, other) => (one.decree.on < other.decree.on ? -1 : 1))) {
    if (sameDecree(known, decree) !== undefined) continue;
    const { add = [], move = [], cancel = [] } = decree;
    if (add.length + move.length + cancel.length === 0) problems.push(problem('decree-empty', at));
    const off = new Set(daysOff(before).keys());
    const leave = (date: string, where: string) => {
      if (!off.delete(date)) problems.push(problem('day-not-off', where, { date }));
    };
    const enter = (date: string, where: string) => {
      if (off.has(date)) problems.push(problem('day-already-off', where, { date }));
      off.add(date);
    };
    for (const [index, date] of cancel.entries()) leave(date, `${at}/cancel/${index}`);
    for (const [index, { from }] of move.entries()) leave(from, `${at}/move/${index}/from`);
    for (const [index, { to }] of move.entries()) enter(to, `${at}/move/${index}/to`);
    for (const [index, { date }] of add.entries()) enter(date, `${at}/add/${index}/date`);
    before.push(decree);
  }
  return problems;
}

function lastDaysProblems({ year, lastDays }: YearEndDecree, at: string): Problem[] {
  const { spp, spm, sp2d } = lastDays;
  const place = `${at}/lastDays`;
  return [
    ...outsideYear(year, [
      [spp, `${place}/spp`],
      [spm, `${place}/spm`],
      [sp2d, `${place}/sp2d`],
    ]),
    ...(spp > spm
      ? [problem('last-days-out-of-order', `${place}/spm`, { paper: 'SPM', before: 'SPP' })]
      : []),
    ...(spm > sp2d
      ? [problem('last-days-out-of-order', `${place}/sp2d`, { paper: 'SP2D', before: 'SPM' })]
      : []),
  ];
}
