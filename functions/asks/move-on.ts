/** Moves what a message asked for, when it never reaches who was asked: to another way, or to the administrators. */
import { createHash } from 'node:crypto';
import { readAskId } from '#domain/asks/ask-id.ts';
import { both } from '#domain/text/bilingual.ts';
import { isAnswerable, openMailedAsk } from '#functions/asks/ask-context.ts';
import { addresseeOf, writeAsk } from '#functions/asks/ask-mails.ts';
import {
  type EscalateDeps,
  escalate,
  membersNumbered,
  writeUnreached,
} from '#functions/asks/notify-or-escalate.ts';
import { findSubject } from '#functions/asks/subject.ts';
import { postMessages } from '#functions/notifications/write-message.ts';
import type { AboutAsk } from '#functions/store/messages.ts';
import type { Store } from '#functions/store/store.ts';

export interface MoveDeps extends EscalateDeps {
  store: Store;
}

/** `marked`: the message asked for nothing that is still awaited. `moved`: a message is on its way. */
export type Moved = 'marked' | 'moved' | 'reported';

/** A message that did not reach its recipient. */
export interface Unreached {
  id: string;
  subjectId: string;
  about: AboutAsk | undefined;
  /** Whom it was to reach, as administrators may read it. */
  masked: string;
  /** Whether no way to the person is left to try. */
  isLastWay: boolean;
}

/**
 * Sees to it that what a message asked for does not wait for a person whom it never reached.
 *
 * @param now business time, ISO 8601
 */
export async function moveOn(
  deps: MoveDeps,
  { id, subjectId, about, masked, isLastWay }: Unreached,
  now: string,
): Promise<Moved> {
  const subject = await findSubject(deps.store, subjectId);
  if (subject === undefined) return 'marked';
  if (about === undefined) {
    await postMessages(deps, await writeUnreached(deps, subject, { who: both(masked), now }), now);
    return 'reported';
  }
  const opened = await openMailedAsk(deps.store, about);
  // The person who is asked by now was written to separately.
  if (opened === undefined || !isAnswerable(opened, now) || opened.barred !== undefined) return 'marked';
  const { ask } = opened;
  const to = addresseeOf(subject, ask, opened.person);
  if (to === undefined || ask.status !== 'open') return 'marked';
  const once = createHash('sha256').update(id).digest('hex').slice(0, 16);
  const mail = { template: 'ask' as const, turn: `moved ${once}`, to, now };
  const message = isLastWay ? undefined : await writeAsk(deps, subject, ask, mail);
  await postMessages(deps, message === undefined ? await escalate(deps, subject, ask, mail) : [message], now);
  return message === undefined ? 'reported' : 'moved';
}

/**
 * Reports to the administrators, together, members whom a group's ask never reached and will not.
 *
 * @param groupId of the group's ask
 * @param messages those that were to ask them
 */
export async function reportMembers(
  deps: MoveDeps,
  groupId: string,
  messages: readonly { about?: AboutAsk | undefined }[],
  now: string,
): Promise<void> {
  const subjectId = readAskId(groupId)?.subject.id;
  const subject = subjectId === undefined ? undefined : await findSubject(deps.store, subjectId);
  if (subject === undefined) return;
  const ask = await deps.store.asks.get(subject.id, groupId);
  if (!isAnswerable({ ask, asks: [] }, now)) return;
  const parts = (await deps.store.asks.group(ask)).parts.filter(({ id }) =>
    messages.some(({ about }) => about?.askId === id),
  );
  const numbers = parts.flatMap(({ assignee, status }) =>
    assignee.kind === 'member' && status === 'open' ? [assignee.number] : [],
  );
  if (numbers.length === 0) return;
  await postMessages(
    deps,
    await writeUnreached(deps, subject, { ask, who: membersNumbered(numbers), now }),
    now,
  );
}
