/**
 * A payment run, from gathering to its end: a person who had no other part in any of its payments releases it to the
 * bank, or it is withdrawn and its payments are ready for the next.
 *
 * `released` and `withdrawn` are both final, and a run is moved under its version, so it is never both. A run that
 * is not decided before the bank's cut-off is withdrawn: silence moves no money.
 */
import * as z from 'zod';
import { dutyOf, type Involvement, involvementSchema } from '../asks/separation.ts';
import { personIdSchema } from '../people/person.ts';
import { type BankEvent, event } from '../proposal/events.ts';
import type { RunFile } from './run-file.ts';
import { type Rupiah, rupiahSchema, sumRupiah } from './rupiah.ts';

/** Why a run was withdrawn: a person held it, it was not released in time, or its gathering ended after the cut-off. */
const withdrawalReasons = ['held', 'not-released', 'late'] as const;
export type WithdrawalReason = (typeof withdrawalReasons)[number];

const common = {
  id: z.string(),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  startedAt: z.iso.datetime(),
  remindAt: z.iso.datetime(),
  /** From then on it cannot be released. */
  cutOffAt: z.iso.datetime(),
  /** Its files: a rail and the account that it is debited from, each. */
  rails: z.array(z.string()),
  count: z.int().min(1),
  sum: rupiahSchema,
  /** What goes to each bank, in the order of their codes. */
  banks: z.array(z.strictObject({ bankCode: z.string(), count: z.int().min(1), sum: rupiahSchema })),
  /** The payments that treasurers held, each time some; count, sum and banks are of the rest. */
  holds: z.array(
    z.strictObject({
      by: personIdSchema,
      at: z.iso.datetime(),
      /** It is shown to officials and is in no audit event. */
      reason: z.string(),
      /** The ask that was answered. */
      askId: z.string(),
      payments: z.array(z.strictObject({ rail: z.string(), endToEndId: z.string() })).min(1),
    }),
  ),
  /** What people did for the proposals of its payments, each duty of a person once. */
  involvements: z.array(involvementSchema),
};

export const paymentRunSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('gathered'), ...common }),
  z.strictObject({
    state: z.literal('released'),
    ...common,
    releasedBy: personIdSchema,
    releasedAt: z.iso.datetime(),
    /** When it was found that everything in it was booked, refused or withheld. */
    allEndedAt: z.iso.datetime().optional(),
  }),
  z.strictObject({
    state: z.literal('withdrawn'),
    ...common,
    why: z.enum(withdrawalReasons),
    withdrawnAt: z.iso.datetime(),
    /** Who held it, and why. The reason is shown to administrators and is in no audit event. */
    heldBy: personIdSchema.optional(),
    reason: z.string().optional(),
  }),
]);
export type PaymentRun = z.output<typeof paymentRunSchema>;
export type GatheredRun = Extract<PaymentRun, { state: 'gathered' }>;
export type ReleasedRun = Extract<PaymentRun, { state: 'released' }>;
export type WithdrawnRun = Extract<PaymentRun, { state: 'withdrawn' }>;

/** Notes that nothing in the run waits for the bank any more. */
export function noteAllEnded(run: PaymentRun, now: string): PaymentRun {
  return run.state === 'released' ? { ...run, allEndedAt: now } : run;
}

/** What goes to each bank, in the order of their codes. */
export function sumsByBank(
  payments: readonly { account: { bankCode: string }; amount: Rupiah }[],
): PaymentRun['banks'] {
  const amounts = Map.groupBy(payments, ({ account }) => account.bankCode);
  return [...amounts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([bankCode, to]) => ({
      bankCode,
      count: to.length,
      sum: sumRupiah(to.map(({ amount }) => amount)),
    }));
}

/** What was done for the proposals of a run that a releaser must not have done, each duty of a person once. */
export function conflictingInvolvements(involvements: readonly Involvement[]): Involvement[] {
  const known = new Map(
    involvements
      .filter(({ kind }) => dutyOf(kind) !== undefined)
      .map(({ kind, personId }) => [`${kind} ${personId}`, { kind, about: {}, personId }]),
  );
  return [...known]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, involvement]) => involvement);
}

/** A run as it is after a transition, and what the bank's journal records of that. */
interface DecidedRun<Run extends PaymentRun> {
  run: Run;
  events: readonly BankEvent[];
}

/** Which run, as its events have it. */
function factsOf({ id: runId, count, sum }: Pick<PaymentRun, 'id' | 'count' | 'sum'>) {
  return { runId, count, sum };
}

/** What was decided over: the hash of each file, under the file's name. */
function hashesOf(files: readonly Pick<RunFile, 'rail' | 'sha256'>[]): Record<string, string> {
  return Object.fromEntries(files.map(({ rail, sha256 }) => [rail, sha256]));
}

/** A run of all that has joined it. */
export function gatherRun(
  gathered: Omit<GatheredRun, 'state' | 'version' | 'holds'>,
  now: string,
): DecidedRun<GatheredRun> {
  const run: GatheredRun = { ...gathered, holds: [], state: 'gathered', version: 1 };
  return { run, events: [event(now, 'run.gathered', factsOf(run))] };
}

/**
 * Releases a run to the bank, under a one-time code.
 * @param files what is released
 */
export function releaseRun(
  { state: _, ...run }: GatheredRun,
  { personId, files }: { personId: string; files: readonly RunFile[] },
  now: string,
): DecidedRun<ReleasedRun> {
  const by = { kind: 'person', id: personId } as const;
  return {
    run: { ...run, state: 'released', releasedBy: personId, releasedAt: now },
    events: [event(now, 'run.released', { ...factsOf(run), code: true, ...hashesOf(files) }, by)],
  };
}

/**
 * Holds a run, so that it is withdrawn.
 * @param files what is held
 */
export function holdRun(
  { state: _, ...run }: GatheredRun,
  { personId, reason, files }: { personId: string; reason: string; files: readonly RunFile[] },
  now: string,
): DecidedRun<WithdrawnRun> {
  const by = { kind: 'person', id: personId } as const;
  return {
    run: { ...run, state: 'withdrawn', why: 'held', withdrawnAt: now, heldBy: personId, reason },
    events: [event(now, 'run.withdrawn', { ...factsOf(run), why: 'held', ...hashesOf(files) }, by)],
  };
}

/** The maximum of payments that are held out of one run, which its record names: who doubts more holds the run. */
export const maxHeldPayments = 200;

/** A payment as its run has it. */
interface Member {
  rail: string;
  endToEndId: string;
  amount: Rupiah;
  account: { bankCode: string };
}

/** The decision of a treasurer about one of its payments; undefined where none held it. */
export function holdIn({ holds }: PaymentRun, endToEndId: string): PaymentRun['holds'][number] | undefined {
  return holds.find(({ payments }) => payments.some((each) => each.endToEndId === endToEndId));
}

/** Those of its payments that treasurers have not held. */
export function withoutHeld<M extends { endToEndId: string }>(run: PaymentRun, members: readonly M[]): M[] {
  const held = new Set(run.holds.flatMap(({ payments }) => payments.map(({ endToEndId }) => endToEndId)));
  return members.filter(({ endToEndId }) => !held.has(endToEndId));
}

/** Which writing of a file counts, from 1: it is written again each time that one of its payments was held. */
export function fileVersion({ holds }: PaymentRun, rail: string): number {
  return 1 + holds.filter(({ payments }) => payments.some((each) => each.rail === rail)).length;
}

/** Whether a file is one of those that are decided about, or were: written with what is not held, and not empty since. */
export function isFileOf(run: PaymentRun, { rail, version }: Pick<RunFile, 'rail' | 'version'>): boolean {
  return run.rails.includes(rail) && fileVersion(run, rail) === version;
}

/** How often its release has been asked for: again each time that payments were held. */
export function roundOf({ holds }: Pick<PaymentRun, 'holds'>): number {
  return 1 + holds.length;
}

/**
 * Takes single payments out of a run, so that its files are written again without them and its release is asked for again. Where none is left,
 * the run is withdrawn.
 * @param members all its payments @param decision who holds which, why, by which answer, and over which files that was decided
 */
export function reduceRun(
  run: GatheredRun,
  members: readonly Member[],
  decision: {
    personId: string;
    reason: string;
    askId: string;
    held: readonly { rail: string; endToEndId: string }[];
    files: readonly RunFile[];
  },
  now: string,
): DecidedRun<GatheredRun | WithdrawnRun> {
  const { personId, reason, askId, held, files } = decision;
  const payments = held.map(({ rail, endToEndId }) => ({ rail, endToEndId }));
  const holds = [...run.holds, { by: personId, at: now, reason, askId, payments }];
  const left = withoutHeld({ ...run, holds }, members);
  if (left.length === 0) return holdRun({ ...run, holds }, { personId, reason, files }, now);
  const reduced: GatheredRun = {
    ...run,
    holds,
    rails: run.rails.filter((name) => left.some(({ rail }) => rail === name)),
    count: left.length,
    sum: sumRupiah(left.map(({ amount }) => amount)),
    banks: sumsByBank(left),
  };
  const ids = payments.map(({ endToEndId }) => endToEndId).join(' ');
  const by = { kind: 'person', id: personId } as const;
  return {
    run: reduced,
    events: [event(now, 'run.reduced', { ...factsOf(reduced), held: ids, ...hashesOf(files) }, by)],
  };
}

/** Withdraws a run that has not been released; what was decided before stands, and then there is no event. */
export function withdrawRun(
  run: PaymentRun,
  why: 'not-released' | 'late',
  now: string,
): DecidedRun<ReleasedRun | WithdrawnRun> {
  if (run.state !== 'gathered') return { run, events: [] };
  const { state: _, ...rest } = run;
  return {
    run: { ...rest, state: 'withdrawn', why, withdrawnAt: now },
    events: [event(now, 'run.withdrawn', { ...factsOf(run), why })],
  };
}
