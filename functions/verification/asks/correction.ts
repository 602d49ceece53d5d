/** The group corrects everything that the checks found. */
import type { Behaviour } from '#functions/asks/behaviour.ts';

export const correction: Behaviour<'correction'> = {
  opening: (proposal) => ({ problems: 'problems' in proposal ? proposal.problems : undefined }),
};
