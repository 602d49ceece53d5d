/**
 * Withdraws a run that nobody has released: its file never goes to the bank, and each of its payments is ready again for
 * the next run, under the same EndToEndId. The administrators are told.
 *
 * Whether a run is withdrawn is written once, under its version; a run that was released meanwhile stays so.
 */
import { giveBack } from '#domain/payment.ts';
import { type WithdrawnRun, withdrawRun } from '#domain/payment-run.ts';
import { formatRupiah } from '#domain/rupiah.ts';
import { paymentEvent } from '#functions/payment/tranche.ts';
import { inGroups } from '#functions/people/in-groups.ts';
import { type MessageDeps, sendMessage } from '#functions/people/send-message.ts';
import { adminsFor } from '#functions/shared/recipients.ts';
import { NotFound, StalePayment, StaleRun, TooMuchContention } from '#functions/store/errors.ts';
import type { PaymentRead } from '#functions/store/payments.ts';
import type { RunCursor } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { partOfRun } from './sending.ts';

export interface WithdrawDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'commit' | 'payments' | 'people' | 'runs'>;
}

/** `released`: somebody has released it after all; `more`: payments are still to be given back, from `after` on. */
export type Withdrawal =
  | { outcome: 'released' }
  | { outcome: 'more'; after: string }
  | { outcome: 'withdrawn'; why: WithdrawnRun['why'] };

/** Payments that are read together, and then written beside one another. */
const atOnce = 24;
/** Rounds of read and write before the caller is told that the record is too busy. */
const maxRounds = 8;

/** @throws {NotFound} for a run that was not gathered */
export const withdraw = async (
  deps: WithdrawDeps,
  { runId, after, now }: { runId: string; after?: RunCursor; now: string },
  part = partOfRun,
): Promise<Withdrawal> => {
  const { store } = deps;
  const run = await decided(store, runId, now);
  if (run.state === 'released') return { outcome: 'released' };
  const { payments, next } = await store.runs.paymentsAfter(runId, after, part);
  for (const group of inGroups(payments, atOnce)) {
    const reads = await store.payments.withHeads(group);
    await Promise.all(reads.map((read) => takeBack(store, run, read, now)));
  }
  if (next !== undefined) return { outcome: 'more', after: next };
  await tellAdmins(deps, run, now);
  return { outcome: 'withdrawn', why: run.why };
};

/** The run as it was decided about, by this if by nobody before. */
const decided = async ({ commit, runs }: WithdrawDeps['store'], runId: string, now: string) => {
  for (let round = 0; round < maxRounds; round++) {
    const before = await runs.get(runId);
    if (before === undefined) throw new NotFound(`Payment run ${runId}`);
    const after = withdrawRun(before, 'not-released', now);
    if (after === before) return after;
    const { count, sum } = before;
    try {
      await commit({
        journal: 'bank',
        now,
        events: [paymentEvent(now, 'run.withdrawn', { runId, count, sum, why: 'not-released' })],
        changes: [runs.put(before, after)],
      });
      return after;
    } catch (error) {
      if (!(error instanceof StaleRun)) throw error;
    }
  }
  throw new TooMuchContention(`Payment run ${runId}`, maxRounds);
};

const takeBack = async (
  { commit, payments }: WithdrawDeps['store'],
  { id: runId, why }: WithdrawnRun,
  read: PaymentRead,
  now: string,
): Promise<void> => {
  const { proposalId, tranche, attempt } = read.payment;
  for (let round = 0; round < maxRounds; round++) {
    const known = round === 0 ? read : undefined;
    const payment = known?.payment ?? (await payments.get(proposalId, tranche, attempt));
    if (payment.state !== 'gathered' || payment.runId !== runId) return;
    const { endToEndId } = payment;
    try {
      await commit({
        proposalId,
        now,
        head: known?.head,
        events: [paymentEvent(now, 'payment.withdrawn', { tranche, attempt, endToEndId, runId, why })],
        changes: [payments.put(payment, giveBack(payment))],
      });
      return;
    } catch (error) {
      // Only its waiting execution's token can have changed; the next round sees.
      if (!(error instanceof StalePayment)) throw error;
    }
  }
  throw new TooMuchContention(`A payment of ${proposalId}`, maxRounds);
};

const tellAdmins = async (deps: WithdrawDeps, run: WithdrawnRun, now: string): Promise<void> => {
  const { id: runId, count, sum, why, heldBy, reason } = run;
  const by = heldBy === undefined ? undefined : ((await deps.store.people.get(heldBy))?.name ?? heldBy);
  for (const to of await adminsFor(deps.store.people, undefined))
    await sendMessage(deps, {
      id: `${runId}.withdrawn.${to.key}`,
      to,
      language: to.language,
      template: 'run-withdrawn',
      facts: {
        ...{ runId, count, sum: formatRupiah(sum), why },
        ...(by !== undefined && { by }),
        ...(reason !== undefined && { reason }),
      },
      now,
    });
};
