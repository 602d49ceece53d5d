/** LPJ: what is left of the money becomes owed with the answer, and goes a way of its own. */
import { aboutText } from '#domain/asks/about.ts';
import { owe } from '#domain/money/deposit.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { event } from '#domain/proposal/events.ts';
import { keptAmount, MoreThanPaid, oweDeposit } from '#domain/proposal/proposal.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { aboutDeposit } from '#functions/payment/deposit-answers.ts';
import { startDeposit } from '#functions/payment/start-deposits.ts';

/** An LPJ stated a leftover where the caller cannot start what becomes of it; the sweeper can. */
export class NoDepositMachine extends Error {
  override readonly name = 'NoDepositMachine';
  constructor(askId: string) {
    super(`${askId} states a leftover, and this function cannot start the machine for deposits.`);
  }
}

export const lpj: Behaviour<'lpj'> = {
  facts: ({ proposal }) =>
    proposal.stage === 'payment' || proposal.stage === 'follow-up' ? { received: keptAmount(proposal) } : {},
  consequences(store, { proposal: before, ask, answer, by, now }) {
    if (answer.leftover === 0) return {};
    const amount = rupiah(answer.leftover);
    const { proposal, number } = oweDeposit(before, { amount }, now);
    const why = { origin: 'leftover', lpj: aboutText(ask.kind, ask.about) } as const;
    const owed = owe({ proposalId: before.id, number, why, amount }, now);
    return {
      proposal,
      changes: [store.deposits.create(owed)],
      events: [event(now, 'deposit.owed', { ...aboutDeposit(owed), ...why }, by)],
      facts: { deposit: number },
    };
  },
  refusal: (error) =>
    error instanceof MoreThanPaid ? problem('deposit-more-than-paid', 'leftover') : undefined,
  async start({ stepFunctions, depositMachineArn }, { id, proposalId, facts: { deposit } }) {
    if (typeof deposit !== 'number') return;
    if (depositMachineArn === undefined) throw new NoDepositMachine(id);
    await startDeposit({ stepFunctions, depositMachineArn }, { proposalId, deposit, round: 1 });
  },
};
