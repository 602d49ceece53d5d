/** GET of a status link: where the group's proposal stands, for its leader. Changes nothing. */

import { statusPage } from '#functions/console/status-page.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { isSecret } from '#functions/web/link.ts';
import { failurePage, oldLinkPage, unknownLinkPage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'console/show-status',
  async ({ pathParameters: { secret = '' }, now }, { store }) => {
    const link = isSecret(secret) ? await store.messages.link(secret, now) : undefined;
    if (link === 'too-old') return oldLinkPage();
    if (link?.to !== 'status') return unknownLinkPage();
    const { subjectId: proposalId } = link;
    const [proposal, events, asks] = await Promise.all([
      store.proposals.find(proposalId),
      store.audit.list({ proposalId }),
      store.asks.bySubject(proposalId),
    ]);
    return proposal === undefined ? unknownLinkPage() : statusPage({ proposal, events, asks });
  },
  failurePage(),
);
