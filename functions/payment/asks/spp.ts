/** SPP: each paper of the tranche is accepted or returned, and the request takes its number. */
import { evidenceHashes } from '#domain/asks/ask-events.ts';
import { spp as kind } from '#domain/asks/kinds/spp.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { draftsFor } from '#domain/papers/drafts.ts';
import { returnedProblems } from '#domain/papers/paper-review.ts';
import { awardOf, tranchesOf } from '#domain/proposal/proposal.ts';
import { notePapers } from '#domain/proposal/tranche-papers.ts';
import { inPayment } from '#domain/proposal/tranches.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { paperCancellation } from '#functions/payment/cancel-paper.ts';
import { draftedPapers } from '#functions/payment/drafted-papers.ts';
import { numberRefusal, paperChecks, paperFacts, takeNumber } from '#functions/payment/paper-answers.ts';
import { handedInFor } from '#functions/payment/tranche-answers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { packOf } from '#programmes/index.ts';

export const spp: Behaviour<'spp'> = {
  page: {
    facts: (shown) =>
      trancheFacts(shown, shown.ask.about.tranche, { account: 'whole', round: roundOf(shown.ask) }),
    handedIn: ({ ask, asks }) => handedInFor(asks, ask.about.tranche, ask.about.round),
    drafts: ({ proposal, ask: { about } }) =>
      draftedPapers(proposal, about, draftsFor('office', packOf(proposal), about.tranche)),
    returned: ({ answer }) => returnedProblems(kind.answer.safeParse(answer).data?.papers ?? []),
  },
  facts({ proposal }) {
    return paperFacts(proposal, kind.name, awardOf(proposal)?.sk, 'SK');
  },
  papersToReview({ proposal, ask, asks }) {
    const { tranche, round } = ask.about;
    const planned = tranchesOf(proposal).find(({ number }) => number === tranche);
    const types = new Set(handedInFor(asks, tranche, round).map(({ documentType }) => documentType));
    return [...types].map((type) => ({
      type,
      accepted: (planned?.papers ?? []).some((each) => each.type === type && each.decision === 'accepted'),
    }));
  },
  check: (store, { proposal }, answer, now) => paperChecks(store, { proposal, kind: kind.name, answer, now }),
  async consequences(store, { proposal, ask, answer, by, now }) {
    const number = takeNumber(store, ask, kind.name, answer);
    const decisions = answer.papers ?? [];
    if (decisions.length === 0) return { changes: number };
    const { tranche, round } = ask.about;
    const handedIn = handedInFor(await store.asks.bySubject(ask.subject.id), tranche, round);
    const types = new Set(decisions.map(({ type }) => type));
    const hashes = evidenceHashes(handedIn.filter(({ documentType }) => types.has(documentType)));
    const payable = inPayment(proposal, 'have its papers tested');
    return { ...notePapers(payable, tranche, decisions, { round, by, hashes }, now), changes: number };
  },
  refusal: numberRefusal,
  cancellation: paperCancellation,
};
