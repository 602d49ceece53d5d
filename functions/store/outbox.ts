/**
 * What is to be sent: the messages of one cause in one item, written with the cause and gone when they have left (ADR 0038).
 *
 * They lie in a partition of their own, by the time of their cause: what is in it was not sent yet. It costs half of what
 * an entry in the index would, and is read without its lag.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { chunk } from '#domain/chunk.ts';
import type { Change } from '#functions/store/commit.ts';
import { type Key, keys } from '#functions/store/keys.ts';
import { type AboutAsk, aboutSchema } from '#functions/store/messages.ts';
import { pack, unpack } from '#functions/store/packed.ts';
import {
  type Attributes,
  type Connection,
  deleteItem,
  getItem,
  queryItemsAfter,
  write,
} from '#functions/store/table.ts';

const queuedMessageSchema = z.object({
  id: z.string(),
  subjectId: z.string().optional(),
  template: z.string(),
  about: aboutSchema.optional(),
  /** What is to be sent, as the messages' own code made it: without any secret. */
  content: z.record(z.string(), z.unknown()),
});

/** A message that was written and not sent yet. */
export interface QueuedMessage {
  /** The same occasion has the same id at every retry. */
  id: string;
  subjectId?: string | undefined;
  template: string;
  about?: AboutAsk | undefined;
  content: object;
}

/** The messages of one cause, or of a part of it. */
export interface QueuedBatch {
  /** By which the sender is told of it: the time of the cause, and a hash of the messages' ids. */
  id: string;
  messages: QueuedMessage[];
}

/** Messages in one item: far below the 400 KB of an item, and below what the sender has time for. */
const perItem = 25;

/** What is looked at in one go, besides what the sender was told of. */
const atOnce = 25;

/** So long after its cause (ms) what is in the outbox was left there by a nudge that was lost. */
const lostAfter = 10 * 60_000;

/** Before this moment, what is in the outbox has lost its nudge. @param now ISO 8601 */
export function leftBefore(now: string): string {
  return new Date(Date.parse(now) - lostAfter).toISOString();
}

/** The items that messages are written in. */
export interface Queueing {
  ids: string[];
  /** One put for each id; each may be written by itself. */
  changes: Change[];
}

function idOf(messages: readonly QueuedMessage[], now: string): string {
  const hash = createHash('sha256');
  for (const { id } of messages) hash.update(`${id}\n`, 'utf8');
  return `${now}#${hash.digest('hex').slice(0, 16)}`;
}

function batchAt({ sk }: Key, attributes: Attributes): QueuedBatch {
  const { messages } = z
    .object({ messages: z.array(queuedMessageSchema) })
    .parse(unpack(attributes.packed), { error: () => `What is queued under ${sk} is no messages.` });
  return { id: sk.slice(keys.queued('').sk.length), messages };
}

export function createOutbox(connection: Connection) {
  const find = async (id: string): Promise<QueuedBatch | undefined> => {
    const key = keys.queued(id);
    const attributes = await getItem(connection, key);
    return attributes && batchAt(key, attributes);
  };

  return {
    /**
     * Writes messages, in the transaction of their cause. A cause that is tried again writes the same items.
     *
     * @param now business time of the cause, ISO 8601
     */
    put: (messages: readonly QueuedMessage[], now: string): Queueing => {
      const batches = chunk(messages, perItem).map((batch) => ({ id: idOf(batch, now), batch }));
      return {
        ids: batches.map(({ id }) => id),
        changes: batches.map(({ id, batch }) => ({
          write: write.put(keys.queued(id), { packed: pack({ messages: batch }) }),
          onConflict: () => new Error(`What is queued under ${id} has no condition that could fail.`),
        })),
      };
    },

    /**
     * What is written under these ids and was not sent yet, and whatever was left lying before a moment, the oldest first: one
     * query, which mostly finds nothing else.
     *
     * @param leftBefore ISO 8601
     */
    toSend: async (ids: readonly string[], leftBefore: string): Promise<QueuedBatch[]> => {
      const { pk, sk } = keys.queued('');
      const { items } = await queryItemsAfter(connection, pk, sk, undefined, atOnce, 'eventual');
      const seen = items.map(({ key, attributes }) => batchAt(key, attributes));
      const named: QueuedBatch[] = [];
      for (const id of ids) {
        const batch = seen.find((each) => each.id === id) ?? (await find(id));
        if (batch !== undefined) named.push(batch);
      }
      return [...named, ...seen.filter(({ id }) => id < leftBefore && !ids.includes(id))];
    },

    /** Takes off what was sent. */
    remove: (id: string): Promise<void> => deleteItem(connection, keys.queued(id)),
  };
}
