/** A signatory decides: a proposal that is returned goes back to verification with the answer. */
import { directoryRoleSchema } from '#domain/asks/roles.ts';
import { isAccountAccepted } from '#domain/proposal/account-claims.ts';
import { returnToVerification } from '#domain/proposal/verification.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { wholeProposal } from '#functions/asks/pages/whole-proposal.ts';

export const approval: Behaviour<'approval'> = {
  page: { sections: wholeProposal },
  facts: ({ proposal }) => ({
    accountClaimed: proposal.accountClaimed !== undefined && !isAccountAccepted(proposal),
  }),
  consequences(_, { proposal, ask, answer, by, now }) {
    if (answer.outcome !== 'return' || by.kind !== 'person' || proposal.stage !== 'approval') return {};
    const role = directoryRoleSchema.parse(ask.role);
    const returned = { round: proposal.round, by: by.id, role, reason: answer.reason, at: now };
    return returnToVerification(proposal, returned, now);
  },
};
