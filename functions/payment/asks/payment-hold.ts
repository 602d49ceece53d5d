/** A held payment is freed, or held on, in the transaction of the answer; the execution that asked looks at the payment then. */
import { freePayment, isHeldByPerson, keepHolding } from '#domain/money/payment.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { writtenMoment } from '#domain/text/bilingual.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { inBoth } from '#functions/web/page.ts';

/** The payment is held no more, or by a later decision. */
class NotHeld extends Error {
  override readonly name = 'NotHeld';
  constructor(endToEndId: string) {
    super(`Payment ${endToEndId} is not held by this decision any more.`);
  }
}

export const paymentHold: Behaviour<'payment-hold'> = {
  page: {
    facts(shown) {
      const held = tranchesOf(shown.proposal).find(({ number }) => number === shown.ask.about.tranche)?.held;
      return [
        [{ id: 'Ditahan oleh', en: 'Held by' }, held?.by],
        [{ id: 'Sejak', en: 'Since' }, held && inBoth(writtenMoment(held.since))],
        [{ id: 'Alasan', en: 'Reason' }, held?.reason],
        ...trancheFacts(shown, shown.ask.about.tranche),
      ];
    },
  },
  async consequences({ payments }, { proposal, ask, answer, by, now }) {
    const { tranche, attempt, hold } = ask.about;
    const payment = await payments.get(proposal.id, tranche, attempt);
    if (!isHeldByPerson(payment) || payment.timesHeld !== hold || by.kind !== 'person')
      throw new NotHeld(payment.endToEndId);
    const { payment: after, events } =
      answer.outcome === 'freed'
        ? freePayment(payment, by.id, now)
        : keepHolding(payment, { by: by.id, reason: answer.reason, askId: ask.id }, now);
    return { changes: [payments.put(payment, after)], events };
  },
  refusal: (error) => (error instanceof NotHeld ? problem('ask-not-answerable', 'outcome') : undefined),
};
