/**
 * Sends a mail, once: the one way by which Jaring writes to people.
 *
 * The message's id is claimed in the table before, and marked as sent after, so a retried function sends nothing
 * twice; only a sender that dies between the two sends again, because rather twice than never. What is kept is the
 * template, the masked recipient and the mail service's id, never the content: it may hold a personal link.
 */
import {
  BadRequestException,
  MessageRejected,
  type SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { composeMail, type Mail, type Message } from '#functions/people/messages/message.ts';
import { type TemplateFacts, type TemplateName, templates } from '#functions/people/messages/templates.ts';
import type { Language } from '#functions/people/words.ts';
import type { Store } from '#functions/store/store.ts';

export interface MessageDeps {
  store: Pick<Store, 'messages'>;
  ses: SESv2Client;
  /** The verified sender's address. */
  sender: string;
}

export interface MessageRequest<Name extends TemplateName> {
  /** Deterministic: the same occasion has the same id, whoever retries. */
  id: string;
  proposalId?: string;
  /** E-mail address. */
  to: string;
  language: Language;
  template: Name;
  /** Made only when the message is really sent, so that a personal link is not made for nothing. */
  facts: TemplateFacts<Name> | (() => Promise<TemplateFacts<Name>>);
  /** Business time, ISO 8601. */
  now: string;
}

/** An address as the record shows it: enough to recognise, not enough to write to. */
export const maskAddress = (address: string) => {
  const [local = '', domain = ''] = address.split('@');
  return `${local.slice(0, 1)}•••@${domain}`;
};

/** `refused`: the mail service will not send to this address or with this content, now or later. */
export type Sending = 'sent' | 'sent-before' | 'refused';

/**
 * @returns `refused` for what no retry would change, so that one bad address keeps nobody else waiting; the ask's own
 *   deadline covers it
 * @throws the mail service's other errors; the message then stays claimed and the retry sends it
 */
export const sendMessage = async <Name extends TemplateName>(
  { store, ses, sender }: MessageDeps,
  request: MessageRequest<Name>,
): Promise<Sending> => {
  const { id, proposalId, to, language, template, now } = request;
  const ofProposal = proposalId === undefined ? {} : { proposalId };
  if (!(await store.messages.claim({ id, ...ofProposal, template, to: maskAddress(to), claimedAt: now })))
    return 'sent-before';
  const facts = typeof request.facts === 'function' ? await request.facts() : request.facts;
  // The map pairs each name with its own facts, which the compiler cannot follow through a type parameter.
  const compose = templates[template] as (facts: TemplateFacts<Name>) => Message;
  const serviceMessageId = await deliver(ses, sender, to, composeMail(compose(facts), language));
  if (serviceMessageId === undefined) return 'refused';
  await store.messages.sent({ id, ...ofProposal, sentAt: now, serviceMessageId });
  return 'sent';
};

/** @returns the mail service's id; undefined when it refuses this mail for good */
const deliver = async (
  ses: SESv2Client,
  from: string,
  to: string,
  mail: Mail,
): Promise<string | undefined> => {
  try {
    const { MessageId = '' } = await ses.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: mail.subject, Charset: 'UTF-8' },
            Body: {
              Html: { Data: mail.html, Charset: 'UTF-8' },
              Text: { Data: mail.text, Charset: 'UTF-8' },
            },
          },
        },
      }),
    );
    return MessageId;
  } catch (error) {
    if (error instanceof MessageRejected || error instanceof BadRequestException) return undefined;
    throw error;
  }
};
