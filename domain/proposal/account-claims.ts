/** Two living proposals with one account: what is noted on the earlier one. The later one does not pass the checks. */
import { dutyOf } from '../asks/separation.ts';
import type { ProposalId } from '../identifiers.ts';
import { isPayable } from './account-acceptance.ts';
import { event } from './events.ts';
import type { Decided, Proposal } from './proposal.ts';

/**
 * Whether an official has accepted the account: it is the one that may be paid to, and no other waits for the PPK; or a signatory
 * approved in this round.
 */
export function isAccountAccepted(proposal: Proposal): boolean {
  switch (proposal.stage) {
    case 'received':
    case 'verification':
    case 'rejected':
      return false;
    case 'approval':
      // What returns or rejects leads out of the stage.
      return proposal.involvements.some(
        ({ kind, about }) => dutyOf(kind) === 'approve' && about.round === proposal.round,
      );
    default:
      return isPayable(proposal) && proposal.tranches.every(({ accountGiven }) => accountGiven === undefined);
  }
}

/**
 * Marks the earlier proposal, for officials to see; what has ended is left alone, and the same is noted once.
 *
 * @param by the later proposal that gave the same account
 */
export function noteAccountClaim(proposal: Proposal, by: ProposalId, now: string): Decided {
  const { stage, accountClaimed } = proposal;
  if (stage === 'closed' || stage === 'rejected' || accountClaimed?.by === by)
    return { proposal, events: [] };
  const accepted = isAccountAccepted(proposal);
  return {
    proposal: { ...proposal, accountClaimed: { by, at: now }, updatedAt: now },
    events: [event(now, 'account.claimed-elsewhere', { by, accepted })],
  };
}
