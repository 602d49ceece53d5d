/** A verifier visits the site. */
import { answeredAsk, reasonIn } from '#domain/asks/answered.ts';
import { membershipReview } from '#domain/asks/kinds/membership-review.ts';
import type { Behaviour, ShownAsk } from '#functions/asks/behaviour.ts';
import { wholeProposal } from '#functions/asks/pages/whole-proposal.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { packOf } from '#programmes/index.ts';

export const siteVisit: Behaviour<'site-visit'> = {
  facts: ({ proposal }) => ({ positionNeeded: packOf(proposal).verification.siteVisit.position }),
  page: { sections: (shown) => [mistakenDenial(shown), wholeProposal(shown)] },
};

/** A denial of this round that was found to be a mistake, for the verifier who visits the group. */
function mistakenDenial({ ask: { about }, asks }: ShownAsk<'site-visit'>): Piece {
  const review = answeredAsk(asks, membershipReview, { round: about.round });
  return (
    review !== undefined &&
    section(
      { id: 'Penyangkalan keanggotaan, dinilai keliru', en: 'Denial of membership, found to be a mistake' },
      html`<p>${reasonIn(review)}</p>`,
    )
  );
}
