/**
 * The one way that state changes: a single TransactWriteItems with the entities, whatever must be unique, and the
 * audit events, chained by hash onto the last event of the proposal.
 *
 * The events of a commit are one item, whose key is the number of the first. It is put on the condition that there is
 * none: the next number is the lock on the chain, and nothing else is kept of where it ends. A condition of the caller's
 * that fails is the caller's error, by name. A conflict on the next number is no error of the caller's: two writers to one proposal that change
 * different things both succeed, the later one chained onto the earlier.
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
import { type ChainOf, chainId, chainPartition, type Key, keys } from '#functions/store/keys.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import {
  type Attributes,
  attributesOf,
  type Connection,
  type Consistency,
  conditions,
  lastItem,
  parseRecord,
  putAlone,
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

/** The end of a chain: the number and the hash of its last event. */
export interface AuditHead {
  seq: number;
  hash: string;
}

const storedEventsSchema = z.object({ events: z.array(auditEventSchema).min(1) });

/** The events that one commit recorded. */
export function eventsIn(key: Key, attributes: Attributes): AuditEvent[] {
  return parseRecord(storedEventsSchema, key, attributes).events;
}

/**
 * Where a chain ends, by its last item; for a chain without events, where it begins. An end that is none any more does no
 * harm: what is put under the next number is refused then.
 */
export async function readHead(
  connection: Connection,
  of: ChainOf,
  consistency: Consistency,
): Promise<AuditHead> {
  const last = await lastItem(connection, chainPartition(of), 'AUDIT#', consistency);
  const event = last && eventsIn(last.key, last.attributes).at(-1);
  return event === undefined
    ? { seq: 0, hash: genesisHash(chainId(of)) }
    : { seq: event.seq, hash: event.hash };
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
      request.restsOn ?? (() => readHead(connection, request, attempt === 0 ? 'eventual' : 'strong'));
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
  let { seq, hash } = typeof end === 'function' ? await end() : end;
  const first = keys.auditEvents(chainPartition(of), seq + 1);
  for (const draft of drafts) {
    const event = chain(hash, seq + 1, draft);
    events.push(event);
    seq = event.seq;
    hash = event.hash;
  }
  return { events, writes: [write.put(first, { events }, { condition: conditions.absent })] };
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
