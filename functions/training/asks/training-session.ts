/** The mentor notes who was at a session. */

import { contentOf } from '#domain/proposal/proposal.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { inBoth } from '#functions/web/page.ts';

export const trainingSession: Behaviour<'training-session'> = {
  page: {
    facts({ pack, ask }) {
      const topic = pack.training.sessions[ask.about.session - 1]?.topic;
      return [[{ id: 'Materi', en: 'Topic' }, topic && inBoth(topic)]];
    },
  },
  facts: ({ proposal }) => ({
    members: (contentOf(proposal)?.members ?? []).map(({ number }) => number),
  }),
};
