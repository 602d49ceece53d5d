/**
 * A signatory decides: a proposal that is returned goes back to verification with the answer. The PPK's approval accepts the
 * account, next to the bank's letter that the checks have read.
 */
import { directoryRoleSchema } from '#domain/asks/roles.ts';
import { acceptanceFacts } from '#domain/proposal/account-acceptance.ts';
import { isAccountAccepted } from '#domain/proposal/account-claims.ts';
import { bankLetterOf, letterOf } from '#domain/proposal/bank-letter.ts';
import { event } from '#domain/proposal/events.ts';
import { returnToVerification } from '#domain/proposal/verification.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { wholeProposal } from '#functions/asks/pages/whole-proposal.ts';

export const approval: Behaviour<'approval'> = {
  page: { sections: wholeProposal },
  restsOn: ({ proposal, ask }) => (ask.role === 'ppk' ? bankLetterOf(proposal) : []),
  facts: ({ proposal, ask }) => ({
    acceptsAccount: ask.role === 'ppk',
    accountClaimed: proposal.accountClaimed !== undefined && !isAccountAccepted(proposal),
  }),
  consequences(_, { proposal, ask, answer, by, now }) {
    if (by.kind !== 'person' || proposal.stage !== 'approval') return {};
    if (answer.outcome === 'approve') {
      if (ask.role !== 'ppk' || answer.account !== true) return {};
      const { content } = proposal;
      return {
        events: [event(now, 'account.accepted', acceptanceFacts(content.account, letterOf(content)), by)],
      };
    }
    if (answer.outcome !== 'return') return {};
    const role = directoryRoleSchema.parse(ask.role);
    const returned = { round: proposal.round, by: by.id, role, reason: answer.reason, at: now };
    return returnToVerification(proposal, returned, now);
  },
};
