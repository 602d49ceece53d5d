/** SPP: each paper of the tranche is accepted or returned, and the request takes its number. */
import { evidenceHashes } from '#domain/asks/ask-events.ts';
import { spp as kind } from '#domain/asks/kinds/spp.ts';
import { event, type FactsOf } from '#domain/proposal/events.ts';
import { notePapers } from '#domain/proposal/proposal.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { numberProblems, numberRefusal, paperFacts, takeNumber } from '#functions/payment/paper-answers.ts';
import { handedInFor } from '#functions/payment/tranche-answers.ts';

export const spp: Behaviour<'spp'> = {
  facts({ proposal }) {
    const sk = 'award' in proposal ? proposal.award?.sk : undefined;
    return paperFacts(proposal, kind.name, sk, 'SK');
  },
  papersToReview({ proposal, ask, asks }) {
    const { tranche, round } = ask.about;
    const planned = ('tranches' in proposal ? proposal.tranches : undefined)?.find(
      ({ number }) => number === tranche,
    );
    const types = new Set(handedInFor(asks, tranche, round).map(({ documentType }) => documentType));
    return [...types].map((type) => ({
      type,
      accepted: (planned?.papers ?? []).some((each) => each.type === type && each.verdict === 'accepted'),
    }));
  },
  check: (store, _, answer) => numberProblems(store, kind.name, answer),
  async consequences(store, { proposal, ask, answer, by, now }) {
    const number = takeNumber(store, ask, kind.name, answer);
    const verdicts = answer.papers ?? [];
    if (verdicts.length === 0) return { changes: number };
    const { tranche, round } = ask.about;
    const handedIn = handedInFor(await store.asks.byProposal(ask.proposalId), tranche, round);
    const reviewed = new Set(verdicts.map(({ type }) => type));
    // What was found of each paper, and of which bytes, so that the chain of events says what was accepted.
    const facts: FactsOf<'papers.reviewed'> = {
      ...{ tranche, round },
      ...Object.fromEntries(verdicts.map(({ type, verdict }) => [type, verdict])),
      ...evidenceHashes(handedIn.filter(({ documentType }) => reviewed.has(documentType))),
    };
    const found = { round, by: by.kind === 'person' ? by.id : by.kind };
    return {
      ...((proposal.stage === 'payment' || proposal.stage === 'follow-up') && {
        proposal: notePapers(proposal, tranche, verdicts, found, now),
      }),
      events: [event(now, 'papers.reviewed', facts, by)],
      changes: number,
    };
  },
  refusal: numberRefusal,
};
