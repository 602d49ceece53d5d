/**
 * Begins a payment run: gathers a part of what is ready, on days on which the bank works and before its cut-off.
 *
 * Gathers what is ready into a payment run.
 *
 * Each payment joins the run in one transaction with its own change of state, and only until the gathering is closed;
 * only then is counted what has joined. So a gathering that is killed anywhere and run again, or run twice at once, ends
 * with every payment in exactly one run, and with none in a run that was counted or written without it.
 *
 * What is ready is gone through a part at a time, so that a gathering of any size fits into a function's time. A part that
 * is done again finds what has joined and continues after it.
 *
 * What treasurers held of a run is taken out of it here, too, before its files are written again and its release is asked for again.
 *
 * Nothing is paid from a fiscal year that is over: such a payment joins no run, and is held by name.
 *
 * A run is its day's: after the bank's cut-off nothing joins it any more, also when it is redriven on a later day. What
 * had joined before is then closed as withdrawn, so that its payments come free.
 */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { planOf } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { runRelease } from '#domain/asks/kinds/run-release.ts';
import { chunk } from '#domain/chunk.ts';
import { type BankDays, cutOffOn, isBankDay } from '#domain/money/bank-days.ts';
import {
  gatherInto,
  isHeldByPerson,
  isOfClosedYear,
  lapsePayment,
  type PaymentAttempt,
} from '#domain/money/payment.ts';
import {
  conflictingInvolvements,
  type GatheredRun,
  gatherRun,
  type PaymentRun,
  roundOf,
  sumsByBank,
  withdrawRun,
} from '#domain/money/payment-run.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { sumRupiah } from '#domain/money/rupiah.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { PlannedAsk } from '#functions/asks/plan-ask.ts';
import { heldBy, leaveOut, takeOut } from '#functions/payment/held.ts';
import { changeNamed, partOfRun, runPaymentOf } from '#functions/payment/update-run.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import { AlreadyExists, StalePayment } from '#functions/store/errors.ts';
import { gatheringShards } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { bankDaysIn } from '#programmes/calendar.ts';

type RunStore = Pick<Store, 'commit' | 'payments' | 'proposals' | 'runs'>;

export interface Gathering {
  /**
   * `more`: what is ready is to be gone through from `after` on.
   * `gathered`: there is something to release, and time to; `late`: what had been gathered is to be given back.
   * `nothing`, `holiday` (the bank is closed) and `after-cut-off`: nothing was gathered.
   */
  outcome: 'more' | 'gathered' | 'late' | 'nothing' | 'holiday' | 'after-cut-off';
  runId: string;
  after?: string;
  /** One file each: a rail and the account that it is debited from. */
  rails: string[];
  remindAt: string;
  cutOffAt: string;
  /** The ask to release it, where it is gathered, with its schedule. */
  ask?: PlannedAsk;
}

/** The run's id on the bank's side: its day, and what makes the execution unique. */
export function runIdOf(runName: string, startedAt: string): string {
  const digest = createHash('sha256').update(runName).digest('hex').slice(0, 8).toUpperCase();
  return `R${jakartaDate(startedAt).replaceAll('-', '')}-${digest}`;
}

export interface GatherRequest {
  /** The execution's name, the same for every attempt of the same run. */
  runName: string;
  /** When the execution began; its day is the run's. */
  startedAt: string;
  /** Where an earlier part left off. */
  after?: string | null | undefined;
  /** Business time of this attempt. */
  now: string;
}

export async function gatherPayments(
  store: RunStore,
  bank: BankDays,
  { runName, startedAt, after, now }: GatherRequest,
  part = partOfRun,
  resumeWith: ResumePayment = async () => {},
): Promise<Gathering> {
  const runId = runIdOf(runName, startedAt);
  const day = jakartaDate(startedAt);
  const times = { startedAt, ...cutOffOn(day, bank) };
  const none = (outcome: Gathering['outcome']): Gathering => ({
    ...{ outcome, runId, rails: [] },
    ...cutOffOn(day, bank),
  });
  if (!isBankDay(day, bank)) return none('holiday');
  const known = await store.runs.get(runId);
  if (known !== undefined) {
    await holdNamed({ store, resumeWith }, known, now);
    return gathered(known, now);
  }
  const late = now >= times.cutOffAt;
  const next = late
    ? undefined
    : await joinPart({ store, resumeWith }, { runId, day }, after ?? undefined, part, now);
  if (next !== undefined) return { ...none('more'), after: next };
  const run = await close(store, { id: runId, ...times }, late, now);
  return run === undefined ? none(late ? 'after-cut-off' : 'nothing') : gathered(run, now);
}

function gathered(run: PaymentRun, now: string): Gathering {
  const { id: runId, rails, remindAt, cutOffAt, state } = run;
  const late = state === 'withdrawn' || (state === 'gathered' && now >= cutOffAt);
  const times = { runId, rails, remindAt, cutOffAt };
  return late ? { outcome: 'late', ...times } : { outcome: 'gathered', ...times, ask: askToRelease(run) };
}

/** The ask to release a run, the same whenever it is gathered: at once, again shortly before the cut-off, and until then. */
export function askToRelease(
  run: Pick<PaymentRun, 'id' | 'startedAt' | 'remindAt' | 'cutOffAt' | 'holds'>,
): PlannedAsk {
  const { id, startedAt, remindAt, cutOffAt, holds } = run;
  const kind = runRelease.name;
  const about = { round: roundOf(run) };
  const askedAt = holds.at(-1)?.at ?? startedAt;
  const plan = planOf([
    { do: 'ask', at: askedAt },
    ...(askedAt < remindAt ? [{ do: 'remind', at: remindAt } as const] : []),
    { do: 'expire', at: cutOffAt },
  ]);
  return { askId: askIdOf(id, kind, about), kind, about, ...plan };
}

/** @returns where to continue; undefined when nothing is left, or when nothing may join any more */
async function joinPart(
  deps: JoinDeps,
  { runId, day }: { runId: string; day: string },
  after: string | undefined,
  part: number,
  now: string,
): Promise<string | undefined> {
  const { store } = deps;
  const { pointers, next } = await store.payments.readyAfter(after, part);
  try {
    for (const group of chunk(pointers, gatheringShards)) {
      const payments = await store.payments.byPointers(group);
      await Promise.all(payments.map((payment, shard) => join(deps, { runId, shard, day }, payment, now)));
    }
    return next;
  } catch (error) {
    // Another delivery of the same run has closed it meanwhile: what had joined by then is the run.
    if (error instanceof AlreadyExists) return undefined;
    throw error;
  }
}

/** Gives the execution that waits for the bank's word on a payment an outcome in its place. */
type ResumePayment = (payment: PaymentAttempt, outcome: 'rejected' | 'held') => Promise<void>;

interface JoinDeps {
  store: RunStore;
  resumeWith: ResumePayment;
}

/**
 * Takes what treasurers held out of the run, each payment once, and lets the execution that waits for it ask about it. Done again it
 * resumes what an attempt that died did not; a token that was used is gone.
 */
async function holdNamed({ store, resumeWith }: JoinDeps, run: PaymentRun, now: string): Promise<void> {
  const { id: runId, holds } = run;
  for (const { by, reason, askId, payments } of holds) {
    const endToEndIds = payments.map(({ endToEndId }) => endToEndId);
    const after = await changeNamed(store, { runId, endToEndIds, now }, (payment) =>
      takeOut(store, payment, { by, reason, askId }, now),
    );
    for (const payment of after)
      if (isHeldByPerson(payment) && payment.held.askId === askId) await resumeWith(payment, 'held');
  }
}

/** A payment whose fiscal year is over is held by name, and its execution continues with that. */
async function lapse({ store, resumeWith }: JoinDeps, payment: PaymentAttempt, now: string): Promise<void> {
  const { payment: lapsed, events } = lapsePayment(payment, now);
  try {
    const { proposalId } = payment;
    await store.commit({ proposalId, now, events, changes: [store.payments.put(payment, lapsed)] });
  } catch (error) {
    if (!(error instanceof StalePayment)) throw error;
    return;
  }
  await resumeWith(lapsed, 'rejected');
}

async function join(
  deps: JoinDeps,
  { runId, shard, day }: { runId: string; shard: number; day: string },
  payment: PaymentAttempt,
  now: string,
): Promise<void> {
  const { store } = deps;
  if (payment.state !== 'ready') return;
  if (isOfClosedYear(payment, day)) return lapse(deps, payment, now);
  const { proposalId } = payment;
  // The SP2D has moved the money; such a payment is never ready for a run, and joins none if it ever were.
  if (isTreasury(payment.rail)) return;
  const { hold, changes } = await heldBy(store, payment);
  const { payment: claimed, events } = gatherInto(payment, runId, now);
  try {
    // It is held by itself: the next run looks again, and the rest of this one goes.
    if (hold !== undefined) return await leaveOut(store, payment, { hold, runId, now });
    await store.commit({
      proposalId,
      now,
      events,
      changes: [
        store.runs.stillOpen(runId, shard),
        store.payments.put(payment, claimed),
        ...changes,
        store.runs.addPayment(runId, runPaymentOf(claimed)),
      ],
    });
  } catch (error) {
    // It joined another run, or this one by another delivery.
    if (!(error instanceof StalePayment)) throw error;
  }
}

/** Closes the run over what has joined, whichever delivery made it join; undefined when nothing has. */
async function close(
  store: RunStore,
  times: Pick<GatheredRun, 'id' | 'startedAt' | 'remindAt' | 'cutOffAt'>,
  late: boolean,
  now: string,
): Promise<PaymentRun | undefined> {
  const runId = times.id;
  if ((await store.runs.payments(runId)).length === 0) return undefined;
  await unlessThere(() =>
    store.commit({ journal: 'bank', now, events: [], changes: store.runs.close(runId, now) }),
  );
  const members = await store.runs.payments(runId);
  const involvements = await store.proposals.involvements(members.map(({ proposalId }) => proposalId));
  const gathering = gatherRun(
    {
      ...times,
      rails: [...new Set(members.map(({ rail }) => rail))].sort(),
      count: members.length,
      sum: sumRupiah(members.map(({ amount }) => amount)),
      banks: sumsByBank(members),
      involvements: conflictingInvolvements(involvements),
    },
    now,
  );
  const closing = late ? withdrawRun(gathering.run, 'late', now) : { run: gathering.run, events: [] };
  await unlessThere(() =>
    store.commit({
      journal: 'bank',
      now,
      events: [...gathering.events, ...closing.events],
      changes: [store.runs.create(closing.run)],
    }),
  );
  return store.runs.get(runId);
}

/** Another delivery of the same run may have been faster: then its word counts. */
async function unlessThere(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

const eventSchema = z.object({
  runName: z.string().min(1),
  startedAt: nowSchema,
  after: z.string().nullish(),
  now: nowSchema,
});

export const handler = taskHandler('payment/gather-payments', eventSchema, async (run, { store, logger }) => {
  const gathering = await gatherPayments(
    store,
    bankDaysIn(await calendarInForce(store, run.now)),
    run,
    partOfRun,
    async ({ taskToken }, outcome) => {
      if (taskToken !== undefined) await resume(stepFunctions(), taskToken, { outcome });
    },
  );
  logger.info('A payment run was gathered.', { ...gathering });
  return gathering;
});
