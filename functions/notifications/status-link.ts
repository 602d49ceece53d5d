/**
 * The link to a proposal's status page, which goes into every mail to the group's leader.
 *
 * Each mail has one of its own, in the record of the mail. One link for the whole proposal could not be written again from
 * the hash that the table keeps; to derive it from a key instead would give that key to every function that writes to
 * leaders, and one link that got into wrong hands could not be ended without ending all.
 */

import { contactKey, type Recipient } from '#functions/notifications/recipients.ts';
import type { LinkMaker } from '#functions/notifications/write-message.ts';
import { paths, urlOf } from '#functions/web/link.ts';

export interface StatusLinkDeps {
  linkBaseUrl: string;
}

/** So long a link shows where the proposal stands: longer than the follow-up of any rule-pack lasts after the last mail. */
const lastsDays = 366;

/** The address of the status page, by a link of the message's own. @param now ISO 8601 */
export function statusUrl({ linkBaseUrl }: StatusLinkDeps, linkTo: LinkMaker, now: string): string {
  const expiresAt = new Date(Date.parse(now) + lastsDays * 86_400_000).toISOString();
  return urlOf(linkBaseUrl, paths.status(linkTo({ to: 'status', createdAt: now, expiresAt })));
}

/** The facts of a message about a proposal; with a link to the status page if it goes to the group's contact. */
export function factsFor<Facts extends { proposalId: string }>(
  deps: StatusLinkDeps,
  { key }: Pick<Recipient, 'key'>,
  facts: Facts,
  now: string,
): Facts | ((linkTo: LinkMaker) => Promise<Facts & { statusUrl: string }>) {
  if (key !== contactKey) return facts;
  return async (linkTo) => ({ ...facts, statusUrl: statusUrl(deps, linkTo, now) });
}
