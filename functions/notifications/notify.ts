/** One message to each of several people. */
import type { TemplateFacts, TemplateName } from '#functions/notifications/messages/templates.ts';
import type { Recipient } from '#functions/notifications/recipients.ts';
import {
  type MessageDeps,
  type MessageRequest,
  postMessages,
  writeMessage,
} from '#functions/notifications/write-message.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';

/** What all of them are notified of. */
export interface Notice<Name extends TemplateName>
  extends Omit<MessageRequest<Name>, 'id' | 'to' | 'language' | 'facts'> {
  /** What the messages' ids begin with, the same at every retry; the recipient's key follows it. */
  idPrefix: string;
  /** What it says; a function of the recipient where it says something else to each, or holds a link. */
  facts: TemplateFacts<Name> | ((to: Recipient) => MessageRequest<Name>['facts']);
}

/** The notice to each of them who can be reached, in their language, with an id of its own: for the transaction of its cause. */
export async function writeNotices<Name extends TemplateName>(
  deps: MessageDeps,
  recipients: Iterable<Recipient>,
  { idPrefix, facts, ...common }: Notice<Name>,
): Promise<QueuedMessage[]> {
  const messages: QueuedMessage[] = [];
  for (const to of recipients) {
    const message = await writeMessage(deps, {
      ...common,
      id: `${idPrefix}${to.key}`,
      to,
      language: to.language,
      facts: typeof facts === 'function' ? facts(to) : facts,
    });
    if (message !== undefined) messages.push(message);
  }
  return messages;
}

/** The same, written by itself; each is sent once, however often it is written. */
export async function notify<Name extends TemplateName>(
  deps: MessageDeps,
  recipients: Iterable<Recipient>,
  notice: Notice<Name>,
): Promise<void> {
  await postMessages(deps, await writeNotices(deps, recipients, notice), notice.now);
}
