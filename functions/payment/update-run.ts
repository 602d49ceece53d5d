/**
 * How a run's record and its payments are changed by the steps that ask for its release, decide, send it or withdraw it: read,
 * decide, write under the version that was read, and again when another writer was faster.
 */

import { chunk } from '#domain/chunk.ts';
import { maskedAccount } from '#domain/money/payee.ts';
import { type PaymentAttempt, readEndToEndId } from '#domain/money/payment.ts';
import type { PaymentRun } from '#domain/money/payment-run.ts';
import { isTreasury } from '#domain/money/rail.ts';
import type { BankEvent, ProposalEvent } from '#domain/proposal/events.ts';
import { fileNameOf } from '#functions/payment/rails/message-id.ts';
import type { Change } from '#functions/store/commit.ts';
import { NotFound, StalePayment, StaleRun } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { RunCursor, RunPayment } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';

/** Rounds of read and write before it is reported that the record is too busy. */
const maxRounds = 8;

/**
 * @param decide what becomes of the run, and the events that record it; the run itself where nothing does
 * @returns the run before and after; the same where nothing was written
 * @throws {NotFound} {TooMuchContention} and what `decide` throws
 */
export async function changeRun<After extends PaymentRun>(
  { commit, runs }: Pick<Store, 'commit' | 'runs'>,
  runId: string,
  now: string,
  decide: (before: PaymentRun) => { run: After; events: readonly BankEvent[] },
): Promise<{ before: PaymentRun; run: After }> {
  const what = `Payment run ${runId}`;
  return retryOnConflict({ what, rounds: maxRounds, conflicts: [StaleRun] }, async () => {
    const before = await runs.get(runId);
    if (before === undefined) throw new NotFound(what);
    const { run, events } = decide(before);
    if (run !== before) await commit({ journal: 'bank', now, events, changes: [runs.put(before, run)] });
    return { before, run };
  });
}

/** Payments that are gone through at a time: about 10 s. */
export const partOfRun = 2000;
/** Payments that are read together, and then written concurrently. */
const atOnce = 24;

/** A payment while it lies in a run that is neither sent nor withdrawn. */
export type Gathered = Extract<PaymentAttempt, { state: 'gathered' }>;

/** What becomes of a payment, in a transaction of its own. */
interface PaymentChange {
  events: readonly ProposalEvent[];
  changes: Change[];
}

/**
 * Changes each payment of a part of a run that still lies in it, once, however often and by whichever caller it is done.
 * @param change what becomes of a payment, in a transaction of its own
 * @returns where to continue; undefined at the end
 */
export async function changeGathered(
  store: Pick<Store, 'commit' | 'payments' | 'runs'>,
  { runId, after, part, now }: { runId: string; after: RunCursor; part: number; now: string },
  change: (payment: Gathered) => PaymentChange | Promise<PaymentChange>,
): Promise<RunCursor> {
  const { payments, next } = await store.runs.paymentsAfter(runId, after, part);
  for (const group of chunk(payments, atOnce)) {
    const reads = await store.payments.byPointers(group);
    await Promise.all(reads.map((read) => changeOne(store, runId, read, now, change)));
  }
  return next;
}

/** The same for payments that are named by their ids. @returns all of them, as they are then */
export async function changeNamed(
  store: Pick<Store, 'commit' | 'payments' | 'runs'>,
  { runId, endToEndIds, now }: { runId: string; endToEndIds: readonly string[]; now: string },
  change: (payment: Gathered) => PaymentChange | Promise<PaymentChange>,
): Promise<PaymentAttempt[]> {
  const pointers = endToEndIds.flatMap((id) => readEndToEndId(id) ?? []);
  for (const group of chunk(pointers, atOnce)) {
    const reads = await store.payments.byPointers(group);
    await Promise.all(reads.map((read) => changeOne(store, runId, read, now, change)));
  }
  const after: PaymentAttempt[] = [];
  for (const group of chunk(pointers, atOnce)) after.push(...(await store.payments.byPointers(group)));
  return after;
}

async function changeOne(
  { commit, payments }: Pick<Store, 'commit' | 'payments'>,
  runId: string,
  read: PaymentAttempt,
  now: string,
  change: Parameters<typeof changeGathered>[2],
): Promise<void> {
  const { proposalId, tranche, attempt, endToEndId } = read;
  // Only its waiting execution's token can have changed, or it was done already; the next round sees.
  const conflicts = [StalePayment];
  await retryOnConflict({ what: `Payment ${endToEndId}`, rounds: maxRounds, conflicts }, async (round) => {
    const payment = round === 0 ? read : await payments.get(proposalId, tranche, attempt);
    if (payment.state !== 'gathered' || payment.runId !== runId) return;
    await commit({ proposalId, now, ...(await change(payment)) });
  });
}

/** A payment's place in its run: it goes into the file of its rail and debit account, since a bank takes one account for each file. */
export function runPaymentOf(payment: PaymentAttempt): RunPayment {
  const { endToEndId, amount, proposalId, tranche, attempt, rail, debitAccount } = payment;
  const { account, payee, freed } = payment;
  if (isTreasury(rail)) throw new TypeError(`${endToEndId} is moved by its SP2D, and is in no run.`);
  return {
    rail: fileNameOf({ rail, debitAccount }),
    ...{ endToEndId, amount, account: maskedAccount(account), payee },
    ...(freed !== undefined && { freed }),
    ...{ proposalId, tranche, attempt },
  };
}
