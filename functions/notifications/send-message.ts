/**
 * Sends a message that was written, once: the one way by which Jaring reaches people. Only `asks/send-messages` does it.
 *
 * It goes by e-mail, or by text message where there is no address, where mail is known not to arrive, or where the mail
 * service refuses it. The message's id is claimed in the table before, and marked as sent after, so a sender that is told twice
 * sends nothing twice, nor do two that run at once; only a sender that dies between the two sends again, because rather
 * twice than never. What is kept then is the template, the channel, the masked recipient and the service's id, not the content.
 *
 * What the service would not take for now (`refusals.ts`: a rate, a quota, a pause, a fault) waits with its content and is
 * tried again for days by `send-waiting.ts`. No secret of a link is in that content: every
 * attempt draws its own, and all of a message's links work (ADR 0038).
 *
 * All mails about a proposal, or a payment run, are one thread in the reader's mail client: each refers to the same root, an id that is
 * made of that one's, although no mail bears it. SES gives every mail a Message-ID of its own
 * (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html), so the root cannot be the first mail's.
 */
import { randomUUID } from 'node:crypto';
import {
  ConflictException,
  type PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  ValidationException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import {
  BadRequestException,
  MessageRejected,
  type SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import type { Language } from '#domain/text/language.ts';
import { composeMail, type Message } from '#functions/notifications/messages/message.ts';
import { type TemplateName, templates } from '#functions/notifications/messages/templates.ts';
import { composeText } from '#functions/notifications/messages/text-message.ts';
import {
  masked,
  type Outgoing,
  type OutgoingLink,
  outgoingSchema,
  type Way,
} from '#functions/notifications/outgoing.ts';
import { isForNow } from '#functions/notifications/refusals.ts';
import { hashLinkSecret, newLinkSecret } from '#functions/store/links.ts';
import { newMessageSecret, proofOf, replyLabel } from '#functions/store/message-links.ts';
import type { AboutAsk, MessageLink, ProvenLink, WaitingMessage } from '#functions/store/messages.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

/** The services by which messages leave. */
export interface Messenger {
  ses: SESv2Client;
  /** The verified sender's address. */
  sender: string;
  /** The address that replies go to; undefined where none are received. */
  replyTo: string | undefined;
  /** Undefined where no text messages are sent. `from`: the ARN of the sender id, number or pool. */
  texts: { client: PinpointSMSVoiceV2Client; from: string } | undefined;
}

export interface SendingDeps extends Messenger {
  store: Pick<Store, 'messages' | 'links' | 'commit'>;
}

/** What says which message it is, and what about. */
interface Identity {
  id: string;
  subjectId?: string;
  about?: AboutAsk;
}

function identityOf({ id, subjectId, about }: Pick<QueuedMessage, 'id' | 'subjectId' | 'about'>): Identity {
  return { id, ...(subjectId !== undefined && { subjectId }), ...(about !== undefined && { about }) };
}

/**
 * `sent-before`: by another sender, or it waits. `waiting`: a service would not take it for now; it is tried again.
 * `refused`: no service will send to this person or with this content, now or later. `late`: all its links have ended, or it has
 * waited for too many days; it was not tried.
 */
export type Sending = 'sent' | 'sent-before' | 'waiting' | 'refused' | 'late';

/** Whom a message was to reach, as administrators may read it. */
export function recipientOf({ content }: Pick<QueuedMessage, 'content'>): string {
  const [way] = outgoingSchema.parse(content).ways;
  return way === undefined ? '' : masked(way);
}

/**
 * Sends a message that was written and not tried yet.
 *
 * @param now business time, ISO 8601
 * @returns `refused` and `late` for what no retry would change: the caller must see to it that another person learns of it, and
 *   mark it as refused then
 * @throws what is wrong with Jaring itself, such as a right that its role does not have; the message then stays claimed, and
 *   the next try sends it
 */
export async function sendFirst(deps: SendingDeps, queued: QueuedMessage, now: string): Promise<Sending> {
  const { messages } = deps.store;
  const { template } = queued;
  const outgoing = outgoingSchema.parse(queued.content);
  const identity = identityOf(queued);
  const claimId = randomUUID();
  const secrets = drawSecrets(identity, outgoing.links);
  const proven = provenIn(secrets);
  const claim = (way: Way) =>
    messages.claim({
      ...identity,
      ...{ channel: way.channel, template, to: masked(way), claimedAt: now, claimId },
      ...(proven.length > 0 && { links: proven }),
    });
  const [way] = outgoing.ways;
  if (isLate(outgoing, now) && way !== undefined) return (await claim(way)) ? 'late' : 'sent-before';
  return attempt(deps, identity, template, { ...{ outgoing, secrets, claimId, attempts: 1, now }, claim });
}

/** Whether it is of no use any more: all its links have ended, or it was tried for too many days. */
function isLate({ since, links }: Outgoing, now: string): boolean {
  return (
    daysBetween(since, now) >= daysOfAttempts ||
    (links.length > 0 && links.every(({ link }) => link.expiresAt <= now))
  );
}

/**
 * Tries again to send a message that waits.
 *
 * @param now business time, ISO 8601
 * @returns `refused` or `late`, as for `sendFirst`; it waits on until the caller has seen to it
 */
export async function sendAgain(
  deps: SendingDeps,
  { message, content }: WaitingMessage,
  now: string,
): Promise<Sending> {
  const { messages } = deps.store;
  const outgoing = outgoingSchema.parse(content);
  if (isLate(outgoing, now)) return 'late';
  const claimId = randomUUID();
  const identity = identityOf(message);
  const secrets = drawSecrets(identity, outgoing.links);
  const { claimId: held, template, attempts = 1 } = message;
  let claimed = false;
  return attempt(deps, identity, template, {
    ...{ outgoing, secrets, claimId, attempts: attempts + 1, now },
    claim: async () => {
      claimed ||= await messages.claimWaiting({ ...identity, held, claimId, links: provenIn(secrets) });
      return claimed;
    },
  });
}

/** So long a message is tried; who is silent to an ask for that long is reminded anyway. */
const daysOfAttempts = 5;
const msPerHour = 3_600_000;
/** The longest time from one attempt to the next. */
const mostHours = 12;

function daysBetween(from: string, to: string) {
  return (Date.parse(to) - Date.parse(from)) / (24 * msPerHour);
}

/** When a message is tried next, after a number of attempts: in an hour, in two, in four, at last twice a day. */
function nextAttempt(attempts: number, now: string): string {
  const hours = Math.min(2 ** (attempts - 1), mostHours);
  return new Date(Date.parse(now) + hours * msPerHour).toISOString();
}

/** A link of a message with the secret that was drawn for this attempt. */
interface DrawnLink {
  placeholder: string;
  secret: string;
  link: OutgoingLink;
}

function isInMessage(link: OutgoingLink): link is MessageLink {
  return link.to === 'ask' || link.to === 'status';
}

function drawSecrets({ id, subjectId }: Identity, links: Outgoing['links']): DrawnLink[] {
  return links.map(({ placeholder, link }) => {
    if (!isInMessage(link)) return { placeholder, link, secret: newLinkSecret() };
    if (subjectId === undefined)
      throw new TypeError('A message that is about nothing in particular has no such link.');
    return { placeholder, link, secret: newMessageSecret(subjectId, id) };
  });
}

/** The links that the message's own record keeps. */
function provenIn(secrets: readonly DrawnLink[]): ProvenLink[] {
  return secrets.flatMap(({ secret, link }) => (isInMessage(link) ? [{ proof: proofOf(secret), link }] : []));
}

/** Writes the links that no message's record keeps, so that they lead somewhere before the message leaves. */
async function openOtherLinks({ store }: SendingDeps, secrets: readonly DrawnLink[], now: string) {
  const changes = secrets.flatMap(({ secret, link }) =>
    isInMessage(link) ? [] : [store.links.create(hashLinkSecret(secret), link)],
  );
  if (changes.length > 0) await store.commit({ journal: 'settings', now, events: [], changes });
}

/** The facts with secrets in the places that were kept for them. */
function filled(facts: Outgoing['facts'], secrets: readonly DrawnLink[]): Outgoing['facts'] {
  let text = JSON.stringify(facts);
  for (const { placeholder, secret } of secrets) text = text.replaceAll(placeholder, secret);
  return JSON.parse(text);
}

/** One attempt to send: by the first way that takes it, once it is claimed. */
async function attempt(
  deps: SendingDeps,
  identity: Identity,
  template: string,
  how: {
    outgoing: Outgoing;
    secrets: readonly DrawnLink[];
    claimId: string;
    attempts: number;
    now: string;
    claim: (way: Way) => Promise<boolean>;
  },
): Promise<Sending> {
  const { outgoing, secrets, claimId, attempts, now } = how;
  const { language, answers } = outgoing;
  const { messages } = deps.store;
  const message = composed(template, filled(outgoing.facts, secrets));
  const request = { ...identity, language, ...(answers !== undefined && { answers }) };
  let areOpen = false;
  for (const way of outgoing.ways) {
    if (!(await how.claim(way))) return 'sent-before';
    if (!areOpen) await openOtherLinks(deps, secrets, now);
    areOpen = true;
    try {
      const serviceMessageId =
        way.channel === 'email'
          ? await sendMail(deps, way.address, message, request)
          : await sendText(deps.texts, way.phone, composeText(message, language));
      if (serviceMessageId === undefined) continue;
      await messages.sent({ ...identity, sentAt: now, serviceMessageId });
      return 'sent';
    } catch (error) {
      if (!isForNow(error)) throw error;
      const nextAttemptAt = nextAttempt(attempts, now);
      await messages.wait({ ...identity, claimId, attempts, nextAttemptAt, content: outgoing });
      return 'waiting';
    }
  }
  return 'refused';
}

/** The message by its template's name. The map pairs each name with its own facts, which the compiler cannot follow. */
function composed(template: string, facts: object): Message {
  if (!(template in templates)) throw new RangeError(`There is no message “${template}”.`);
  return (templates[template as TemplateName] as (facts: object) => Message)(facts);
}

/** The id that all mails about a subject refer to. @param sender an address of the domain that they come from */
function threadRoot(subjectId: string, sender: string) {
  return `<${subjectId}@${sender.slice(sender.lastIndexOf('@') + 1)}>`;
}

/** The name of the tag by which an event of the mail service says which message it is about. */
const messageTag = 'message';
const subjectTag = 'subject';
/** SES takes 256 characters of letters, digits, `_` and `-`. */
const longestTag = 256;

/**
 * Tags that come back with every event about a mail, so that a bounce finds its message whatever became of the sender.
 * Readers of the mail do not see them.
 */
function tagsOf({ id, subjectId }: { id: string; subjectId?: string }) {
  const message = Buffer.from(id).toString('base64url');
  return message.length > longestTag
    ? []
    : [
        { Name: messageTag, Value: message },
        ...(subjectId === undefined ? [] : [{ Name: subjectTag, Value: subjectId }]),
      ];
}

/** The message that an event's tags name. @param tags as SES gives them: a list of values for each name */
export function messageOfTags(
  tags: Readonly<Record<string, readonly string[] | undefined>>,
): { id: string; subjectId?: string } | undefined {
  const id = tags[messageTag]?.[0];
  const subjectId = tags[subjectTag]?.[0];
  return id === undefined
    ? undefined
    : {
        id: Buffer.from(id, 'base64url').toString('utf8'),
        ...(subjectId !== undefined && { subjectId }),
      };
}

/** Headers that keep a mail in its thread, and inform responders that a machine sent it (RFC 3834, section 5). */
function headersOf(
  sender: string,
  { subjectId, answers }: { subjectId?: string; answers?: string },
): { Name: string; Value: string }[] {
  const root = subjectId === undefined ? [] : [threadRoot(subjectId, sender)];
  const references = [...root, ...(answers === undefined ? [] : [answers])];
  const parent = references.at(-1);
  return [
    { Name: 'Auto-Submitted', Value: answers === undefined ? 'auto-generated' : 'auto-replied' },
    ...(parent === undefined
      ? []
      : [
          { Name: 'In-Reply-To', Value: parent },
          { Name: 'References', Value: references.join(' ') },
        ]),
  ];
}

/** The address for replies; with a label that names the message, where a reply may answer an ask. */
function addressForReplies(
  replyTo: string,
  { id, subjectId, about }: { id: string; subjectId?: string; about?: AboutAsk },
): string {
  if (subjectId === undefined || about === undefined) return replyTo;
  return replyTo.replace('@', `+${replyLabel(subjectId, id)}@`);
}

/** @returns the mail service's id; undefined when it refuses this mail for good */
async function sendMail(
  { ses, sender, replyTo }: Messenger,
  to: string,
  message: Message,
  request: { id: string; subjectId?: string; about?: AboutAsk; answers?: string; language: Language },
): Promise<string | undefined> {
  const mail = composeMail(message, request.language);
  try {
    const { MessageId = '' } = await ses.send(
      new SendEmailCommand({
        FromEmailAddress: sender,
        ...(replyTo !== undefined && { ReplyToAddresses: [addressForReplies(replyTo, request)] }),
        Destination: { ToAddresses: [to] },
        EmailTags: tagsOf(request),
        Content: {
          Simple: {
            Subject: { Data: mail.subject, Charset: 'UTF-8' },
            Body: {
              Html: { Data: mail.html, Charset: 'UTF-8' },
              Text: { Data: mail.text, Charset: 'UTF-8' },
            },
            Headers: headersOf(sender, request),
          },
        },
      }),
    );
    return MessageId;
  } catch (error) {
    if (error instanceof MessageRejected || error instanceof BadRequestException) return undefined;
    throw error;
  }
}

/** @returns the service's id; undefined for a number that it refuses, such as one that opted out */
async function sendText(texts: Messenger['texts'], to: string, text: string): Promise<string | undefined> {
  if (texts === undefined) return undefined;
  try {
    const { MessageId = '' } = await texts.client.send(
      new SendTextMessageCommand({
        DestinationPhoneNumber: to,
        OriginationIdentity: texts.from,
        MessageBody: text,
        MessageType: 'TRANSACTIONAL',
      }),
    );
    return MessageId;
  } catch (error) {
    if (error instanceof ValidationException || error instanceof ConflictException) return undefined;
    throw error;
  }
}
