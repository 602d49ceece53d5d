/** A proposal ends after its follow-up: what came of it is counted, and whoever owes nothing is free. */

import { answerSchemas } from '#domain/answers.ts';
import type { Ask } from '#domain/ask.ts';
import { close, type ProposalIn } from '#domain/proposal.ts';
import { cancelAsks, releaseBudget, releasePeople } from '#functions/admin/release.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

type ClosingStore = Pick<Store, 'asks' | 'budgets' | 'locks' | 'overdue' | 'payments' | 'proposals'>;

/** How many members were at one training session at least. */
export const countTrained = (asks: readonly Ask[]): number => {
  const present = new Set<number>();
  for (const ask of asks) {
    if (ask.kind !== 'training-session' || ask.status !== 'answered') continue;
    for (const number of answerSchemas['training-session'].parse(ask.answer).present) present.add(number);
  }
  return present.size;
};

/** Closes the proposal, once; again it answers the same and writes nothing. */
export const closeProposal = (
  store: ClosingStore,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<ProposalIn<'closed'>> =>
  store.proposals.update(proposalId, now, async (proposal): Promise<Decision<ProposalIn<'closed'>>> => {
    if (proposal.stage === 'closed') return { result: proposal };
    const peopleTrained = countTrained(await store.asks.byProposal(proposalId));
    const overdue = (await store.overdue.list(proposalId)).length;
    const closed = close(proposal, { peopleTrained, overdue }, now);
    return {
      proposal: closed,
      events: [
        {
          at: now,
          actor: { kind: 'system' },
          action: 'proposal.closed',
          facts: { result: closed.result, peopleTrained, overdue },
        },
      ],
      changes: [
        ...(await releasePeople(store, proposal, overdue > 0, now)),
        ...(await releaseBudget(store, proposal)),
        ...(await cancelAsks(store, proposalId, now)),
      ],
      result: closed,
    };
  });
