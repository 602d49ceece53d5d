/** SP2D: the paper takes its number, and is not dated before the SPM that it follows. */
import { sp2d as kind } from '#domain/asks/kinds/sp2d.ts';
import { spm } from '#domain/asks/kinds/spm.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { numberRefusal, paperChecks, paperFacts, takeNumber } from '#functions/payment/paper-answers.ts';
import { paperOf } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';

export const sp2d: Behaviour<'sp2d'> = {
  page: {
    facts: (shown) =>
      trancheFacts(shown, shown.ask.about.tranche, { account: 'whole', round: roundOf(shown.ask) }),
  },
  facts: ({ proposal, ask, asks }) =>
    paperFacts(proposal, kind.name, paperOf(asks, spm, ask.about.tranche, roundOf(ask)), 'SPM'),
  check: (store, { proposal }, answer, now) => paperChecks(store, { proposal, kind: kind.name, answer, now }),
  consequences: (store, { ask, answer }) => ({
    changes: takeNumber(store, ask, kind.name, answer),
  }),
  refusal: numberRefusal,
};
