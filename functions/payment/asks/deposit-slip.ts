/** The slip of a deposit takes its NTPN for ever; a code that expired is noted. */
import { depositBilling } from '#domain/asks/kinds/deposit-billing.ts';
import { depositCheck } from '#domain/asks/kinds/deposit-check.ts';
import { expireDepositBilling, handInSlip } from '#domain/money/deposit.ts';
import { depositsOf } from '#domain/proposal/proposal.ts';
import { problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { amountInMail, depositRefusal } from '#functions/payment/deposit-answers.ts';
import { billingFacts, depositFacts } from '#functions/payment/deposit-facts.ts';
import { lastAbout } from '#functions/payment/tranche-answers.ts';
import { NtpnUsed } from '#functions/store/errors.ts';

export const depositSlip: Behaviour<'deposit-slip'> = {
  page: {
    facts(shown) {
      const { deposit } = shown.ask.about;
      const check = lastAbout(shown.asks, depositCheck, deposit)?.answer;
      return [
        ...depositFacts(shown),
        ...billingFacts(shown, deposit),
        [
          { id: 'Bukti setor sebelumnya ditolak', en: 'The slip before was refused' },
          check?.outcome === 'refused' && check.reason,
        ],
      ];
    },
  },
  /** What is to be deposited, and how long its billing code can be paid; the slip is not older than that code. */
  facts({ proposal, ask, asks }) {
    const { deposit: number } = ask.about;
    const owed = depositsOf(proposal).find((each) => each.number === number);
    const billing = lastAbout(asks, depositBilling, number);
    return {
      ...(owed !== undefined && {
        deposit: { amount: owed.amount, ...(billing && { expiresOn: billing.answer.expiresOn }) },
      }),
      ...(billing && { paperBefore: { name: 'kode billing', date: jakartaDate(billing.answeredAt) } }),
    };
  },
  async consequences({ deposits }, { ask, answer, by, now }) {
    const before = await deposits.get(ask.subject.id, ask.about.deposit);
    if (answer.outcome === 'code-expired') {
      const { deposit, events } = expireDepositBilling(before, { round: ask.about.round, by }, now);
      return { changes: [deposits.put(before, deposit)], events };
    }
    const { ntpn, depositedOn } = answer;
    const { deposit, events } = handInSlip(before, { ntpn, depositedOn, by }, now);
    return { changes: [deposits.put(before, deposit), deposits.claimNtpn(deposit, ntpn)], events };
  },
  /** The amount, and the billing code by which to pay it. */
  mail: {
    async facts({ asks }, ask) {
      const amount = amountInMail(ask);
      if (amount === undefined) return {};
      const billing = lastAbout(
        await asks.bySubject(ask.subject.id),
        depositBilling,
        Number(ask.facts.deposit),
      );
      const code = billing && {
        billingCode: billing.answer.billingCode,
        expiresOn: billing.answer.expiresOn,
      };
      return { deposit: { ...amount, ...code } };
    },
  },
  refusal: (error) => (error instanceof NtpnUsed ? problem('ntpn-used', 'ntpn') : depositRefusal(error)),
};
