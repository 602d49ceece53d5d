/** A proposal ends without a grant: recorded, its people and its money free again, the group told why. */
import type { Ask } from '#domain/ask.ts';
import { problemPlace, problemText } from '#domain/problem.ts';
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

/** Records the rejection, once; again it answers the same proposal and writes nothing. */
export const recordRejection = (store: RejectionStore, rejection: Rejection): Promise<Proposal> =>
  store.proposals.update(
    rejection.proposalId,
    rejection.now,
    async (proposal): Promise<Decision<Proposal>> => {
      if (proposal.stage === 'rejected') return { result: proposal };
      const { at, reason, now } = rejection;
      const rejected = reject(proposal, reason, now);
      return {
        proposal: rejected,
        events: [{ at: now, actor: { kind: 'system' }, action: 'proposal.rejected', facts: { at, reason } }],
        changes: [
          ...(await releasePeople(store, proposal, false, now)),
          ...(await releaseBudget(store, proposal)),
          ...(await cancelAsks(store, proposal.id, now)),
        ],
        result: rejected,
      };
    },
  );

/** Kinds of asks whose answer may carry the reason that an official wrote. */
const officialKinds = new Set<Ask['kind']>(['approval', 'site-visit', 'spm']);

/**
 * What the group should read beside the reason: what the deciding official wrote, or what was still wrong with the
 * packet, in the language of the group's contact.
 */
export const rejectionComment = (
  proposal: Proposal,
  asks: readonly Ask[],
  language: 'id' | 'en',
): string | undefined => {
  if (proposal.stage !== 'rejected') return undefined;
  if (proposal.reason === 'uncorrected')
    return proposal.problems
      ?.map((each) => `${problemPlace(each, language)}: ${problemText(each, language)}`)
      .join('\n');
  const decided = asks
    .filter((ask) => ask.status === 'answered')
    .filter((ask) => officialKinds.has(ask.kind) && typeof ask.answer.reason === 'string')
    .filter(({ outcome }) => outcome === 'reject' || outcome === 'fail' || outcome === 'refused')
    .toSorted((a, b) => a.answeredAt.localeCompare(b.answeredAt));
  const reason = decided.at(-1)?.answer.reason;
  return typeof reason === 'string' ? reason : undefined;
};
