/**
 * Writes messages: what is to be sent to whom, with the cause, in its transaction where there is one (ADR 0038). Nothing is
 * sent here. `asks/send-messages` does that, which is told after the commit that there is something, and which alone has
 * the rights to.
 *
 * A message has no secret yet: facts have a random word where a link's secret belongs, and the sender draws the secret.
 */
import { randomBytes } from 'node:crypto';
import { mobileNumber } from '#domain/people/phone.ts';
import type { Language } from '#domain/text/language.ts';
import type { TemplateFacts, TemplateName } from '#functions/notifications/messages/templates.ts';
import type { Outgoing, OutgoingLink, Way } from '#functions/notifications/outgoing.ts';
import type { AboutAsk } from '#functions/store/messages.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

/** What is known of the ways by which messages leave, and how their sender is told of them. */
export interface Post {
  /** Whether replies to mails are received. */
  canReply: boolean;
  /** Whether text messages are sent. */
  byText: boolean;
  /**
   * Tells the sender of messages that are written. A nudge that is lost delays them only: the next one, or the sweep,
   * finds them.
   *
   * @param ids as the outbox gave them; none is no nudge
   * @param now business time, ISO 8601
   */
  nudge(ids: readonly string[], now: string): Promise<void>;
}

export interface MessageDeps extends Post {
  store: Pick<Store, 'addresses' | 'commit' | 'outbox'>;
}

/** Where a person can be reached. */
interface Contact {
  email?: string | undefined;
  /** As people write it; only Indonesian mobile numbers are sent to. */
  phone?: string | undefined;
  /** Whether mail is known not to arrive, where the caller has looked it up for many at once; else it is looked up. */
  deadMail?: boolean;
}

export interface MessageRequest<Name extends TemplateName> {
  /** Deterministic: the same occasion has the same id at every retry. */
  id: string;
  /** Of the proposal, or the payment run, that it is about; absent where it is about neither. */
  subjectId?: string;
  /** An e-mail address, or all ways to reach a person. */
  to: string | Contact;
  language: Language;
  template: Name;
  /** What it says; made of links where it has any, which lead somewhere only once the message is sent. */
  facts: TemplateFacts<Name> | ((linkTo: LinkMaker) => Promise<TemplateFacts<Name>>);
  /** The ask that it puts to a person: a reply to it finds the ask by this. */
  about?: AboutAsk;
  /** The Message-ID of the mail that this one answers, if it answers one. */
  answers?: string;
  /** Business time, ISO 8601. */
  now: string;
}

/**
 * Gives a message a link of its own: to an ask or a status page, or a link of the directory's (to sign in, to enrol).
 *
 * @returns what stands for the link's secret; the secret takes its place at the moment of sending, and is in the message
 *   and nowhere else
 */
export type LinkMaker = (link: OutgoingLink) => string;

/** The ways to reach a person that may work, the preferred first. */
async function waysTo({ store, byText }: MessageDeps, to: string | Contact): Promise<Way[]> {
  const { email, phone, deadMail }: Contact = typeof to === 'string' ? { email: to } : to;
  const mobile = byText ? mobileNumber(phone) : undefined;
  const byMail = email !== undefined && !(deadMail ?? (await store.addresses.dead(email)) !== undefined);
  return [
    ...(byMail ? [{ channel: 'email' as const, address: email }] : []),
    ...(mobile === undefined ? [] : [{ channel: 'text' as const, phone: mobile }]),
  ];
}

/**
 * @returns the message, for the transaction of its cause; undefined where there is no way to this person that is known to
 *   work: a caller that asks a person must see to it that another person learns of it
 */
export async function writeMessage<Name extends TemplateName>(
  deps: MessageDeps,
  request: MessageRequest<Name>,
): Promise<QueuedMessage | undefined> {
  const { id, subjectId, about, language, template, answers, now } = request;
  const ways = await waysTo(deps, request.to);
  if (ways.length === 0) return undefined;
  const links: Outgoing['links'] = [];
  const linkTo: LinkMaker = (link) => {
    const placeholder = randomBytes(12).toString('base64url');
    links.push({ placeholder, link });
    return placeholder;
  };
  const facts = typeof request.facts === 'function' ? await request.facts(linkTo) : request.facts;
  const content: Outgoing = {
    ...{ ways, language, facts: { ...facts }, links, since: now },
    ...(answers !== undefined && { answers }),
  };
  return {
    ...{ id, template, content },
    ...(subjectId !== undefined && { subjectId }),
    ...(about !== undefined && { about }),
  };
}

/** Puts messages whose cause has no transaction, or had it before: the put is their cause. Then their sender is told. */
export async function postMessages(
  deps: MessageDeps,
  messages: readonly QueuedMessage[],
  now: string,
): Promise<void> {
  const { ids, changes } = deps.store.outbox.put(messages, now);
  for (const change of changes)
    await deps.store.commit({ journal: 'settings', now, events: [], changes: [change] });
  await deps.nudge(ids, now);
}

/** `posted`: it is written and will be sent. `unreachable`: there is no way to this person that is known to work. */
export type Posting = 'posted' | 'unreachable';

/** Writes one message whose cause has no transaction, and tells its sender. */
export async function postMessage<Name extends TemplateName>(
  deps: MessageDeps,
  request: MessageRequest<Name>,
): Promise<Posting> {
  const message = await writeMessage(deps, request);
  if (message === undefined) return 'unreachable';
  await postMessages(deps, [message], request.now);
  return 'posted';
}
