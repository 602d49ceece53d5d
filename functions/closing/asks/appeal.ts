/** A person who took no other part decides on the objection: all that was decided before is before them. */
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { wholeProposal } from '#functions/asks/pages/whole-proposal.ts';
import { objectionFiles, objectionSection, rejectionSection } from '#functions/closing/rejection-sections.ts';

export const appeal: Behaviour<'appeal'> = {
  page: {
    files: objectionFiles,
    sections: (shown) => [rejectionSection(shown, 'judge'), objectionSection(shown), wholeProposal(shown)],
  },
};
