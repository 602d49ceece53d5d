/**
 * The machinery failed: the proposal is halted where it was, and keeps its people and its money until an
 * administrator has looked.
 */
import { halt, type Proposal } from '#domain/proposal.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

export interface Failure {
  proposalId: string;
  /** The failed step and the error's name; never its details. */
  error: string;
  now: string;
}

const ended = new Set<Proposal['stage']>(['closed', 'rejected', 'halted']);

/**
 * Records the halt, once. A proposal that was never registered has no record to halt; the event alone says so.
 *
 * @returns the proposal, if there is one
 */
export const recordFailure = async (
  store: Pick<Store, 'audit' | 'commit' | 'proposals'>,
  { proposalId, error, now }: Failure,
): Promise<Proposal | undefined> => {
  const event = {
    at: now,
    actor: { kind: 'system' as const },
    action: 'proposal.halted',
    facts: { error },
  };
  if ((await store.proposals.find(proposalId)) === undefined) {
    const recorded = await store.audit.list({ proposalId });
    if (!recorded.some(({ action }) => action === event.action))
      await store.commit({ proposalId, now, events: [event], changes: [] });
    return undefined;
  }
  return store.proposals.update(proposalId, now, (proposal): Decision<Proposal> => {
    if (ended.has(proposal.stage)) return { result: proposal };
    const halted = halt(proposal, error, now);
    return { proposal: halted, events: [event], result: halted };
  });
};
