/** The group may object: the question is what notifies it of the rejection. */
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { rejectionComment } from '#functions/closing/rejection-comment.ts';
import { rejectionSection } from '#functions/closing/rejection-sections.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';

export const objection: Behaviour<'objection'> = {
  page: { sections: (shown) => rejectionSection(shown, 'group') },
  mail: {
    async first({ asks }, proposal, language) {
      if (proposal.stage !== 'rejected') return undefined;
      const comment = rejectionComment(proposal, await asks.bySubject(proposal.id), language);
      const { reason } = proposal;
      return {
        template: 'rejection-to-object-to',
        facts: {
          ...{ proposalId: proposal.id, groupName: groupNameOf(proposal), reason },
          ...(comment !== undefined && { comment }),
        },
      };
    },
  },
};
