/** The billing code of a deposit is noted with the answer. */
import { billDeposit } from '#domain/proposal/deposits.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { depositMail, depositRefusal } from '#functions/payment/deposit-answers.ts';

export const depositBilling: Behaviour<'deposit-billing'> = {
  async consequences({ deposits }, { ask, answer, by, now }) {
    const { billingCode: code, expiresOn } = answer;
    const before = await deposits.get(ask.proposalId, ask.about.deposit);
    const { round } = ask.about;
    const { deposit, events } = billDeposit(before, { code, expiresOn, round, by }, now);
    return { changes: [deposits.put(before, deposit)], events };
  },
  refusal: depositRefusal,
  mail: depositMail,
};
