/** A proposal ends without a grant: recorded, its people and its money free again, the group told why. */
import { type Proposal, reject } from '#domain/proposal.ts';
import { cancelAsks, releaseBudget, releasePeople } from '#functions/admin/release.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

type RejectionStore = Pick<Store, 'asks' | 'budgets' | 'locks' | 'payments' | 'proposals'>;

export interface Rejection {
  proposalId: string;
  /** Where in the workflow it ended. */
  at: string;
  /** The reason's code, as the state machines give it. */
  reason: string;
  now: string;
}

/**
 * Records the rejection, once; again it answers the same proposal and writes nothing, also when an objection has
 * overturned it since.
 */
export const recordRejection = (store: RejectionStore, rejection: Rejection): Promise<Proposal> =>
  store.proposals.update(
    rejection.proposalId,
    rejection.now,
    async (proposal): Promise<Decision<Proposal>> => {
      const { at, reason, now } = rejection;
      const overturned = proposal.rejections.some(({ rejectedAt }) => rejectedAt === now);
      if (proposal.stage === 'rejected' || overturned) return { result: proposal };
      const rejected = reject(proposal, reason, now);
      return {
        proposal: rejected,
        events: [{ at: now, actor: { kind: 'system' }, action: 'proposal.rejected', facts: { at, reason } }],
        changes: [
          ...(await releasePeople(store, proposal, false, now)),
          ...(await releaseBudget(store, proposal, now)),
          ...(await cancelAsks(store, proposal.id, now)),
        ],
        result: rejected,
      };
    },
  );
