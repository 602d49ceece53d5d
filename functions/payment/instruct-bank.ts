/**
 * Releases a payment for the next run and leaves the waiting state's token with it; resumes at once where the bank's
 * answer is known already.
 *
 * Makes a payment attempt ready for the next run, once, and keeps the token of the execution that waits for the bank. Where
 * the treasury moves the money itself, the SP2D has sent it: it is noted so, and no run ever sees it.
 *
 * Called again for the same attempt, because it is not yet known what became of it, it only takes the new token: the
 * same payment is never instructed twice. A further attempt exists only where the one before was refused.
 */

import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Ask } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { paymentHold } from '#domain/asks/kinds/payment-hold.ts';
import { sp2d as sp2dKind } from '#domain/asks/kinds/sp2d.ts';
import { payeeOf } from '#domain/money/payee.ts';
import {
  type DecidedPayment,
  freePayment,
  type HeldPayment,
  isHeldByPerson,
  isOfClosedYear,
  type PaymentAttempt,
  type PaymentState,
  planPayment,
  railProblems,
  sp2dReference,
} from '#domain/money/payment.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { isPayable } from '#domain/proposal/account-acceptance.ts';
import { type ProposalIn, WrongTranche } from '#domain/proposal/proposal.ts';
import { beginAttempt, lapseAttempt } from '#domain/proposal/tranche-payment.ts';
import { inPayment, trancheIn } from '#domain/proposal/tranches.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { PaymentNotWritable } from '#functions/payment/not-writable.ts';
import { matchWaiting, type WorklistDeps } from '#functions/payment/reconciliation/worklist.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import {
  AccountNotCorrected,
  acceptanceAfter,
  bankOutcome,
  PaperMissing,
  paperOf,
  sp2dOfAttempt,
  withInquiry,
} from '#functions/payment/tranche-answers.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import type { Change } from '#functions/store/commit.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

export interface InstructStep extends TrancheStep {
  /** Counts from 1. */
  attempt: number;
  /** The token of the state that waits for the bank; it goes into the table and nowhere else. */
  taskToken: string;
}

type InstructStore = WorklistDeps['store'] & Pick<Store, 'asks'>;

/** @throws {PaperMissing} {AccountNotCorrected} {AccountNotAccepted} {WrongTranche} {WrongPaymentState} {PaymentNotWritable} */
export async function instructBank(
  { store, stepFunctions }: { store: InstructStore; stepFunctions: SFNClient },
  step: InstructStep,
): Promise<PaymentState> {
  const payment = await store.proposals.update(step.proposalId, step.now, async (before) => {
    const proposal = inPayment(before, 'be paid');
    const present = await store.payments.find(proposal.id, step.tranche, step.attempt);
    if (present === undefined) {
      // One that was refused or had come back may turn out to have been paid: then there is nothing to pay.
      const paid = (await store.payments.list(proposal.id, step.tranche)).find(
        ({ state, attempt }) => state === 'settled' && attempt < step.attempt,
      );
      return paid === undefined ? firstTime(store, proposal, step) : { result: paid };
    }
    const freed = isHeldByPerson(present) ? await freeInTime(store, present, step.now) : undefined;
    const after = { ...(freed?.payment ?? present), taskToken: step.taskToken };
    return freed === undefined && present.taskToken === step.taskToken
      ? { result: present }
      : { events: freed?.events ?? [], changes: [store.payments.put(present, after)], result: after };
  });
  // The treasury's list may have named the SP2D before anyone recorded it.
  if (payment.state === 'sent' && payment.sp2d !== undefined)
    await matchWaiting({ store, stepFunctions }, sp2dReference(payment.sp2d.number), step.now);
  // The bank's answer, or a person's who asked it, may have come while nothing waited for it.
  const outcome = isHeldByPerson(payment) ? 'held' : bankOutcome(payment.state);
  if (outcome !== undefined) await resume(stepFunctions, step.taskToken, { outcome });
  return payment.state;
}

/** The PPK has not accepted the account that would be paid to. The workflow never comes here before that. */
export class AccountNotAccepted extends Error {
  override readonly name = 'AccountNotAccepted';
  constructor(proposalId: string, tranche: number) {
    super(
      `Tranche ${tranche} of proposal ${proposalId} is not paid: the PPK has not accepted the account that the group has now.`,
    );
  }
}

/** A payment is held until the question about it is answered, and no longer than that question is open. */
async function freeInTime(
  { asks }: Pick<Store, 'asks'>,
  payment: HeldPayment,
  now: string,
): Promise<DecidedPayment | undefined> {
  const { proposalId, tranche, attempt, timesHeld } = payment;
  const about = { tranche, attempt, hold: timesHeld };
  const ask = await asks.find(proposalId, askIdOf(proposalId, paymentHold.name, about));
  return ask?.status === 'expired' ? freePayment(payment, undefined, now) : undefined;
}

async function firstTime(
  store: InstructStore,
  awarded: ProposalIn<'payment' | 'follow-up'>,
  { tranche: number, attempt, taskToken, now }: InstructStep,
): Promise<Decision<PaymentAttempt>> {
  const asks = await store.asks.bySubject(awarded.id);
  const { payment: rules, name } = packOf(awarded);
  const treasury = isTreasury(rules.rail);
  // One that was issued for another account pays nothing to this.
  const sp2d = attempt > 1 ? sp2dOfAttempt(asks, number, attempt) : paperOf(asks, sp2dKind, number);
  const accepted = attempt > 1 ? acceptanceAfter(asks, number, attempt - 1) : undefined;
  if (attempt > 1 && accepted === undefined) throw new AccountNotCorrected(awarded.id, number, attempt - 1);
  if (sp2d === undefined) throw new PaperMissing(awarded.id, number, 'SP2D');
  const { replaces, changes } =
    attempt === 1
      ? { replaces: undefined, changes: [] }
      : await replacing(store, awarded, asks, number, attempt - 1, now);
  const proposal = awarded;
  const tranche = trancheIn(proposal, number, 'paid');
  // Before anything is planned for it: left unpaid meanwhile, its money is another's.
  if (tranche.status !== 'reserved') throw new WrongTranche(proposal, number, 'paid');
  if (!isPayable(proposal)) throw new AccountNotAccepted(proposal.id, number);
  const { account } = proposal.content;
  const planned = planPayment(
    {
      proposalId: proposal.id,
      tranche: number,
      amount: tranche.amount,
      account,
      payee: payeeOf(
        groupNameOf(proposal),
        account,
        replaces ?? (await lastBefore(store, proposal.id, number)),
        { at: accepted?.givenAt, acceptedBy: proposal.award.account?.by },
      ),
      debitAccount: rules.debitAccount,
      rail: rules.rail,
      fiscalYear: proposal.award.budgetLine.year,
      ...(rules.settledBy === 'report' && { settledBy: 'report' as const }),
      remittance: `${name.id} ${proposal.id} tahap ${number}`.slice(0, 140),
    },
    now,
    replaces,
  );
  // What the SP2D itself moved left on the day of the SP2D.
  if (!treasury && isOfClosedYear(planned, jakartaDate(now))) {
    const { payment, ...lapsed } = lapseAttempt(proposal, planned, now);
    const held = { ...payment, taskToken };
    return { ...lapsed, changes: [...changes, ...store.payments.create(held)], result: held };
  }
  // Before it joins a run: there it would keep the file of all others from being written.
  const problems = railProblems(planned);
  if (problems.length > 0) throw new PaymentNotWritable(planned.endToEndId, problems);
  const begun = beginAttempt(proposal, planned, sp2d, now);
  const ready = { ...begun.payment, taskToken };
  return {
    ...{ proposal: begun.proposal, events: begun.events },
    changes: [
      ...changes,
      ...store.payments.create(ready),
      // By its number the treasury's lists find the payment.
      ...(treasury ? [store.bankReferences.learn(sp2dReference(sp2d.number), ready)] : []),
    ],
    result: ready,
  };
}

/** The refused attempt that a new one replaces, as it is by what the bank said to a person, too. */
async function replacing(
  store: InstructStore,
  { id }: ProposalIn<'payment' | 'follow-up'>,
  asks: readonly Ask[],
  number: number,
  attempt: number,
  now: string,
): Promise<{ replaces: PaymentAttempt; changes: Change[] }> {
  const before = await store.payments.get(id, number, attempt);
  // Where the bank reported a refusal to a person and in no file, the attempt is still "sent".
  const replaces = withInquiry(asks, before, now);
  return { replaces, changes: replaces === before ? [] : [store.payments.put(before, replaces)] };
}

/** The last payment of the tranche before; its first attempt is the group's first of all. */
async function lastBefore(
  { payments }: Pick<Store, 'payments'>,
  proposalId: string,
  tranche: number,
): Promise<PaymentAttempt | undefined> {
  if (tranche === 1) return undefined;
  return (await payments.list(proposalId, tranche - 1)).findLast(({ state }) => state !== 'superseded');
}

const eventSchema = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive(),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/instruct-bank', eventSchema, async (step, { store, logger }) => {
  const state = await instructBank({ store, stepFunctions: stepFunctions() }, step);
  logger.info('A payment waits for the bank.', { tranche: step.tranche, attempt: step.attempt, state });
});
