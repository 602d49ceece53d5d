/** The billing code of a deposit is noted with the answer. */
import { billDeposit } from '#domain/money/deposit.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { depositMail, depositRefusal } from '#functions/payment/deposit-answers.ts';
import { depositFacts } from '#functions/payment/deposit-facts.ts';

export const depositBilling: Behaviour<'deposit-billing'> = {
  page: { facts: depositFacts },
  async consequences({ deposits }, { ask, answer, by, now }) {
    const { billingCode: code, expiresOn } = answer;
    const before = await deposits.get(ask.subject.id, ask.about.deposit);
    const { round } = ask.about;
    const { deposit, events } = billDeposit(before, { code, expiresOn, round, by }, now);
    return { changes: [deposits.put(before, deposit)], events };
  },
  refusal: depositRefusal,
  mail: depositMail,
};
