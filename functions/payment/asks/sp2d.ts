/** SP2D: the paper takes its number, and is not dated before the SPM that it follows. */

import type { About } from '#domain/asks/ask-kinds.ts';
import { sp2d as kind } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { holdFacts, holdOf } from '#domain/money/payment.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { numberRefusal, paperChecks, paperFacts, takeNumber } from '#functions/payment/paper-answers.ts';
import { paperOf } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import type { Store } from '#functions/store/store.ts';

export const sp2d: Behaviour<'sp2d'> = {
  page: {
    facts: (shown) =>
      trancheFacts(shown, shown.ask.about.tranche, { account: 'whole', round: roundOf(shown.ask) }),
  },
  facts: ({ proposal, ask, asks }) =>
    paperFacts(proposal, kind.name, paperOf(asks, spm, ask.about.tranche, roundOf(ask)), 'SPM'),
  check: async (store, { proposal, ask }, answer, now) => [
    ...(await paperChecks(store, { proposal, kind: kind.name, answer, now })),
    ...(answer.outcome === 'issued' ? await heldProblems(store, proposal.id, ask.about) : []),
  ],
  consequences: (store, { ask, answer }) => ({
    changes: takeNumber(store, ask, kind.name, answer),
  }),
  refusal: numberRefusal,
};

/** Where the SP2D itself moves the money, none is issued for a tranche that something holds. */
async function heldProblems(
  { payments }: Pick<Store, 'payments'>,
  proposalId: string,
  about: About<'sp2d'>,
): Promise<Problem[]> {
  if (!('attempt' in about) || about.attempt === undefined) return [];
  const { tranche, attempt } = about;
  const hold = holdOf({ tranche, attempt }, await payments.list(proposalId, tranche));
  if (hold === undefined) return [];
  const of = holdFacts(hold).replaceAll(' ', ', ');
  return [problem('tranche-held', 'outcome', { of })];
}
