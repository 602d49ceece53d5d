/** LPJ: what is left of the money becomes owed with the answer, and goes a way of its own. */
import { aboutText } from '#domain/asks/about.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import { keptAmount, MoreThanPaid, oweDeposit } from '#domain/proposal/deposits.ts';
import { depositsOf, wagesOf } from '#domain/proposal/proposal.ts';
import { receivedAmount } from '#domain/proposal/tranches.ts';
import { wagePaperNames } from '#domain/public-works/wage-papers.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { startDeposit } from '#functions/payment/start-deposits.ts';

/** An LPJ stated a leftover where the caller cannot start what becomes of it; the sweeper can. */
export class NoDepositMachine extends Error {
  override readonly name = 'NoDepositMachine';
  constructor(askId: string) {
    super(`${askId} states a leftover, and this function cannot start the machine for deposits.`);
  }
}

export const lpj: Behaviour<'lpj'> = {
  page: {
    facts({ proposal }) {
      if (proposal.stage !== 'follow-up' && proposal.stage !== 'closed') return [];
      return [
        [{ id: 'Dana yang diterima', en: 'Money received' }, formatRupiah(receivedAmount(proposal))],
        [
          { id: 'Dana yang harus dipertanggungjawabkan', en: 'Money to account for' },
          depositsOf(proposal).length > 0 && formatRupiah(keptAmount(proposal)),
        ],
      ];
    },
    /** The wage bill and its receipts, which are signed as part of the report. */
    drafts: ({ proposal }) =>
      (wagesOf(proposal)?.accepted?.papers ?? []).map((paper) => ({
        ...paper,
        name: wagePaperNames[paper.kind],
      })),
  },
  facts: ({ proposal }) =>
    proposal.stage === 'payment' || proposal.stage === 'follow-up' ? { received: keptAmount(proposal) } : {},
  consequences(store, { proposal: before, ask, answer, by, now }) {
    if (answer.leftover === 0) return {};
    const why = { origin: 'leftover', lpj: aboutText(ask.kind, ask.about) } as const;
    const owed = oweDeposit(before, { amount: rupiah(answer.leftover), why, by }, now);
    const { proposal, deposit, events } = owed;
    return {
      ...{ proposal, events },
      changes: [store.deposits.create(deposit)],
      facts: { deposit: deposit.number },
    };
  },
  refusal: (error) =>
    error instanceof MoreThanPaid ? problem('deposit-more-than-paid', 'leftover') : undefined,
  async start({ stepFunctions, depositMachineArn }, { id, subject, facts: { deposit } }) {
    if (deposit === undefined) return;
    if (depositMachineArn === undefined) throw new NoDepositMachine(id);
    await startDeposit({ stepFunctions, depositMachineArn }, { proposalId: subject.id, deposit, round: 1 });
  },
};
