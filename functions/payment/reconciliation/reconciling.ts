/**
 * Applies one line of the bank's to the payment it speaks of, once, however often and by whichever caller it is applied.
 *
 * The payment is written first, then the execution that waits for it is resumed. A line that fits no payment, or says
 * the opposite of what was said before, or another amount, changes nothing.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import {
  applyBankAnswer,
  type BankAnswer,
  type DecidedPayment,
  type PaymentAttempt,
} from '#domain/money/payment.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { type BankEntry, bankItemIdOf } from '#functions/payment/reconciliation/bank-entry.ts';
import { type Match, matchOf } from '#functions/payment/reconciliation/matching.ts';
import { DepositedMeanwhile, recordReturn } from '#functions/payment/return-payment.ts';
import { bankOutcome } from '#functions/payment/tranche-answers.ts';
import { resume } from '#functions/runtime/resume.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface ReconcileDeps {
  store: Pick<Store, 'bankReferences' | 'budgets' | 'commit' | 'payments' | 'proposals'>;
  stepFunctions: SFNClient;
  /** What is to be done once money is known to have come back; called again whenever it is said again. */
  returned: (payment: PaymentAttempt, now: string) => Promise<void>;
  /** Who says it: by default the bank. */
  by?: Actor;
}

/** What a line did, and of which payments it may speak. */
export type Effect = Placed | Odd;
export interface Placed {
  effect: 'moved' | 'nothing-new';
  payment: PaymentAttempt;
}
/** `twice`: money left a second time, which the payment has noted. */
type Why = 'state' | 'amount' | 'credit' | 'twice';
/** It changed nothing more, and a person has to look at it. */
export type Odd =
  | { effect: 'contradiction'; payment: PaymentAttempt; why: Why }
  | { effect: 'unknown'; candidates: PaymentAttempt[] };

export function isPlaced(effect: Effect): effect is Placed {
  return effect.effect === 'moved' || effect.effect === 'nothing-new';
}

/** The payment changed between reading it and writing what was said of it. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Rounds of read and write when other files speak of the same payment at the same moment. */
const maxRounds = 8;

/**
 * @param at `known`: the payment that the line names, as it was just read
 * @throws what the network throws; what was applied stays applied, and the line may be applied again
 */
export async function reconcile(
  deps: ReconcileDeps,
  said: BankEntry,
  { runId, known, now }: { runId?: string | undefined; known?: PaymentAttempt | undefined; now: string },
): Promise<Effect> {
  const what = `Payment ${said.endToEndId ?? said.bankReference ?? ''}`;
  return retryOnConflict({ what, rounds: maxRounds, conflicts: [Overtaken] }, async (round) => {
    const first = round === 0 ? known : undefined;
    const match: Match = await matchOf(deps.store, said, runId, first);
    if (match.payment === undefined) return { effect: 'unknown', candidates: match.candidates };
    try {
      return await applyTo(deps, match.payment, said, now);
    } catch (error) {
      if (error instanceof DepositedMeanwhile)
        return { effect: 'contradiction', payment: match.payment, why: 'state' };
      throw error;
    }
  });
}

/** Applies what was said to this payment. @throws {Overtaken} */
async function applyTo(
  deps: ReconcileDeps,
  before: PaymentAttempt,
  said: BankEntry,
  now: string,
): Promise<Effect> {
  const contradiction = (why: Why): Effect => ({
    effect: 'contradiction',
    payment: before,
    why,
  });
  if (said.amount !== undefined && said.amount !== before.amount) return contradiction('amount');
  const answer = answerOf(said, now);
  if (answer === undefined) return contradiction('credit');
  const decided = applyBankAnswer(before, answer, { now, by: deps.by, reference: said.bankReference });
  const { effect, payment } = decided;
  if (effect === 'contradiction') return contradiction('state');
  if (effect === 'paid-again') {
    if (payment !== before) await move(deps, before, decided, said, now);
    return contradiction('twice');
  }
  if (effect === 'moved') await move(deps, before, decided, said, now);
  else await learn(deps, payment, said, now);
  // Also when it says nothing new: the delivery that recorded it may have died before it resumed.
  await wake(deps, payment);
  if (payment.state === 'returned') await deps.returned(payment, now);
  return { effect, payment };
}

/** As the payment understands it; undefined for money that came in without a word on why. */
export function answerOf(said: BankEntry, now: string): BankAnswer | undefined {
  const {
    verdict,
    bankReference = '',
    valueDate = jakartaDate(now),
    reasonCode = 'NARR',
    again,
    booked,
  } = said;
  switch (verdict) {
    case 'ACCEPTED':
      return { status: verdict };
    case 'SETTLED':
      return {
        ...{ status: verdict, bankReference, valueDate, item: bankItemIdOf(said) },
        ...(again !== undefined && { again }),
        ...(booked && said.bankReference === undefined && { bookedOn: valueDate }),
      };
    case 'REJECTED':
      return { status: verdict, reasonCode };
    case 'RETURNED':
      return { status: verdict, reasonCode, by: { bankReference, valueDate } };
    case 'CREDIT':
      return undefined;
  }
}

/** The transfers beyond the one that was ordered. */
export function paidAgainOf(payment: PaymentAttempt) {
  return ('paidAgain' in payment ? payment.paidAgain : undefined) ?? [];
}

async function move(
  { store }: ReconcileDeps,
  before: PaymentAttempt,
  { payment: after, events }: DecidedPayment,
  { bankReference, sp2d }: BankEntry,
  now: string,
): Promise<void> {
  const changes = [
    // What was said has to be judged again then; to write the same again, as the store would, is of no use.
    { ...store.payments.put(before, after), onConflict: () => new Overtaken(after.endToEndId) },
    // An SP2D's number found the payment, so it is known.
    ...(bankReference === undefined || sp2d ? [] : [store.bankReferences.learn(bankReference, after)]),
  ];
  // Money that had settled is in the tranche and in the ledger.
  if (before.state === 'settled' && after.state === 'returned')
    await recordReturn(store, after, { events, changes }, now);
  else await store.commit({ proposalId: after.proposalId, now, events, changes });
}

/** A line that says nothing new may still be the first to name the bank's reference. */
async function learn(
  { store }: ReconcileDeps,
  payment: PaymentAttempt,
  { endToEndId, bankReference, sp2d }: BankEntry,
  now: string,
): Promise<void> {
  if (endToEndId === undefined || bankReference === undefined || sp2d) return;
  if ('bankReference' in payment && payment.bankReference === bankReference) return;
  const named = await store.bankReferences.payments(bankReference);
  const { proposalId, tranche, attempt } = payment;
  if (
    named.some(
      (each) => each.proposalId === proposalId && each.tranche === tranche && each.attempt === attempt,
    )
  )
    return;
  await store.commit({
    proposalId,
    now,
    events: [],
    changes: [store.bankReferences.learn(bankReference, payment)],
  });
}

async function wake({ stepFunctions }: ReconcileDeps, { state, taskToken }: PaymentAttempt) {
  const outcome = bankOutcome(state);
  if (outcome !== undefined && taskToken !== undefined) await resume(stepFunctions, taskToken, { outcome });
}
