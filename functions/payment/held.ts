/**
 * Whether a payment is held: a question is open about it or an earlier attempt at its tranche, or money of an earlier one may be out.
 * It is looked at where a payment joins a run, and where the run is sent: its file was written with all that were gathered.
 */
import {
  giveBack,
  type Hold,
  holdOf,
  holdPayment,
  noteHold,
  type PaymentAttempt,
  type PaymentIn,
  type PersonsHold,
} from '#domain/money/payment.ts';
import type { ProposalEvent } from '#domain/proposal/events.ts';
import { type Gathered, runPaymentOf } from '#functions/payment/update-run.ts';
import type { Change } from '#functions/store/commit.ts';
import type { Store } from '#functions/store/store.ts';

/**
 * @returns what holds it, if anything does; and what has to be written with what rests on that: the earlier attempts as they were
 *   read, for a question may come up at the same moment. The payment itself is written under its own version.
 */
export async function heldBy(
  { payments }: Pick<Store, 'payments'>,
  payment: PaymentAttempt,
): Promise<{ hold: Hold | undefined; changes: Change[] }> {
  const { proposalId, tranche, attempt } = payment;
  const earlier = attempt === 1 ? [] : await payments.list(proposalId, tranche);
  const before = earlier.filter((each) => each.attempt < attempt);
  return { hold: holdOf(payment, before), changes: before.map((each) => payments.unchanged(each)) };
}

/** Takes a payment that is held out of its run: it is ready again, and waits for the answer to the question. */
export function withhold(
  store: Pick<Store, 'payments' | 'runs'>,
  payment: Gathered,
  hold: Hold,
  now: string,
): { events: readonly ProposalEvent[]; changes: Change[] } {
  const { payment: ready, events } = giveBack(payment, 'questioned', now);
  const noted = noteHold(ready, hold, now);
  const runPayment = runPaymentOf(payment);
  return {
    events: [...events, ...(noted?.events ?? [])],
    changes: [
      store.payments.put(payment, noted?.payment ?? ready),
      store.runs.withhold(payment.runId, runPayment),
      store.runs.noteHeld(payment.runId, runPayment),
    ],
  };
}

/** Takes a payment that a treasurer holds out of its run; the run notes it among what is held. */
export function takeOut(
  store: Pick<Store, 'payments' | 'runs'>,
  payment: Gathered,
  { by, reason, askId }: PersonsHold,
  now: string,
): { events: readonly ProposalEvent[]; changes: Change[] } {
  const { payment: held, events } = holdPayment(payment, { by, reason, askId }, now);
  const runPayment = runPaymentOf(payment);
  return {
    events,
    changes: [
      store.payments.put(payment, held),
      store.runs.withhold(payment.runId, runPayment),
      store.runs.noteHeld(payment.runId, runPayment),
    ],
  };
}

/** Notes that a payment is left out of a run, in its own record, its proposal's and the run's; what is noted already is not noted again. */
export async function leaveOut(
  store: Pick<Store, 'commit' | 'payments' | 'runs'>,
  payment: PaymentIn<'ready'>,
  { hold, runId, now }: { hold: Hold; runId: string; now: string },
): Promise<void> {
  const noted = noteHold(payment, hold, now);
  const { proposalId } = payment;
  await store.commit({
    ...{ proposalId, now, events: noted?.events ?? [] },
    changes: [
      ...(noted === undefined ? [] : [store.payments.put(payment, noted.payment)]),
      store.runs.noteHeld(runId, runPaymentOf(payment)),
    ],
  });
}
