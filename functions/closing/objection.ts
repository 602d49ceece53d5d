/** What came of an objection: the proposal is open again, or the rejection is final. Each is recorded once. */

import { reasonIn } from '#domain/asks/answered.ts';
import type { Ask } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { reopen, uphold } from '#domain/proposal/endings.ts';
import { type Proposal, type ProposalIn, WrongStage } from '#domain/proposal/proposal.ts';
import { type Report, unreported } from '#functions/notifications/report.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

export type ObjectionStore = Pick<Store, 'asks' | 'proposals'>;

/** The proposal after the decision, and what the deciding person wrote. */
export interface Decided<Of extends Proposal = Proposal> {
  proposal: Of;
  comment: string | undefined;
}

/** The one decision on the one objection; undefined where there was no objection. */
function appealOf({ asks }: Pick<Store, 'asks'>, proposalId: string): Promise<Ask | undefined> {
  return asks.find(proposalId, askIdOf(proposalId, 'appeal', {}));
}

function commentOf(appeal: Ask | undefined) {
  return appeal?.status === 'answered' ? reasonIn(appeal) : undefined;
}

/**
 * Opens the proposal again for this round of verification; again it writes nothing, whatever became of it since.
 *
 * @throws {WrongStage} where there is no rejection that can be objected to
 */
export async function reopenProposal(
  store: ObjectionStore,
  { proposalId, round, now }: { proposalId: string; round: number; now: string },
  report: Report<Decided> = unreported,
): Promise<Decided> {
  const comment = commentOf(await appealOf(store, proposalId));
  return store.proposals.update(proposalId, now, async (proposal): Promise<Decision<Decided>> => {
    if (proposal.rejections.length > 0) return { result: { proposal, comment } };
    const reopened = reopen(proposal, round, now);
    const result = { proposal: reopened.proposal, comment };
    return { ...reopened, changes: await report(result), result };
  });
}

/**
 * Records that the rejection is final: the objection was dismissed, or not decided in time. Again it writes nothing.
 *
 * @throws {WrongStage} for a proposal that is not rejected
 */
export async function upholdRejection(
  store: ObjectionStore,
  { proposalId, now }: { proposalId: string; now: string },
  report: Report<Decided<ProposalIn<'rejected'>>> = unreported,
): Promise<Decided<ProposalIn<'rejected'>>> {
  const appeal = await appealOf(store, proposalId);
  const comment = commentOf(appeal);
  return store.proposals.update(
    proposalId,
    now,
    async (proposal): Promise<Decision<Decided<ProposalIn<'rejected'>>>> => {
      if (proposal.stage !== 'rejected') throw new WrongStage(proposal, 'stay rejected');
      if (proposal.upheld !== undefined) return { result: { proposal, comment } };
      const outcome = appeal?.status === 'answered' ? 'dismissed' : 'expired';
      const upheld = uphold(proposal, outcome, now);
      const result = { proposal: upheld.proposal, comment };
      return { ...upheld, changes: await report(result), result };
    },
  );
}
