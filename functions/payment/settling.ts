/** A tranche is settled: the money has arrived, the budget line has paid it, and it is written down once. */
import { settleEntry } from '#domain/ledger.ts';
import type { PaymentAttempt } from '#domain/payment.ts';
import { openTranches, type ProposalIn, settleTranche, type Tranche } from '#domain/proposal.ts';
import { withInquiry } from '#functions/payment/papers.ts';
import { inPayment, paymentEvent, type TrancheStep, trancheIn } from '#functions/payment/tranche.ts';
import { NotFound } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

/** A tranche was to be settled although no answer of the bank says so. The workflow never does. */
export class PaymentNotSettled extends Error {
  override readonly name = 'PaymentNotSettled';
  constructor(payment: PaymentAttempt) {
    super(`Payment ${payment.endToEndId} is ${payment.state}; its tranche cannot be settled.`);
  }
}

type SettleStore = Pick<Store, 'asks' | 'budgets' | 'payments' | 'proposals'>;

export interface Settlement {
  /** `returned`: the money came back before it was recorded that it had settled. */
  outcome: 'settled' | 'returned';
  proposal: ProposalIn<'payment' | 'follow-up'>;
  tranche: Tranche;
  /** Tranches that are still to be paid. */
  remaining: number;
}

/** Settles the tranche, once; again it answers the same. @throws {PaymentNotSettled} {WrongTranche} {NotFound} */
export const settle = (
  store: SettleStore,
  { proposalId, tranche: number, now }: TrancheStep,
): Promise<Settlement> =>
  store.proposals.update(proposalId, now, async (before) => {
    const proposal = inPayment(before, 'settle a tranche');
    if (trancheIn(proposal, number, 'settled').status === 'settled')
      return { result: settlement(proposal, number) };
    const attempt = (await store.payments.list(proposalId, number)).at(-1);
    if (attempt === undefined) throw new NotFound(`A payment of tranche ${number} of ${proposalId}`);
    const payment = withInquiry(await store.asks.byProposal(proposalId), attempt, now);
    if (payment.state === 'returned')
      return { result: { ...settlement(proposal, number), outcome: 'returned' } };
    if (payment.state !== 'settled') throw new PaymentNotSettled(payment);
    const { settledAt, valueDate, bankReference, amount, endToEndId } = payment;
    const after = settleTranche(proposal, number, { settledAt, valueDate, bankReference }, now);
    return {
      proposal: after,
      events: [
        paymentEvent(now, 'tranche.settled', {
          tranche: number,
          amount,
          endToEndId,
          bankReference,
          valueDate,
        }),
      ],
      changes: [
        ...(payment === attempt ? [] : [store.payments.put(attempt, payment)]),
        ...store.budgets.book(
          settleEntry(
            { line: proposal.award.budgetLine, proposalId, at: now },
            { tranche: number, attempt: payment.attempt, endToEndId, amount },
          ),
        ),
      ],
      result: settlement(after, number),
    };
  });

const settlement = (proposal: ProposalIn<'payment' | 'follow-up'>, number: number): Settlement => ({
  outcome: 'settled',
  proposal,
  tranche: trancheIn(proposal, number, 'settled'),
  remaining: openTranches(proposal).length,
});
