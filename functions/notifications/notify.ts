/** One message to each of several people. */
import type { TemplateFacts, TemplateName } from '#functions/notifications/messages/templates.ts';
import type { Recipient } from '#functions/notifications/recipients.ts';
import { type MessageDeps, type MessageRequest, sendMessage } from '#functions/notifications/send-message.ts';

/** What all of them are notified of. */
export interface Notice<Name extends TemplateName>
  extends Omit<MessageRequest<Name>, 'id' | 'to' | 'language' | 'facts'> {
  /** What the messages' ids begin with, the same at every retry; the recipient's key follows it. */
  idPrefix: string;
  /** What it says; a function of the recipient where it says something else to each, or holds a link. */
  facts: TemplateFacts<Name> | ((to: Recipient) => MessageRequest<Name>['facts']);
}

/** Sends the notice to each of them, in their language, once: one message after the other, with an id of its own. */
export async function notify<Name extends TemplateName>(
  deps: MessageDeps,
  recipients: Iterable<Recipient>,
  { idPrefix, facts, ...common }: Notice<Name>,
): Promise<void> {
  for (const to of recipients)
    await sendMessage(deps, {
      ...common,
      id: `${idPrefix}${to.key}`,
      to,
      language: to.language,
      facts: typeof facts === 'function' ? facts(to) : facts,
    });
}
