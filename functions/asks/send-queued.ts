/**
 * Sends what was written: messages of the outbox, and those that a service would not take before. What no service will take, or what
 * is too late, goes the way of a mail that bounced.
 */
import { groupAskIdOf } from '#domain/asks/ask-id.ts';
import { chunk } from '#domain/chunk.ts';
import { type MoveDeps, moveOn, reportMembers } from '#functions/asks/move-on.ts';
import { type Messenger, recipientOf, sendAgain, sendFirst } from '#functions/notifications/send-message.ts';
import { asError } from '#functions/runtime/errors.ts';
import { leftBefore, type QueuedBatch, type QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

export interface SenderDeps extends Messenger {
  store: Store;
  linkBaseUrl: string;
  logger: { warn(message: string, ...extra: [{ subjectId: string | undefined; error: Error }]): void };
}

/** Messages of one cause that are sent at the same time. */
const atOnce = 5;
/** Some messages could not be dealt with; the retry sends those and no others. */
class MessagesUnsent extends Error {
  override readonly name = 'MessagesUnsent';
  constructor(count: number, last: Error) {
    super(`${count} messages could not be sent`, { cause: last });
  }
}

/** What becomes of messages that the sender writes itself: it sends them, and nothing else in between. */
export function ownPost(deps: SenderDeps): MoveDeps {
  const { store, linkBaseUrl, replyTo, texts } = deps;
  return {
    ...{ store, linkBaseUrl, canReply: replyTo !== undefined, byText: texts !== undefined },
    nudge: async (ids, now) => sendBatches(deps, await store.outbox.toSend(ids, ''), now),
  };
}

/**
 * Sends what was written under these ids, and whatever a lost nudge has left. What was sent before is not sent again, nor what another
 * sender is sending.
 *
 * @param now business time, ISO 8601
 * @throws `MessagesUnsent` after everything was tried; what could not be sent stays
 */
export async function sendQueued(deps: SenderDeps, ids: readonly string[], now: string): Promise<void> {
  if (ids.length > 0) await sendBatches(deps, await deps.store.outbox.toSend(ids, leftBefore(now)), now);
}

async function sendBatches(deps: SenderDeps, batches: readonly QueuedBatch[], now: string): Promise<void> {
  const failures: Error[] = [];
  for (const { id, messages } of batches) {
    const before = failures.length;
    // One message that cannot be sent must not keep the others waiting.
    const failed = (error: unknown): GivenUp[] => {
      failures.push(asError(error));
      return [];
    };
    const givenUp: GivenUp[] = [];
    for (const group of chunk(messages, atOnce)) {
      const each = await Promise.all(group.map((message) => sendOne(deps, message, now).catch(failed)));
      givenUp.push(...each.flat());
    }
    await giveUpAll(deps, givenUp, now).catch(failed);
    if (failures.length === before) await deps.store.outbox.remove(id);
  }
  const last = failures.at(-1);
  if (last !== undefined) throw new MessagesUnsent(failures.length, last);
}

/** What became of a message that will never be sent. */
interface GivenUp {
  message: QueuedMessage;
  /** Whether no way to the person is left to try. */
  isLastWay: boolean;
}

async function sendOne(deps: SenderDeps, message: QueuedMessage, now: string): Promise<GivenUp[]> {
  const sending = await sendFirst(deps, message, now);
  return sending === 'refused' || sending === 'late' ? [{ message, isLastWay: sending === 'refused' }] : [];
}

/** The members of a group who cannot be reached are reported together. */
async function giveUpAll(deps: SenderDeps, givenUp: readonly GivenUp[], now: string): Promise<void> {
  const members = new Map<string, QueuedMessage[]>();
  for (const { message, isLastWay } of givenUp) {
    const group = isLastWay && message.about !== undefined ? groupAskIdOf(message.about.askId) : undefined;
    if (group === undefined) await giveUp(deps, message, { masked: recipientOf(message), isLastWay }, now);
    else members.set(group, [...(members.get(group) ?? []), message]);
  }
  for (const [group, messages] of members) {
    await reportMembers(ownPost(deps), group, messages, now);
    for (const message of messages) await deps.store.messages.refused(message);
  }
}

/** Others are written to in the place of who cannot be reached; only then is the message marked. */
async function giveUp(
  deps: SenderDeps,
  { id, subjectId, about }: Pick<QueuedMessage, 'id' | 'subjectId' | 'about'>,
  how: { masked: string; isLastWay: boolean },
  now: string,
): Promise<void> {
  if (subjectId !== undefined) await moveOn(ownPost(deps), { id, subjectId, about, ...how }, now);
  await deps.store.messages.refused({ id, subjectId });
}

/** The maximum in one sweep; what is left is the next sweep's. */
const perSweep = 500;
/** After this number in a row that wait again, the service is left alone until the next sweep. */
const patience = 5;

/** How many messages were sent, wait on, will never be sent, and could not be dealt with. */
export interface Swept {
  sent: number;
  waiting: number;
  refused: number;
  failed: number;
}

/** Sends what a service would not take before and is due again, oldest first. @param now business time, ISO 8601 */
export async function sendWaiting(deps: SenderDeps, now: string): Promise<Swept> {
  const swept: Swept = { sent: 0, waiting: 0, refused: 0, failed: 0 };
  const { messages } = deps.store;
  let inARow = 0;
  for (const each of await messages.due(now, perSweep)) {
    const { subjectId, to: masked } = each.message;
    try {
      const sending = await sendAgain(deps, each, now);
      inARow = sending === 'waiting' ? inARow + 1 : 0;
      if (sending === 'waiting') swept.waiting += 1;
      else if (sending === 'refused' || sending === 'late') {
        await giveUp(deps, each.message, { masked, isLastWay: sending === 'refused' }, now);
        swept.refused += 1;
      } else swept.sent += 1;
    } catch (error) {
      // One message that cannot be dealt with must not keep the others waiting.
      swept.failed += 1;
      deps.logger.warn('A message that waits could not be sent.', { subjectId, error: asError(error) });
    }
    if (inARow >= patience) break;
  }
  return swept;
}
