/**
 * The link to a proposal's status page, which goes into every mail to the group's leader.
 *
 * Each mail has one of its own. One link for the whole proposal could not be written again from the hash that the
 * table keeps; to derive it from a key instead would give that key to every function that writes to leaders, and one
 * link that got into wrong hands could not be ended without ending all. It costs one small item for each mail.
 */

import { contactKey, type Recipient } from '#functions/notifications/recipients.ts';
import type { Change } from '#functions/store/commit.ts';
import { hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import type { Store } from '#functions/store/store.ts';
import { paths, urlOf } from '#functions/web/link.ts';

export interface StatusLinkDeps {
  store: Pick<Store, 'links' | 'commit'>;
  linkBaseUrl: string;
}

/** So long a link shows where the proposal stands: longer than the follow-up of any rule-pack lasts after the last mail. */
const lastsDays = 366;

/** A new link, and what has to be written for it to lead anywhere. @param now ISO 8601 */
export function newStatusLink(
  { store, linkBaseUrl }: { store: Pick<Store, 'links'>; linkBaseUrl: string },
  proposalId: string,
  now: string,
): { url: string; change: Change } {
  const secret = newLinkSecret();
  return {
    url: urlOf(linkBaseUrl, paths.status(secret)),
    change: store.links.create(hashLinkSecret(secret), {
      to: 'status',
      proposalId,
      createdAt: now,
      expiresAt: new Date(Date.parse(now) + lastsDays * 86_400_000).toISOString(),
    }),
  };
}

/**
 * The facts of a message about a proposal; with a link to the status page if it goes to the group's contact.
 *
 * @returns for the contact, what `sendMessage` calls when the message is really sent, so that no link is made for nothing
 */
export function factsFor<Facts extends { proposalId: string }>(
  deps: StatusLinkDeps,
  { key }: Pick<Recipient, 'key'>,
  facts: Facts,
  now: string,
): Facts | (() => Promise<Facts & { statusUrl: string }>) {
  if (key !== contactKey) return facts;
  return async () => {
    const { proposalId } = facts;
    const { url, change } = newStatusLink(deps, proposalId, now);
    await deps.store.commit({ proposalId, now, events: [], changes: [change] });
    return { ...facts, statusUrl: url };
  };
}
