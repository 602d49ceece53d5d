/**
 * The one way that state changes: a single TransactWriteItems with the entities, whatever must be unique, and the
 * audit events, chained by hash onto the head of the proposal's chain.
 *
 * A condition of the caller's that fails is the caller's error, by name. The head is nobody's: two writers to one
 * proposal that change different things both succeed, the later one chained onto the earlier.
 * A single item is put without a transaction, for which DynamoDB charges twice.
 * Limits: 100 items and 4 MB a transaction
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type AuditEvent, type AuditEventDraft, chain, genesisHash } from '#domain/proposal/audit.ts';
import { backoff } from '#functions/store/backoff.ts';
import { TooMuchContention } from '#functions/store/errors.ts';
import { type ChainOf, chainId, chainPartition, keys } from '#functions/store/keys.ts';
import {
  type Attributes,
  attributesOf,
  type Connection,
  conditions,
  getItem,
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

/** The head as its item has it; undefined for a chain without events. */
export function headOf(attributes: Attributes | undefined): AuditHead | undefined {
  return attributes && { seq: Number(attributes.seq), hash: String(attributes.hash) };
}

/** What is written in one transaction, and whose chain its events are on. */
export type Commit = ChainOf & {
  /** Business time, from the event that caused it; ISO 8601. */
  now: string;
  events: AuditEventDraft[];
  changes: Change[];
  /** The chain's end as the caller has just read it; it is read anew only when somebody was faster. */
  head?: AuditHead | undefined;
};

/** Attempts to write before the caller is told that the record is too busy. */
const maxAttempts = 25;

/**
 * Writes all of it or nothing.
 *
 * @returns the audit events as recorded, with their sequence numbers and hashes
 * @throws the `onConflict` error of the first change whose condition failed; `TooMuchContention`
 */
export async function commit(connection: Connection, request: Commit): Promise<AuditEvent[]> {
  const partition = chainPartition(request);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const known = attempt === 0 ? request.head : undefined;
    const { events, writes } = await chained(connection, request, request.events, known);
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
      if (error instanceof ConditionalCheckFailedException)
        throw request.changes[0]?.onConflict(attributesOf(error.Item)) ?? error;
      if (!(error instanceof TransactionCanceledException)) throw error;
      const refusal = ownRefusal(error, request.changes);
      if (refusal !== undefined) throw refusal;
      if (!isContention(error)) throw error;
    }
    await backoff(attempt, connection.pause);
  }
  throw new TooMuchContention(partition, maxAttempts);
}

/** The drafts chained onto the head as it is now, and the writes that record them only if it still is. */
async function chained(
  connection: Connection,
  of: ChainOf,
  drafts: AuditEventDraft[],
  known: AuditHead | undefined,
) {
  if (drafts.length === 0) return { events: [], writes: [] };
  const partition = chainPartition(of);
  const headKey = keys.auditHead(partition);
  const head = known ?? headOf(await getItem(connection, headKey));
  const events: AuditEvent[] = [];
  let { seq, hash } = head ?? { seq: 0, hash: genesisHash(chainId(of)) };
  for (const draft of drafts) {
    const event = chain(hash, seq + 1, draft);
    events.push(event);
    seq = event.seq;
    hash = event.hash;
  }
  return {
    events,
    writes: [
      ...events.map((event) =>
        write.put(keys.auditEvent(partition, event.seq), event, { condition: conditions.absent }),
      ),
      write.put(
        headKey,
        { seq, hash },
        {
          condition:
            head === undefined
              ? conditions.absent
              : { text: '#seq = :seen', names: { '#seq': 'seq' }, values: { ':seen': head.seq } },
        },
      ),
    ],
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

/** Lost a race, either for the chain's head or for an item that another transaction is writing at this instant. */
function isContention(error: TransactionCanceledException) {
  return (error.CancellationReasons ?? []).some(
    ({ Code }) =>
      Code === 'ConditionalCheckFailed' ||
      Code === 'TransactionConflict' ||
      Code === 'ThrottlingError' ||
      Code === 'ProvisionedThroughputExceeded',
  );
}
