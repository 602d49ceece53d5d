/** A slip that is refused gives its NTPN back. */
import { depositSlip } from '#domain/asks/kinds/deposit-slip.ts';
import { refuseDepositSlip } from '#domain/money/deposit.ts';
import { depositsOf } from '#domain/proposal/proposal.ts';
import { writtenWithoutPlace } from '#domain/text/bilingual.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { depositMail, depositRefusal } from '#functions/payment/deposit-answers.ts';
import { billingFacts, depositFacts, slipFacts } from '#functions/payment/deposit-facts.ts';
import { lastAbout } from '#functions/payment/tranche-answers.ts';
import type { Fact } from '#functions/web/fragments.ts';
import { inBoth } from '#functions/web/page.ts';

export const depositCheck: Behaviour<'deposit-check'> = {
  page: {
    facts(shown) {
      const { deposit } = shown.ask.about;
      const slip = lastAbout(shown.asks, depositSlip, deposit);
      const doubts = depositsOf(shown.proposal).find(({ number }) => number === deposit)?.doubts ?? [];
      return [
        ...depositFacts(shown),
        ...billingFacts(shown, deposit),
        ...slipFacts(slip?.answer),
        ...doubts.map(
          (each): Fact => [{ id: 'Belum cocok', en: 'Does not agree' }, inBoth(writtenWithoutPlace(each))],
        ),
      ];
    },
    handedIn: ({ ask, asks }) => lastAbout(asks, depositSlip, ask.about.deposit)?.evidence ?? [],
  },
  async consequences({ deposits }, { ask, answer, by, now }) {
    if (answer.outcome !== 'refused') return {};
    const before = await deposits.get(ask.subject.id, ask.about.deposit);
    const { deposit, events, ntpn } = refuseDepositSlip(before, by, now);
    return { changes: [deposits.put(before, deposit), deposits.releaseNtpn(before, ntpn)], events };
  },
  refusal: depositRefusal,
  mail: depositMail,
};
