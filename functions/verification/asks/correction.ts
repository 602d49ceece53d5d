/** The group corrects everything that the checks found. */
import { problemsOf } from '#domain/proposal/proposal.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';

export const correction: Behaviour<'correction'> = {
  opening: (proposal) => ({ problems: problemsOf(proposal) }),
};
