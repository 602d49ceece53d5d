/** The group hands in the muster roll: again with all that was wrong with the one before. */
import type { Behaviour } from '#functions/asks/behaviour.ts';

export const musterRoll: Behaviour<'muster-roll'> = {
  opening: (proposal) => ({ problems: 'wages' in proposal ? proposal.wages?.problems : undefined }),
};
