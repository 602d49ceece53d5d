/** An official looks into a member's denial. */
import { askIdOf } from '#domain/asks/ask-id.ts';
import { membership } from '#domain/asks/kinds/membership.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { membersAnswers } from '#functions/asks/pages/members-answers.ts';
import { wholeProposal } from '#functions/asks/pages/whole-proposal.ts';

export const membershipReview: Behaviour<'membership-review'> = {
  page: {
    sections: (shown) => [
      membersAnswers(shown, askIdOf(shown.proposal.id, membership.name, shown.ask.about), {
        title: { id: 'Jawaban anggota', en: 'What the members said' },
        confirmed: { id: 'Menegaskan keanggotaan', en: 'Confirmed membership' },
        denied: { id: 'Menyatakan bukan anggota', en: 'Said they are no member' },
      }),
      wholeProposal(shown),
    ],
  },
};
