/**
 * The book of a paying account, by its statements: how each goes on from the last, and where the money of every entry is.
 *
 * A statement is divided into the steps of its days: from what lay there before the first entry of a day to what lay there after the
 * last. Statements that overlap have steps in common, one that comes again has all of them, in whatever format it comes; a step counts
 * once. What no step leads to is a gap.
 *
 * What payments take of a statement is in their ledger. The rest has postings here, in double entry and in sen: what is the
 * bank's own (fees, interest, taxes) is `charges`, everything else is in `suspense` with a question, until that is answered.
 */
import * as z from 'zod';
import type { Statement } from './bank-entry.ts';

/** Where the money of an entry is: with the bank, with a payment's own ledger, the bank's own, elsewhere by a person's word, or not placed. */
const placeSchema = z.enum(['bank', 'payments', 'charges', 'elsewhere', 'suspense']);
export type BookPlace = z.output<typeof placeSchema>;

/** An entry of a statement as it is posted: on which account, side and day, how much it moved, in sen. */
export const statementLineSchema = z.object({
  account: z.string(),
  side: z.enum(['debit', 'credit']),
  /** `yyyy-mm-dd` */
  day: z.iso.date(),
  sen: z.int().nonnegative(),
});
export type StatementLine = z.output<typeof statementLineSchema>;

export const bookPostingSchema = z.strictObject({
  /** The item's, with `:end` where it leaves the suspense; or that of the charge. */
  id: z.string(),
  account: z.string(),
  day: z.iso.date(),
  from: placeSchema,
  to: placeSchema,
  /** More than 0. */
  sen: z.int().positive(),
  /** The question behind it. */
  item: z.string().optional(),
  at: z.iso.datetime(),
});
export type BookPosting = z.output<typeof bookPostingSchema>;

/** An entry comes to a place, from the bank or into it. */
export function postLine(
  { account, side, day, sen }: StatementLine,
  place: Exclude<BookPlace, 'bank'>,
  of: { id: string; item?: string; at: string },
): BookPosting {
  const [from, to] = side === 'debit' ? (['bank', place] as const) : ([place, 'bank'] as const);
  return { ...of, account, day, from, to, sen };
}

/** It leaves the suspense for where it belongs. */
export function endSuspense(
  { account, side, day, sen }: StatementLine,
  place: 'payments' | 'charges' | 'elsewhere',
  { item, at }: { item: string; at: string },
): BookPosting {
  const [from, to] = side === 'debit' ? (['suspense', place] as const) : ([place, 'suspense'] as const);
  return { id: `${item}:end`, item, at, account, day, from, to, sen };
}

/** What the entries of one day of a statement made of the balance: sen, below 0 where the account is overdrawn. */
const stepSchema = z.strictObject({
  day: z.iso.date(),
  before: z.int(),
  after: z.int(),
  entries: z.int().positive(),
  /** What of the difference payments have taken. */
  ours: z.int(),
});
export type BookStep = z.output<typeof stepSchema>;

export const bookStatementSchema = z.strictObject({
  account: z.string(),
  format: z.string(),
  /** As the bank calls it. */
  name: z.string(),
  opening: z.strictObject({ day: z.iso.date(), sen: z.int() }),
  closing: z.strictObject({ day: z.iso.date(), sen: z.int() }),
  steps: z.array(stepSchema),
  file: z.string(),
  at: z.iso.datetime(),
});
export type BookStatement = z.output<typeof bookStatementSchema>;

/** Whether other steps of its day have told it: the same once more, or in parts. */
export function isTold(step: BookStep, known: readonly BookStep[]): boolean {
  const points = new Set<number>();
  for (const each of known) {
    if (stepKey(each) === stepKey(step)) return true;
    if (each.day === step.day) points.add(each.before).add(each.after);
  }
  return step.before !== step.after && points.has(step.before) && points.has(step.after);
}

/** What the entries of one day, as they bear it, changed: sen; and how many they are. */
export interface StatementDay {
  net: number;
  entries: number;
}

/** The day on which what bears `day` counts: within the days of the statement. */
export function dayWithin({ opening, closing }: Pick<Statement, 'opening' | 'closing'>, day: string): string {
  if (opening?.day !== undefined && day < opening.day) return opening.day;
  return closing?.day !== undefined && day > closing.day ? closing.day : day;
}

/** What tells a step from all others, whichever statement has it. */
export function stepKey({ day, before, after, entries }: Omit<BookStep, 'ours'>): string {
  return `${day} ${before} ${after} ${entries}`;
}

/** The steps of a statement; undefined where it gives no balances with their days. @param days by the day that entries bear */
export function stepsOf(
  statement: Pick<Statement, 'opening' | 'closing'>,
  days: ReadonlyMap<string, StatementDay>,
): BookStep[] | undefined {
  const { opening, closing } = statement;
  if (opening?.day === undefined || closing?.day === undefined) return undefined;
  const within = new Map<string, StatementDay>();
  for (const [day, { net, entries }] of days) {
    const on = dayWithin(statement, day);
    const known = within.get(on) ?? { net: 0, entries: 0 };
    within.set(on, { net: known.net + net, entries: known.entries + entries });
  }
  let balance = opening.sen;
  return [...within]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([day, { net, entries }]) => {
      const before = balance;
      balance += net;
      return { day, before, after: balance, entries, ours: 0 };
    });
}

/** Where the statements of an account do not go on from each other: money moved that none of them has. */
export interface BookBreak {
  account: string;
  /** The day of the step, or of the statement without entries, that begins elsewhere. */
  day: string;
  /** What lay there according to the statements before, and what lies there now: sen. */
  expected: number;
  found: number;
}

/** The statements of an account read as one: the steps that count, and where they break off. */
export interface BookChain {
  steps: BookStep[];
  breaks: BookBreak[];
}

/** @param statements of one account, in any order */
export function chainOf(statements: readonly BookStatement[]): BookChain {
  const chain: BookChain = { steps: [], breaks: [] };
  const known = new Map<string, BookStep>();
  // What was read first says what payments took.
  for (const { steps } of statements.toSorted((one, other) => (one.at < other.at ? -1 : 1)))
    for (const step of steps) if (!known.has(stepKey(step))) known.set(stepKey(step), step);
  const idle = statements.filter(({ steps }) => steps.length === 0);
  const days = new Set([
    ...[...known.values()].map(({ day }) => day),
    ...idle.map(({ closing }) => closing.day),
  ]);
  const [first] = statements;
  const account = first?.account ?? '';
  let balance: number | undefined;
  for (const day of [...days].sort()) {
    const left = [...known.values()].filter((step) => step.day === day);
    const points = new Set(balance === undefined ? [] : [balance]);
    const take = (step: BookStep): void => {
      left.splice(left.indexOf(step), 1);
      chain.steps.push(step);
      balance = step.after;
      points.add(step.before).add(step.after);
    };
    while (left.length > 0) {
      const next = nextStep(left, balance);
      // Pages and notices within the day, and the whole day in one: the same once more.
      const again = left.find(({ before, after }) => points.has(before) && points.has(after));
      if (next !== undefined) take(next);
      else if (again !== undefined) left.splice(left.indexOf(again), 1);
      else {
        const [other] = left.toSorted(
          (one, two) => Number(points.has(two.before)) - Number(points.has(one.before)),
        );
        if (other === undefined) break;
        if (balance !== undefined && !points.has(other.before))
          chain.breaks.push({ account, day, expected: balance, found: other.before });
        take(other);
      }
    }
    for (const { closing } of idle.filter((each) => each.closing.day === day)) {
      if (balance !== undefined && !points.has(closing.sen)) {
        chain.breaks.push({ account, day, expected: balance, found: closing.sen });
        balance = closing.sen;
      }
      balance ??= closing.sen;
      points.add(balance);
    }
  }
  return chain;
}

/** The step that goes on from a balance; at the beginning the one that no other leads to. Of several, that with the fewest entries. */
function nextStep(left: readonly BookStep[], balance: number | undefined): BookStep | undefined {
  const ends = new Set(left.map(({ after }) => after));
  const fits = left.filter(({ before }) => (balance === undefined ? !ends.has(before) : before === balance));
  const [next] = fits.toSorted((one, other) => one.entries - other.entries);
  return next;
}

/** What of a place an account's postings make: sen, debits less credits. */
export function bookBalance(postings: readonly BookPosting[], place: BookPlace): number {
  return postings.reduce(
    (sum, { from, to, sen }) => sum + (to === place ? sen : 0) - (from === place ? sen : 0),
    0,
  );
}

/**
 * Compares the book of an account with its statements, and its suspense with the questions that are open.
 *
 * @param open ids of the items of the worklist that are open
 * @returns everything that does not agree; sums in sen
 */
export function verifyBook(
  {
    account,
    statements,
    postings,
  }: { account: string; statements: readonly BookStatement[]; postings: readonly BookPosting[] },
  open: ReadonlySet<string>,
): { where: string; what: string }[] {
  const where = `account …${account.slice(-4)}`;
  const findings: { where: string; what: string }[] = [];
  const ofItem = Map.groupBy(postings, ({ item = '' }) => item);
  for (const [item, those] of ofItem) {
    const left = bookBalance(those, 'suspense');
    if (left !== 0 && !open.has(item))
      findings.push({
        where,
        what: `${left} sen of ${item} is in suspense, and no question is open about it`,
      });
  }
  const { steps } = chainOf(statements);
  const covered = new Set(steps.map(({ day }) => day));
  const moved = steps.reduce((sum, { before, after }) => sum + after - before, 0);
  const ours = steps.reduce((sum, step) => sum + step.ours, 0);
  const posted = bookBalance(
    postings.filter(({ day }) => covered.has(day)),
    'bank',
  );
  if (moved !== ours + posted)
    findings.push({
      where,
      what: `its statements moved ${moved} sen: payments took ${ours}, the book has ${posted}, and ${moved - ours - posted} is nowhere`,
    });
  return findings;
}
