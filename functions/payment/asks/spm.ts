/** SPM: the paper takes its number, and is not dated before the SPP that it follows. */
import { spm as kind } from '#domain/asks/kinds/spm.ts';
import { spp } from '#domain/asks/kinds/spp.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { draftsFor } from '#domain/papers/drafts.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { paperCancellation } from '#functions/payment/cancel-paper.ts';
import { draftedPapers } from '#functions/payment/drafted-papers.ts';
import { numberRefusal, paperChecks, paperFacts, takeNumber } from '#functions/payment/paper-answers.ts';
import { handedInFor, paperOf } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { packOf } from '#programmes/index.ts';

export const spm: Behaviour<'spm'> = {
  page: {
    facts: (shown) =>
      trancheFacts(shown, shown.ask.about.tranche, { account: 'whole', round: roundOf(shown.ask) }),
    /** Who orders a payment answers for the documents behind it. */
    handedIn: ({ ask, asks }) => handedInFor(asks, ask.about.tranche, ask.about.round),
    drafts: ({ proposal, ask: { about } }) =>
      draftedPapers(proposal, about, draftsFor('office', packOf(proposal), about.tranche)),
  },
  facts: ({ proposal, ask, asks }) =>
    paperFacts(proposal, kind.name, paperOf(asks, spp, ask.about.tranche, roundOf(ask)), 'SPP'),
  check: (store, { proposal }, answer, now) => paperChecks(store, { proposal, kind: kind.name, answer, now }),
  consequences: (store, { ask, answer }) => ({
    changes: takeNumber(store, ask, kind.name, answer),
  }),
  refusal: numberRefusal,
  cancellation: paperCancellation,
};
