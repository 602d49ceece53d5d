/** Who gets a mail about an ask, and what the mail says. */
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Ask, OpenAsk } from '#domain/ask.ts';
import type { Person } from '#domain/person.ts';
import { contactOf, type Proposal } from '#domain/proposal.ts';
import { linkEnd, linkUrl } from '#functions/people/link.ts';
import type { AskFacts } from '#functions/people/messages/ask-messages.ts';
import { contentOf } from '#functions/people/new-ask.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { type Language, writtenProblem } from '#functions/people/words.ts';
import { groupNameOf } from '#functions/shared/recipients.ts';
import { hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import type { Store } from '#functions/store/store.ts';

export interface AskMailDeps {
  store: Pick<Store, 'messages' | 'links' | 'commit'>;
  ses: SESv2Client;
  sender: string;
  linkBaseUrl: string;
}

/** Where a mail goes. `personId` for people of the directory: their link answers in their name. */
export interface Addressee {
  email: string;
  name: string;
  language: Language;
  personId?: string;
}

export const personAddressee = ({ id, email, name, language }: Person): Addressee => ({
  email,
  name,
  language,
  personId: id,
});

/** The group's leader, as far as anybody knows how to reach them. */
export const leaderAddressee = (proposal: Proposal): Addressee | undefined => {
  const contact = contactOf(proposal);
  return (
    contact && { email: contact.email, name: contact.name ?? 'Ketua kelompok', language: contact.language }
  );
};

/** The member whose part of a group ask this is. */
export const memberAddressee = (proposal: Proposal, part: Ask): Addressee | undefined => {
  const { assignee } = part;
  if (assignee.kind !== 'member') return undefined;
  const content = contentOf(proposal);
  const member = content?.members.find(({ number }) => number === assignee.number);
  return member?.email === undefined
    ? undefined
    : { email: member.email, name: member.name, language: content?.contact.language ?? 'id' };
};

/** Which mail it is; an escalation names the person who did not answer. */
export type MailKind = { template: 'ask' | 'ask-reminder' } | { template: 'ask-escalated'; silent: string };

/**
 * Mails a person about an ask, with a personal link. Every mail carries a link of its own, because the table keeps
 * only hashes and cannot give an old link back; links of earlier mails keep working.
 *
 * @param turn the ask's turn; a turn mails each addressee once, however often the function runs
 * @param now when the turn's state was entered: a turn of a redriven execution is another, and mails again
 */
export const mailAsk = async (
  deps: AskMailDeps,
  proposal: Proposal,
  ask: OpenAsk,
  { turn, to, now, ...how }: { turn: number; to: Addressee; now: string } & MailKind,
): Promise<void> => {
  const facts = async (): Promise<AskFacts> => {
    const secret = newLinkSecret();
    await deps.store.commit({
      proposalId: proposal.id,
      now,
      events: [],
      changes: [
        deps.store.links.create(hashLinkSecret(secret), {
          to: 'ask',
          proposalId: proposal.id,
          askId: ask.id,
          createdAt: now,
          expiresAt: linkEnd(ask.expiresAt),
          ...(to.personId !== undefined && { personId: to.personId }),
        }),
      ],
    });
    return {
      kind: ask.kind,
      proposalId: proposal.id,
      groupName: groupNameOf(proposal),
      name: to.name,
      url: linkUrl(deps.linkBaseUrl, secret),
      until: ask.expiresAt,
      ...(ask.problems !== undefined && { problems: ask.problems.map(writtenProblem) }),
    };
  };
  const common = {
    id: `${ask.id}#${turn}#${now}${to.personId === undefined ? '' : `#${to.personId}`}`,
    proposalId: proposal.id,
    to: to.email,
    language: to.language,
    now,
  };
  if (how.template !== 'ask-escalated')
    return void (await sendMessage(deps, { ...common, template: how.template, facts }));
  const { silent } = how;
  await sendMessage(deps, {
    ...common,
    template: 'ask-escalated',
    facts: async () => ({ ...(await facts()), silent }),
  });
};
