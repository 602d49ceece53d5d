/** A slip that is refused gives its NTPN back. */
import { refuseDepositSlip } from '#domain/proposal/deposits.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { depositMail, depositRefusal } from '#functions/payment/deposit-answers.ts';

export const depositCheck: Behaviour<'deposit-check'> = {
  async consequences({ deposits }, { ask, answer, by, now }) {
    if (answer.outcome !== 'refused') return {};
    const before = await deposits.get(ask.proposalId, ask.about.deposit);
    const { deposit, events, ntpn } = refuseDepositSlip(before, by, now);
    return { changes: [deposits.put(before, deposit), deposits.releaseNtpn(before, ntpn)], events };
  },
  refusal: depositRefusal,
  mail: depositMail,
};
