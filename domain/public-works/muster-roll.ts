/**
 * The muster roll (daftar hadir) of paid public works: who worked on which days, and what that earns.
 *
 * Wage = days present × day rate of the role. A roll is judged as a whole: everything that is wrong with it is listed at
 * once, and nothing of it counts before all of it is right. Whether a person was at work elsewhere on the same day is not
 * known here; it is found where the days are marked (`functions/works/`).
 */
import * as z from 'zod';
import { formatRupiah, type Rupiah, rupiah, rupiahSchema, sumRupiah } from '../money/rupiah.ts';
import { memberNumberSchema, textSchema } from '../packet/packet.ts';
import { readNik } from '../people/nik.ts';
import { type Problem, problem } from '../text/problem.ts';
import { addDays, ageOn } from '../working-days.ts';
import type { WorksRule } from './works-rule.ts';

/** The maximum of problems reported of one roll; a roll with more is wrong throughout. */
export const maxRollProblems = 200;
/** The longest text of a cell that is looked at, in characters. */
const maxText = 200;

/** A field of a line, as the roll names it. */
export const rollFields = [
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
export type RollField = (typeof rollFields)[number];

/**
 * A line of a roll as it was written: texts not yet judged, absent where nothing was. Dates are
 * `yyyy-mm-dd`; what could not be read as one has been reported by the reader of the file.
 */
export interface RollLine extends Partial<Record<RollField, string>> {
  /** The line's place in the file, as a JSON pointer. */
  at: string;
  /** The days on which the person is marked as present, each with its place. */
  present: readonly { at: string; date: string }[];
}

/** What is stored of a personal number, never the number itself. */
interface ProtectedNik {
  nikHash: string;
  nikMasked: string;
  nikEncrypted: string;
}

/** What a roll is judged by. */
export interface RollFacts {
  rules: WorksRule;
  /** The works as the proposal planned them. */
  plan: { days: number; dayRate: Rupiah };
  members: readonly { number: number; name: string; nikHash: string; nikMasked: string; birthDate: string }[];
  /** First and last day (Jakarta) on which anyone can have worked: from the agreement to the day of the roll. */
  from: string;
  until: string;
  /** The part of the award that is for wages, as far as it is paid or still to be paid. */
  limit: Rupiah;
  protect: (nik: string) => ProtectedNik;
}

/** Who worked in whose place. */
const substituteSchema = z.strictObject({
  nikEncrypted: z.string(),
  birthDate: z.iso.date(),
  /** The decision of the village that put the person there. */
  decision: z.strictObject({ number: z.string(), date: z.iso.date() }),
});

/** A person who worked, and what they earn. */
const rollWorkerSchema = z.strictObject({
  /** The member whose place it is: the worker's own number, or that of the member who is replaced. */
  memberNumber: memberNumberSchema,
  name: z.string(),
  nikHash: z.string(),
  nikMasked: z.string(),
  role: z.string(),
  dayRate: rupiahSchema,
  /** In order, each once. */
  days: z.array(z.iso.date()).min(1),
  wage: rupiahSchema,
  substitute: substituteSchema.optional(),
});
export type RollWorker = z.output<typeof rollWorkerSchema>;

/** A roll that is in order, with its sums. */
export const musterRollSchema = z.strictObject({
  workers: z.array(rollWorkerSchema).min(1),
  /** What all earn together. */
  wages: rupiahSchema,
  /** What there is for wages. */
  limit: rupiahSchema,
  /** What is left of that. */
  unspentWages: rupiahSchema,
});
export type MusterRoll = z.output<typeof musterRollSchema>;

/** The place of a field as a JSON pointer; a worker's role is named apart from an official's. */
export function fieldPlace(line: string, field: RollField): string {
  return `${line}/${field === 'role' ? 'task' : field}`;
}

/** Either the roll with its sums, or everything that is wrong with it. */
export type RollJudgement = { roll: MusterRoll; problems: [] } | { roll?: undefined; problems: Problem[] };

/** The maximum of lines that can be right: each place, and as many substitutes. */
function maxRollLines(members: number): number {
  return 2 * members;
}

/**
 * The part of the award for wages that is paid or still to be paid: the labour lines of the budget, less the share of
 * tranches that were left unpaid. Rounded down, so that shares never add up to more than there is.
 */
export function wagesLimit({
  rab,
  award,
  tranches,
}: {
  rab: readonly { category: string; total: Rupiah }[];
  award: Rupiah;
  tranches: readonly { status: string; amount: Rupiah }[];
}): Rupiah {
  const labour = sumRupiah(rab.filter(({ category }) => category === 'labour').map(({ total }) => total));
  const payable = sumRupiah(tranches.filter(({ status }) => status !== 'unpaid').map(({ amount }) => amount));
  return rupiah(Number((BigInt(labour) * BigInt(payable)) / BigInt(Math.max(1, award))));
}

/** Judges a roll. Lines may come in any order; the same lines give the same roll. */
export function judgeRoll(lines: readonly RollLine[], facts: RollFacts): RollJudgement {
  const most = maxRollLines(facts.members.length);
  if (lines.length > most)
    return { problems: [problem('roll-too-many-rows', '', { rows: lines.length, maximum: most })] };
  const read = lines.map((line) => readLine(line, facts));
  const problems = read.flatMap((each) => each.problems);
  const workers = read.flatMap(({ worker }) => (worker === undefined ? [] : [worker]));
  problems.push(
    ...doubledPeople(workers),
    ...takenPlaces(workers),
    ...differingRates(workers),
    ...daysBeyondPlan(workers, facts.plan.days),
  );
  if (problems.length === 0 && workers.length === 0) problems.push(problem('roll-empty', ''));
  const sums = workers.map(({ days, dayRate }) => rupiah(days.length * dayRate));
  const wages = sumRupiah(sums);
  const { limit } = facts;
  if (wages > limit)
    problems.push(
      problem('roll-wages-too-large', '', { wages: formatRupiah(wages), limit: formatRupiah(limit) }),
    );
  if (problems.length > 0) return { problems: mostImportant(problems) };
  return {
    roll: {
      workers: workers
        .map(({ at: _, ...worker }, index) => ({ ...worker, wage: sums[index] ?? rupiah(0) }))
        .sort(byPlace),
      wages,
      limit,
      unspentWages: rupiah(limit - wages),
    },
    problems: [],
  };
}

/** Each once, up to the maximum that is reported. */
export function mostImportant(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((each) => [JSON.stringify(each), each]));
  return [...seen.values()].slice(0, maxRollProblems);
}

/** Members before who replaced them, in the order of the places. */
function byPlace(one: RollWorker, other: RollWorker): number {
  const rank = ({ substitute, days }: RollWorker) => (substitute === undefined ? '' : (days[0] ?? ''));
  return (
    one.memberNumber - other.memberNumber ||
    compare(rank(one), rank(other)) ||
    compare(one.nikHash, other.nikHash)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A worker with the place of their line, for problems that lie between lines. */
interface PlacedWorker extends Omit<RollWorker, 'wage'> {
  at: string;
}

interface LineReading {
  worker?: PlacedWorker;
  problems: Problem[];
}

function readLine(line: RollLine, facts: RollFacts): LineReading {
  const who = identify(line, facts);
  const problems = [...who.problems];
  const days = readDays(line, facts, problems);
  // Who was never there needs neither role nor rate: lines of a form that stay empty are no fault.
  if (days.length === 0) return { problems };
  const role = readRole(line, facts, problems);
  const dayRate = readRate(line, role, facts, problems);
  if (who.person === undefined) return { problems };
  const { person } = who;
  problems.push(...ageProblems(line, person.birthDate, days, facts.rules.age));
  problems.push(...longWeeks(line, days, facts.rules.maxDaysPerWeek));
  const { substitute } = person;
  if (substitute !== undefined && substitute.decision.date > (days[0] ?? ''))
    problems.push(
      problem('roll-decision-late', at(line, 'decisionDate'), {
        date: substitute.decision.date,
        first: days[0] ?? '',
      }),
    );
  if (problems.length > 0 || role === undefined || dayRate === undefined) return { problems };
  const { birthDate: _, ...kept } = person;
  return { worker: { at: line.at, ...kept, role: role.id, dayRate, days }, problems };
}

function at(line: RollLine, field: RollField) {
  return fieldPlace(line.at, field);
}

/** Who a line is about. */
type Person = Pick<RollWorker, 'memberNumber' | 'name' | 'nikHash' | 'nikMasked' | 'substitute'> & {
  birthDate: string;
};

interface Identification {
  person?: Person;
  problems: Problem[];
}

/** By the member's number and name, by the personal number, or as a substitute with the village's decision. */
function identify(line: RollLine, facts: RollFacts): Identification {
  const ofSubstitute = (['replaces', 'decisionNumber', 'decisionDate'] as const).filter(
    (field) => line[field] !== undefined,
  );
  if (line.number !== undefined) {
    const problems = ofSubstitute.map((field) => problem('roll-member-is-no-substitute', at(line, field)));
    const found = memberOf(line, facts);
    return { ...found, problems: [...found.problems, ...problems] };
  }
  if (line.nik === undefined && ofSubstitute.length === 0)
    return { problems: [problem('roll-worker-unnamed', line.at)] };
  const protectedNik = line.nik === undefined ? undefined : facts.protect(line.nik);
  const member = facts.members.find(({ nikHash }) => nikHash === protectedNik?.nikHash);
  if (member !== undefined)
    return ofSubstitute.length === 0
      ? { person: asPerson(member), problems: sameName(line, member) }
      : { problems: [problem('roll-substitute-is-member', at(line, 'nik'), { number: member.number })] };
  if (ofSubstitute.length === 0) return { problems: [problem('roll-worker-unknown', at(line, 'nik'))] };
  return substituteOf(line, facts, protectedNik);
}

type Member = RollFacts['members'][number];

function asPerson({ number, name, nikHash, nikMasked, birthDate }: Member): Person {
  return {
    ...{ memberNumber: number, name, nikHash, nikMasked, birthDate },
  };
}

function memberOf(line: RollLine, { members, protect }: RollFacts): Identification {
  const where = at(line, 'number');
  const number = placeNumber(line.number);
  if (number === undefined) return { problems: [problem('roll-number-malformed', where)] };
  const member = members.find((each) => each.number === number);
  if (member === undefined) return { problems: [problem('roll-number-unknown', where, { number })] };
  const problems = sameName(line, member);
  if (line.nik !== undefined && protect(line.nik).nikHash !== member.nikHash)
    problems.push(problem('roll-nik-differs', at(line, 'nik'), { number }));
  return { person: asPerson(member), problems };
}

/** The name must be the member's: a number alone is mistyped too easily, and another person would be paid. */
function sameName(line: RollLine, { number, name }: Member): Problem[] {
  const where = at(line, 'name');
  if (line.name === undefined) return [problem('field-missing', where)];
  return nameKey(line.name) === nameKey(name) ? [] : [problem('roll-name-differs', where, { number })];
}

/** Names as they are compared: without case, titles' points and surplus space. */
function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[.,'’`]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function placeNumber(text: string | undefined): number | undefined {
  const number = memberNumberSchema.safeParse(/^\d{1,2}$/.test(text ?? '') ? Number(text) : undefined);
  return number.success ? number.data : undefined;
}

function substituteOf(
  line: RollLine,
  { members, until }: RollFacts,
  protectedNik: ProtectedNik | undefined,
): Identification {
  const problems: Problem[] = [];
  const need = (field: RollField): string => {
    const text = line[field];
    if (text === undefined) problems.push(problem('field-missing', at(line, field)));
    return text ?? '';
  };
  const text = (field: RollField, maximum: number): string => {
    const given = need(field);
    if (given !== '' && !textSchema(maximum).safeParse(given).success)
      problems.push(problem('field-malformed', at(line, field), { expected: `≤ ${maximum}` }));
    return given;
  };
  const name = text('name', 100);
  const nik = need('nik');
  const birthDate = need('birthDate');
  const replaces = need('replaces');
  const decision = { number: text('decisionNumber', 60), date: need('decisionDate') };
  if (nik !== '')
    problems.push(...readNik(nik, birthDate === '' ? {} : { birthDate }, at(line, 'nik')).problems);
  const place = placeNumber(replaces);
  if (replaces !== '' && !members.some(({ number }) => number === place))
    problems.push(problem('roll-place-unknown', at(line, 'replaces'), { text: replaces.slice(0, 20) }));
  if (decision.date > until) problems.push(problem('date-in-future', at(line, 'decisionDate')));
  if (problems.length > 0 || place === undefined || protectedNik === undefined) return { problems };
  const { nikHash, nikMasked, nikEncrypted } = protectedNik;
  return {
    person: {
      memberNumber: place,
      name,
      nikHash,
      nikMasked,
      birthDate,
      substitute: { nikEncrypted, birthDate, decision },
    },
    problems,
  };
}

/** The days present, in order; what lies outside the works, or is there twice, is a problem. */
function readDays({ present }: RollLine, { from, until }: RollFacts, problems: Problem[]): string[] {
  const days = new Set<string>();
  for (const { at: where, date } of present) {
    if (date < from || date > until) problems.push(problem('roll-day-outside', where, { date, from, until }));
    else if (days.has(date)) problems.push(problem('roll-day-doubled', where, { date }));
    else days.add(date);
  }
  return [...days].sort();
}

type RoleRule = WorksRule['roles'][number];

function readRole(line: RollLine, { rules }: RollFacts, problems: Problem[]): RoleRule | undefined {
  const where = at(line, 'role');
  if (line.role === undefined) {
    problems.push(problem('field-missing', where));
    return undefined;
  }
  const wanted = nameKey(line.role);
  const found = rules.roles.find(({ id, name }) => [id, name.id, name.en].map(nameKey).includes(wanted));
  if (found === undefined)
    problems.push(
      problem('field-not-a-choice', where, { choices: rules.roles.map(({ name }) => name.id).join(', ') }),
    );
  return found;
}

/** Whole rupiah, plain or with points between thousands; no more than nine digits are looked at. */
const written = /^(?:Rp\.?\s*)?(\d{1,9}|\d{1,3}(?:\.\d{3}){1,2})(?:,00|,-)?$/i;

/** The rate of the line; the plan's where the line gives none. */
function readRate(
  line: RollLine,
  role: RoleRule | undefined,
  { plan }: RollFacts,
  problems: Problem[],
): Rupiah | undefined {
  if (line.dayRate === undefined) return plan.dayRate;
  const where = at(line, 'dayRate');
  const digits = written.exec(line.dayRate)?.[1];
  if (digits === undefined) {
    problems.push(problem('field-not-rupiah', where));
    return undefined;
  }
  const rate = rupiah(Number(digits.replaceAll('.', '')));
  const facts = { rate: formatRupiah(rate), role: role?.name.id ?? '' };
  if (rate < plan.dayRate)
    problems.push(problem('roll-rate-too-low', where, { ...facts, minimum: formatRupiah(plan.dayRate) }));
  // What the works plan was approved with may be paid, whatever the decree allows for the role besides.
  const maximum = Math.max(role?.maxDayRate ?? 0, plan.dayRate);
  if (role !== undefined && rate > maximum)
    problems.push(problem('roll-rate-too-high', where, { ...facts, maximum: formatRupiah(rupiah(maximum)) }));
  return rate;
}

function ageProblems(
  line: RollLine,
  birthDate: string,
  days: readonly string[],
  { min, max }: WorksRule['age'],
): Problem[] {
  const [first = '', last = first] = [days[0], days.at(-1)];
  const young = ageOn(birthDate, first);
  const old = ageOn(birthDate, last);
  return [
    ...(young < min ? [problem('roll-too-young', line.at, { age: young, date: first, minimum: min })] : []),
    ...(old > max ? [problem('roll-too-old', line.at, { age: old, date: last, maximum: max })] : []),
  ];
}

/** The Monday of the date's week. */
export function mondayOf(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}

function longWeeks(line: RollLine, days: readonly string[], maximum: number): Problem[] {
  return Object.entries(Object.groupBy(days, mondayOf))
    .filter(([, week = []]) => week.length > maximum)
    .map(([monday, week = []]) =>
      problem('roll-week-too-long', line.at, { monday, days: week.length, maximum }),
    );
}

/** One person, one line. */
function doubledPeople(workers: readonly PlacedWorker[]): Problem[] {
  const groups = Object.values(Object.groupBy(workers, ({ nikHash }) => nikHash));
  return groups.flatMap((same = []) =>
    same
      .toSorted((one, other) => compareAt(one.at, other.at))
      .slice(1)
      .map((worker) =>
        problem('roll-worker-doubled', worker.at, {
          number: worker.memberNumber,
        }),
      ),
  );
}

/** On one day one person works in a place: the member, or who replaces them. */
function takenPlaces(workers: readonly PlacedWorker[]): Problem[] {
  const places = Object.values(Object.groupBy(workers, ({ memberNumber: place }) => String(place)));
  return places.flatMap((sharing = []) => {
    const inOrder = sharing.toSorted((one, other) => compareAt(one.at, other.at));
    const taken = new Map<string, string>();
    return inOrder.flatMap(({ at: where, memberNumber: place, days, nikHash }) =>
      days.flatMap((date) => {
        const by = taken.get(date);
        taken.set(date, by ?? nikHash);
        return by === undefined || by === nikHash
          ? []
          : [problem('roll-place-taken', where, { number: place, date })];
      }),
    );
  });
}

/** Pointers by their numbers: `/rows/9` before `/rows/10`. */
function compareAt(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** A role has one rate. */
function differingRates(workers: readonly PlacedWorker[]): Problem[] {
  return Object.entries(Object.groupBy(workers, ({ role }) => role)).flatMap(([role, same = []]) => {
    const rates = [...new Set(same.map(({ dayRate }) => dayRate))].sort((a, b) => a - b);
    return rates.length < 2
      ? []
      : [problem('roll-rates-differ', '', { role, rates: rates.map(formatRupiah).join(', ') })];
  });
}

function daysBeyondPlan(workers: readonly PlacedWorker[], planned: number): Problem[] {
  const days = new Set(workers.flatMap((worker) => worker.days)).size;
  return days > planned ? [problem('roll-too-many-days', '', { days, planned })] : [];
}

/** A text of a cell without the space around it; undefined for nothing. */
export function cellText(text: string): string | undefined {
  const trimmed = text.replaceAll(/\s+/gu, ' ').trim().slice(0, maxText);
  return trimmed === '' ? undefined : trimmed;
}

/**
 * A date as people and spreadsheets write it: `2020-11-02`, `02-11-2020`, `2/11/2020`; or the number of days that a
 * spreadsheet counts.
 *
 * @param serial whether the text is such a number, and since when it counts: ECMA-376, 18.17.4.1
 * @returns `yyyy-mm-dd`; undefined for what is no date that exists
 */
export function readDate(text: string, serial?: { from1904: boolean }): string | undefined {
  if (serial !== undefined && /^\d{4,5}$/.test(text)) {
    // The epoch of 1900 counts a 29 February that never was; every day after it is one further.
    return addDays(serial.from1904 ? '1904-01-01' : '1899-12-30', Number(text));
  }
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text) ?? [];
  const iso = year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return z.iso.date().safeParse(iso).success ? iso : undefined;
}
