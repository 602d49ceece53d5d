/**
 * Gathers what is ready into a payment run.
 *
 * Each payment joins the run in one transaction with its own change of state, and only while the run's record does not
 * exist; the record closes the run. So a gathering that is killed anywhere and run again, or run twice at once, ends
 * with every payment in exactly one run, and with none in a run whose file may have been written without it.
 */
import { createHash } from 'node:crypto';
import { markSent, type PaymentAttempt } from '#domain/payment.ts';
import { railName } from '#domain/rail.ts';
import { type Calendar, isWorkingDay, jakartaDate } from '#domain/working-days.ts';
import { paymentEvent } from '#functions/payment/tranche.ts';
import { inGroups } from '#functions/people/in-groups.ts';
import { AlreadyExists, StalePayment } from '#functions/store/errors.ts';
import type { PaymentRun } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';

type RunStore = Pick<Store, 'commit' | 'payments' | 'runs'>;

export interface Gathering {
  outcome: 'nothing' | 'holiday' | 'gathered';
  runId: string;
  /** One file each: a rail and the account that it is debited from. */
  rails: string[];
}

const atOnce = 8;

/** The run's id on the bank's side: its day, and what makes the execution unique. */
export const runIdOf = (runName: string, now: string): string => {
  const digest = createHash('sha256').update(runName).digest('hex').slice(0, 8).toUpperCase();
  return `R${jakartaDate(now).replaceAll('-', '')}-${digest}`;
};

/** The file that a payment goes into: a bank takes one debit account for each file. */
const fileOf = ({ rail, debitAccount }: PaymentAttempt) =>
  `${railName(rail)}-${debitAccount.bankCode}-${debitAccount.number}`;

/** @param runName the execution's name, the same for every attempt of the same run */
export const gatherPayments = async (
  store: RunStore,
  calendar: Calendar,
  { runName, now }: { runName: string; now: string },
): Promise<Gathering> => {
  const runId = runIdOf(runName, now);
  if (!isWorkingDay(jakartaDate(now), calendar)) return { outcome: 'holiday', runId, rails: [] };
  const known = await store.runs.get(runId);
  if (known !== undefined) return gathered(known);
  try {
    for (const group of inGroups(await store.payments.ready(), atOnce))
      await Promise.all(group.map((payment) => join(store, runId, payment, now)));
    return await close(store, runId, now);
  } catch (error) {
    // Another delivery of the same run closed it meanwhile: what it gathered is what counts.
    const closed = error instanceof AlreadyExists ? await store.runs.get(runId) : undefined;
    if (closed === undefined) throw error;
    return gathered(closed);
  }
};

const gathered = ({ id, rails }: PaymentRun): Gathering => ({ outcome: 'gathered', runId: id, rails });

const join = async (store: RunStore, runId: string, payment: PaymentAttempt, now: string): Promise<void> => {
  const { proposalId, tranche, attempt, endToEndId } = payment;
  try {
    await store.commit({
      proposalId,
      now,
      events: [paymentEvent(now, 'payment.sent', { tranche, attempt, endToEndId, runId })],
      changes: [
        store.runs.stillOpen(runId),
        store.payments.put(payment, markSent(payment, runId, now)),
        store.runs.addPayment(runId, { rail: fileOf(payment), endToEndId, proposalId, tranche, attempt }),
      ],
    });
  } catch (error) {
    // It joined another run, or this one by another delivery.
    if (!(error instanceof StalePayment)) throw error;
  }
};

/** Writes the run's record over what has joined, whichever delivery made it join. */
const close = async (store: RunStore, runId: string, now: string): Promise<Gathering> => {
  const members = await store.runs.payments(runId);
  if (members.length === 0) return { outcome: 'nothing', runId, rails: [] };
  let sum = 0;
  for (const group of inGroups(members, atOnce)) {
    const payments = await Promise.all(
      group.map(({ proposalId, tranche, attempt }) => store.payments.get(proposalId, tranche, attempt)),
    );
    for (const { amount } of payments) sum += amount;
  }
  const run: PaymentRun = {
    id: runId,
    startedAt: now,
    rails: [...new Set(members.map(({ rail }) => rail))].sort(),
    count: members.length,
    sum,
  };
  await store.commit({
    journal: 'bank',
    now,
    events: [paymentEvent(now, 'run.gathered', { runId, count: run.count, sum })],
    changes: [store.runs.create(run)],
  });
  return gathered(run);
};
