/**
 * The one way that state changes: a single TransactWriteItems with the entities, whatever must be unique, and the
 * audit events, chained by hash onto the last event of the proposal.
 *
 * The events of a commit are one item, whose key is the number of the first. It is put on the condition that there is
 * none: the next number is the lock on the chain, and nothing else is kept of where it ends. A condition of the caller's
 * that fails is the caller's error, by name. A conflict on the next number is no error of the caller's: two writers to one proposal that change
 * different things both succeed, the later one chained onto the earlier.
 * The item carries on where the groups' asks stand, which follows from the events up to it (ADR 0046).
 * A single item is put without a transaction, for which DynamoDB charges twice.
 * Limits: 100 items and 4 MB a transaction
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type GroupStandings, standingsAfter } from '#domain/asks/group-standing.ts';
import {
  type AuditEvent,
  type AuditEventDraft,
  auditEventSchema,
  chain,
  genesisHash,
} from '#domain/proposal/audit.ts';
import type { BankEvent, ProposalEvent, SettingsEvent } from '#domain/proposal/events.ts';
import { backoff } from '#functions/store/backoff.ts';
import { StaleRecord } from '#functions/store/errors.ts';
import { carriedSchema, standingsIn, storedStandings } from '#functions/store/group-standings.ts';
import { type ChainOf, chainId, chainPartition, type Key, keys } from '#functions/store/keys.ts';
import { pack, unpack } from '#functions/store/packed.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import {
  type Attributes,
  attributesOf,
  type Connection,
  type Consistency,
  conditions,
  lastItems,
  parseRecord,
  putAlone,
  queryItemsFrom,
  transactItem,
  type WriteOf,
  write,
} from '#functions/store/table.ts';

/** A write, and what it means when its condition does not hold. */
export interface Change {
  write: WriteOf;
  /** The named error; `met` is the item that was there instead, if there was one. */
  onConflict: (met: Attributes | undefined) => Error;
}

/** The end of a chain: the number and the hash of its last event, and what follows from all events up to it. */
export interface AuditHead {
  seq: number;
  hash: string;
  /** Where the groups' asks stand: counted over the events, and carried on by each commit. */
  groups: GroupStandings;
}

const storedEventsSchema = z.object({ events: z.array(auditEventSchema).min(1) });

/** The events that one commit recorded. */
export function eventsIn(key: Key, attributes: Attributes): AuditEvent[] {
  const stored = attributes.packed === undefined ? attributes : unpack(attributes.packed);
  return parseRecord(storedEventsSchema, key, stored ?? {}).events;
}

/**
 * The longest JSON, in bytes, of events that are stored in clear: with its keys and what it carries on, such an item takes one
 * kilobyte, which is what DynamoDB charges at least. Longer ones, with the hashes of many papers, are packed.
 */
const longestInClear = 700;

function storedEvents(events: readonly AuditEvent[]): object {
  const isShort = Buffer.byteLength(JSON.stringify(events)) <= longestInClear;
  return isShort ? { events } : { packed: pack({ events }) };
}

/**
 * Where a chain ends, by its last item; for a chain without events, where it begins. An end that is none any more does no
 * harm: what is put under the next number is refused then.
 *
 * @param items how many of its last items are read
 * @returns the events of those items, oldest first
 */
export async function readEnd(
  connection: Connection,
  of: ChainOf,
  { consistency, items = 1 }: { consistency: Consistency; items?: number },
): Promise<{ head: AuditHead; events: AuditEvent[] }> {
  const last = await lastItems(connection, chainPartition(of), 'AUDIT#', { consistency, limit: items });
  const events = last.flatMap(({ key, attributes }) => eventsIn(key, attributes));
  const end = last.at(-1);
  const event = events.at(-1);
  if (end === undefined || event === undefined)
    return { head: { seq: 0, hash: genesisHash(chainId(of)), groups: new Map() }, events };
  return {
    head: { seq: event.seq, hash: event.hash, groups: standingsOn(of, end.key, end.attributes) },
    events,
  };
}

/** Where the groups' asks stand after the events of an item of this chain, as the item says. */
export function standingsOn(of: ChainOf, key: Key, attributes: Attributes): GroupStandings {
  return standingsIn(chainId(of), parseRecord(carriedSchema, key, attributes).groups);
}

/** The events of a proposal from the one with this number on, oldest first. */
export async function eventsFrom(
  connection: Connection,
  proposalId: string,
  seq: number,
  consistency: Consistency,
): Promise<AuditEvent[]> {
  const from = keys.auditEvents(chainPartition({ proposalId }), seq);
  const found = await queryItemsFrom(connection, from, 'AUDIT#', consistency);
  return found.flatMap(({ key, attributes }) => eventsIn(key, attributes));
}

/** Whose chain it is, and the events that may stand on it. */
type Recording =
  | { proposalId: string; events: readonly ProposalEvent[] }
  | { journal: 'bank'; events: readonly BankEvent[] }
  | { journal: 'settings'; events: readonly SettingsEvent[] };

/** What is written in one transaction, and what its chain records of it. */
export type Commit = Recording & {
  /** Business time, from the event that caused it; ISO 8601. */
  now: string;
  changes: Change[];
  /**
   * Where the record ended before the caller read what it decides on: nothing is written if anything was recorded since.
   * For what is counted over several records, each of which is changed with an event.
   */
  restsOn?: AuditHead | undefined;
};

/** Another writer has the chain's next number, or is writing one of the items at this instant. */
class NumberTaken extends Error {
  override readonly name = 'NumberTaken';
}

/** Attempts to write before it is reported that the record is too busy. */
const maxAttempts = 25;

/**
 * Writes all of it or nothing.
 *
 * @returns the audit events as recorded, with their sequence numbers and hashes
 * @throws the `onConflict` error of the first change whose condition failed; `StaleRecord` for what rests on an end that
 *   is none any more; `TooMuchContention`
 */
export async function commit(connection: Connection, request: Commit): Promise<AuditEvent[]> {
  const retries = {
    ...{ what: chainPartition(request), rounds: maxAttempts, conflicts: [NumberTaken] },
    between: (attempt: number) => backoff(attempt, connection.pause),
  };
  return retryOnConflict(retries, async (attempt) => {
    const end =
      request.restsOn ??
      (async () =>
        (await readEnd(connection, request, { consistency: attempt === 0 ? 'eventual' : 'strong' })).head);
    const { events, writes } = await chained(request, request.events, end);
    const items = [...request.changes.map((change) => change.write), ...writes];
    try {
      const [only] = items;
      if (only?.kind === 'Put' && items.length === 1) await putAlone(connection, only);
      else
        await connection.client.send(
          new TransactWriteItemsCommand({
            TransactItems: items.map((item) => transactItem(connection.tableName, item)),
          }),
        );
      return events;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        const [own] = request.changes;
        if (own !== undefined) throw own.onConflict(attributesOf(error.Item));
      } else if (error instanceof TransactionCanceledException) {
        const refusal = ownRefusal(error, request.changes);
        if (refusal !== undefined) throw refusal;
        if (!isContention(error)) throw error;
      } else throw error;
      throw request.restsOn === undefined ? new NumberTaken() : new StaleRecord(chainPartition(request));
    }
  });
}

/** The drafts chained onto the end as it is now, and the write that records them only if it still is. */
async function chained(
  of: ChainOf,
  drafts: readonly AuditEventDraft[],
  end: AuditHead | (() => Promise<AuditHead>),
): Promise<{ events: AuditEvent[]; writes: WriteOf[] }> {
  if (drafts.length === 0) return { events: [], writes: [] };
  const events: AuditEvent[] = [];
  const { groups, ...head } = typeof end === 'function' ? await end() : end;
  let { seq, hash } = head;
  const first = keys.auditEvents(chainPartition(of), seq + 1);
  for (const draft of drafts) {
    const event = chain(hash, seq + 1, draft);
    events.push(event);
    seq = event.seq;
    hash = event.hash;
  }
  const carried = storedStandings(chainId(of), standingsAfter(groups, events));
  return {
    events,
    writes: [write.put(first, { ...storedEvents(events), ...carried }, { condition: conditions.absent })],
  };
}

/** The error of the first of the caller's own conditions that failed. Reasons come in the order of the items. */
function ownRefusal(error: TransactionCanceledException, changes: Change[]): Error | undefined {
  const reasons = error.CancellationReasons ?? [];
  for (const [index, change] of changes.entries()) {
    const reason = reasons[index];
    if (reason?.Code === 'ConditionalCheckFailed') return change.onConflict(attributesOf(reason.Item));
  }
  return undefined;
}

/** Lost a race, either for the chain's next number or for an item that another transaction is writing at this instant. */
function isContention(error: TransactionCanceledException) {
  return (error.CancellationReasons ?? []).some(
    ({ Code }) =>
      Code === 'ConditionalCheckFailed' ||
      Code === 'TransactionConflict' ||
      Code === 'ThrottlingError' ||
      Code === 'ProvisionedThroughputExceeded',
  );
}
