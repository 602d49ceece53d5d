/**
 * Records that a tranche stays unpaid, and why, and frees the money that it held.
 *
 * A tranche stays unpaid: it says so and why, and in the same transaction the money that it held is free for others.
 *
 * The tranches after it will never open, so they stay unpaid with it. Money that may be with the bank is never freed.
 */
import * as z from 'zod';
import { releaseEntries } from '#domain/money/ledger.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { leaveUnpaid } from '#domain/proposal/tranche-payment.ts';
import { heldMoney, inPayment, trancheIn } from '#domain/proposal/tranches.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { withInquiry } from '#functions/payment/tranche-answers.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Change } from '#functions/store/commit.ts';
import type { Store } from '#functions/store/store.ts';

/** A tranche was to stay unpaid although its payment may have left, or has arrived. The workflow never does. */
export class PaymentNotRefused extends Error {
  override readonly name = 'PaymentNotRefused';
  constructor(payment: PaymentAttempt) {
    super(`Payment ${payment.endToEndId} is ${payment.state}; its tranche cannot be left unpaid.`);
  }
}

type UnpaidStore = Pick<Store, 'asks' | 'budgets' | 'payments' | 'proposals'>;

/**
 * Leaves the tranche unpaid, and those after it, which now will never open; once, again it writes nothing.
 *
 * @throws {PaymentNotRefused} {WrongTranche} {WrongStage}
 */
export function leaveTrancheUnpaid(
  store: UnpaidStore,
  { proposalId, tranche: number, reason, now }: TrancheStep & { reason: string },
): Promise<Proposal> {
  return store.proposals.update<Proposal>(proposalId, now, async (before) => {
    const proposal = inPayment(before, 'leave a tranche unpaid');
    const tranche = trancheIn(proposal, number, 'left unpaid');
    if (tranche.status === 'unpaid') return { result: proposal };
    const { left, ...unpaid } = leaveUnpaid(proposal, number, reason, now);
    return {
      ...unpaid,
      changes: [
        ...(await refused(store, proposalId, number, now)),
        ...store.budgets.book(
          ...releaseEntries(
            { line: proposal.award.budgetLine, proposalId, at: now },
            { tranche: number },
            heldMoney(left),
          ),
        ),
      ],
      result: unpaid.proposal,
    };
  });
}

/** Makes sure that the last attempt was refused; where the bank said so to a person only, writes it down. */
async function refused(
  { asks, payments }: Pick<UnpaidStore, 'asks' | 'payments'>,
  proposalId: string,
  tranche: number,
  now: string,
): Promise<Change[]> {
  const last = (await payments.list(proposalId, tranche)).at(-1);
  if (last === undefined) return [];
  const payment = withInquiry(await asks.byProposal(proposalId), last, now);
  if (payment.state !== 'rejected' && payment.state !== 'returned') throw new PaymentNotRefused(payment);
  return payment === last ? [] : [payments.put(last, payment)];
}

const eventSchema = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  reason: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/leave-unpaid', eventSchema, async (step, { store, metrics }) => {
  await leaveTrancheUnpaid(store, step);
  metrics.addMetric('TrancheUnpaid', 'Count', 1);
  return { outcome: 'unpaid' as const };
});
