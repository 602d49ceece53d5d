/** The treasury says what became of a payment: the bank cannot have settled or refused what it was never sent. */
import { sp2d } from '#domain/asks/kinds/sp2d.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { paperOf } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';

export const bankInquiry: Behaviour<'bank-inquiry'> = {
  page: { facts: (shown) => trancheFacts(shown, shown.ask.about.tranche, { account: 'whole' }) },
  facts({ ask, asks }) {
    const order = paperOf(asks, sp2d, ask.about.tranche);
    return order === undefined ? {} : { paperBefore: { name: 'SP2D', date: order.date } };
  },
  /**
   * A payment waits for a run, or for the run's release, or was held because its year is closed. To take such an answer for true would pay the group twice, or
   * never.
   */
  async check({ payments }, { ask: { subject, about } }, { outcome }) {
    if (outcome === 'wait') return [];
    const payment = await payments.find(subject.id, about.tranche, about.attempt);
    return payment?.state === 'ready' || payment?.state === 'gathered' || payment?.state === 'lapsed'
      ? [problem('payment-not-sent', 'outcome', { endToEndId: payment.endToEndId })]
      : [];
  },
};
