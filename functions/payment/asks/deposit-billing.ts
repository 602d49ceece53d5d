/** The billing code of a deposit is noted with the answer. */
import { bill } from '#domain/money/deposit.ts';
import { event } from '#domain/proposal/events.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { aboutDeposit, depositRefusal } from '#functions/payment/deposit-answers.ts';

export const depositBilling: Behaviour<'deposit-billing'> = {
  async consequences({ deposits }, { ask, answer, by, now }) {
    const { billingCode: code, expiresOn } = answer;
    const before = await deposits.get(ask.proposalId, ask.about.deposit);
    const after = bill(
      before,
      { code, expiresOn, by: by.kind === 'person' ? by.id : by.kind },
      ask.about.round,
    );
    return {
      changes: [deposits.put(before, after)],
      events: [event(now, 'deposit.billed', { ...aboutDeposit(before), code, expiresOn }, by)],
    };
  },
  refusal: depositRefusal,
};
