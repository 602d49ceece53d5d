/** The group hands in the muster roll: again with all that was wrong with the one before. */
import { wagesOf } from '#domain/proposal/proposal.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';

export const musterRoll: Behaviour<'muster-roll'> = {
  opening: (proposal) => ({ problems: wagesOf(proposal)?.problems }),
};
