/** A slip that is refused gives its NTPN back. */
import { depositSlip } from '#domain/asks/kinds/deposit-slip.ts';
import { refuseDepositSlip } from '#domain/proposal/deposits.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { depositMail, depositRefusal } from '#functions/payment/deposit-answers.ts';
import { lastAbout } from '#functions/payment/tranche-answers.ts';

export const depositCheck: Behaviour<'deposit-check'> = {
  async consequences({ deposits }, { ask, answer, by, now }) {
    if (answer.outcome !== 'refused') return {};
    const before = await deposits.get(ask.proposalId, ask.about.deposit);
    const { deposit, events, ntpn } = refuseDepositSlip(before, by, now);
    return { changes: [deposits.put(before, deposit), deposits.releaseNtpn(before, ntpn)], events };
  },
  handedIn: ({ ask, asks }) => lastAbout(asks, depositSlip, ask.about.deposit)?.evidence ?? [],
  refusal: depositRefusal,
  mail: depositMail,
};
