/** A slip that is refused gives its NTPN back. */
import { refuseSlip } from '#domain/money/deposit.ts';
import { event } from '#domain/proposal/events.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { aboutDeposit, depositRefusal } from '#functions/payment/deposit-answers.ts';

export const depositCheck: Behaviour<'deposit-check'> = {
  async consequences({ deposits }, { ask, answer, by, now }) {
    if (answer.outcome !== 'refused') return {};
    const before = await deposits.get(ask.proposalId, ask.about.deposit);
    const ntpn = before.state === 'handed-in' ? before.slip.ntpn : '';
    return {
      changes: [deposits.put(before, refuseSlip(before)), deposits.releaseNtpn(before, ntpn)],
      events: [event(now, 'deposit.refused', { ...aboutDeposit(before), ntpn }, by)],
    };
  },
  refusal: depositRefusal,
};
