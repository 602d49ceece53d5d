/** Who gets a message about an ask, and what the message says. */

import type { S3Client } from '@aws-sdk/client-s3';
import type { Ask, OpenAsk } from '#domain/asks/ask.ts';
import { documentName, missingDocuments } from '#domain/asks/documents.ts';
import type { Person } from '#domain/people/person.ts';
import { contactOf, contentOf, type Proposal } from '#domain/proposal/proposal.ts';
import type { Bilingual, Language } from '#domain/text/bilingual.ts';
import { behaviourOf, writtenProblems } from '#functions/asks/behaviour.ts';
import { listEvidence } from '#functions/asks/evidence.ts';
import type { AskSubject } from '#functions/asks/subject.ts';
import type { AskFacts } from '#functions/notifications/messages/ask-messages.ts';
import { statusUrl } from '#functions/notifications/status-link.ts';
import { type LinkMaker, type MessageDeps, writeMessage } from '#functions/notifications/write-message.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { linkEnd, linkUrl } from '#functions/web/link.ts';

export interface AskMailDeps extends MessageDeps {
  store: MessageDeps['store'] & Pick<Store, 'asks'>;
  linkBaseUrl: string;
  /** Where the papers of an ask lie, so that a message names those that are still missing; all are, if absent. */
  uploads?: { s3: S3Client; bucket: string };
}

/** What an ask still lacks, in words. */
async function missingPapers(
  { uploads }: Pick<AskMailDeps, 'uploads'>,
  ask: OpenAsk,
): Promise<{ missing?: Bilingual[] }> {
  if (ask.documents.length === 0) return {};
  const found = uploads === undefined ? [] : await listEvidence(uploads.s3, uploads.bucket, ask);
  return {
    missing: missingDocuments(ask.documents, found).map(({ type, count }) => {
      const { id, en } = documentName(type);
      return count === 1 ? { id, en } : { id: `${id} (${count} berkas)`, en: `${en} (${count} files)` };
    }),
  };
}

/** Where a message goes. `personId` for people of the directory: their link answers in their name. */
export interface Addressee {
  email?: string | undefined;
  phone?: string | undefined;
  name: string;
  language: Language;
  personId?: string;
}

export function personAddressee({ id, email, phone, name, language }: Person): Addressee {
  return {
    email,
    phone,
    name,
    language,
    personId: id,
  };
}

/** The group's leader, as far as a way to reach them is known. */
function leaderAddressee(proposal: Proposal): Addressee | undefined {
  const contact = contactOf(proposal);
  return (
    contact && {
      email: contact.email,
      phone: contact.phone,
      name: contact.name ?? 'Ketua kelompok',
      language: contact.language,
    }
  );
}

/** The member whose part of a group ask this is. */
function memberAddressee(proposal: Proposal, part: Ask): Addressee | undefined {
  const { assignee } = part;
  if (assignee.kind !== 'member') return undefined;
  const content = contentOf(proposal);
  const member = content?.members.find(({ number }) => number === assignee.number);
  return (
    member && {
      email: member.email,
      phone: member.phone,
      name: member.name,
      language: content?.contact.language ?? 'id',
    }
  );
}

/** Which mail it is; an escalation names the person who did not answer, a delegation the one who delegated. */
export type MailKind =
  | { template: 'ask' | 'ask-reminder' }
  | { template: 'ask-escalated'; silent: string }
  | { template: 'ask-delegated'; delegator: string };

/**
 * The address of an ask's page, by a personal link of the message's own. Its secret goes into the message and nowhere else.
 *
 * @param personId the person of the directory in whose name it answers; absent for the group's leader and members
 */
export function askUrl(
  { linkBaseUrl }: Pick<AskMailDeps, 'linkBaseUrl'>,
  linkTo: LinkMaker,
  ask: OpenAsk,
  { personId, now }: { personId: string | undefined; now: string },
): string {
  const secret = linkTo({
    to: 'ask',
    askId: ask.id,
    createdAt: now,
    expiresAt: linkEnd(ask.expiresAt),
    ...(personId !== undefined && { personId }),
  });
  return linkUrl(linkBaseUrl, secret);
}

/** The addressee of an ask, as its asking found them: a person of the directory, the leader, or a member. */
export function addresseeOf(
  subject: AskSubject,
  ask: Ask,
  person: Person | undefined,
): Addressee | undefined {
  if (person !== undefined) return personAddressee(person);
  if (subject.of !== 'proposal') return undefined;
  const { proposal } = subject;
  return ask.assignee.kind === 'member' ? memberAddressee(proposal, ask) : leaderAddressee(proposal);
}

/** Whether it is the group's leader who is written to: for the group, or as one of its members. */
function isToLeader(subject: AskSubject, { assignee }: Ask, { personId }: Addressee): boolean {
  return (
    subject.of === 'proposal' &&
    personId === undefined &&
    (assignee.kind === 'leader' ||
      (assignee.kind === 'member' && assignee.number === contentOf(subject.proposal)?.group.leader))
  );
}

/**
 * The message to a person about an ask, with a personal link; undefined where there is no way to them that is known to work.
 * Every message carries a link of its own, because the table keeps
 * only hashes and cannot give an old link back; links of earlier messages keep working.
 *
 * @param turn the ask's turn, or what else makes this occasion its own; each addressee gets one message for it,
 *   however often the function runs
 * @param now when the turn's state was entered: a turn of a redriven execution is another, and mails again
 */
export async function writeAsk(
  deps: AskMailDeps,
  subject: AskSubject,
  ask: OpenAsk,
  { turn, to, now, ...how }: { turn: number | string; to: Addressee; now: string } & MailKind,
): Promise<QueuedMessage | undefined> {
  const behaviour = behaviourOf(ask.kind);
  const facts = async (linkTo: LinkMaker): Promise<AskFacts> => {
    return {
      kind: ask.kind,
      subject: subject.facts,
      name: to.name,
      url: askUrl(deps, linkTo, ask, { personId: to.personId, now }),
      until: ask.expiresAt,
      byReply: deps.canReply && ask.documents.length === 0,
      ...(isToLeader(subject, ask, to) && { statusUrl: statusUrl(deps, linkTo, now) }),
      ...(ask.problems !== undefined && { problems: writtenProblems(ask.kind, ask.problems) }),
      ...(await missingPapers(deps, ask)),
      ...(await behaviour.mail?.facts?.(deps.store, ask)),
    };
  };
  const common = {
    id: `${ask.id}#${turn}#${now}${to.personId === undefined ? '' : `#${to.personId}`}`,
    subjectId: subject.id,
    to,
    about: { askId: ask.id, ...(to.personId !== undefined && { personId: to.personId }) },
    language: to.language,
    now,
  };
  const first =
    how.template === 'ask' && subject.of === 'proposal'
      ? await behaviour.mail?.first?.(deps.store, subject.proposal, to.language)
      : undefined;
  if (first !== undefined)
    return writeMessage(deps, {
      ...common,
      template: first.template,
      facts: async (linkTo) => ({ ...(await facts(linkTo)), ...first.facts }),
    });
  switch (how.template) {
    case 'ask-escalated':
      return writeMessage(deps, {
        ...common,
        template: how.template,
        facts: async (linkTo) => ({ ...(await facts(linkTo)), silent: how.silent }),
      });
    case 'ask-delegated':
      return writeMessage(deps, {
        ...common,
        template: how.template,
        facts: async (linkTo) => ({ ...(await facts(linkTo)), delegator: how.delegator }),
      });
    default:
      return writeMessage(deps, { ...common, template: how.template, facts });
  }
}
