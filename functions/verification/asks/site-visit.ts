/** A verifier visits the site. */
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { packOf } from '#programmes/index.ts';

export const siteVisit: Behaviour<'site-visit'> = {
  facts: ({ proposal }) => ({ positionNeeded: packOf(proposal).verification.siteVisit.position }),
};
