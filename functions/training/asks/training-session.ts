/** The mentor notes who was at a session. */

import { contentOf } from '#domain/proposal/proposal.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';

export const trainingSession: Behaviour<'training-session'> = {
  facts: ({ proposal }) => ({
    members: (contentOf(proposal)?.members ?? []).map(({ number }) => number),
  }),
};
