/** TransactWriteItems and TransactGetItems. AWS: "Managing complex workflows with DynamoDB transactions". */
import { hash } from 'node:crypto';
import { listOf, objectOf, textOf } from '../../declared-resource.ts';
import { type Charge, readUnits, transactionFactor } from '../capacity.ts';
import {
  type CancellationReason,
  constraint,
  DynamoDbError,
  notKnown,
  transactionCanceled,
  validation,
} from '../errors.ts';
import type { Position } from '../storage/entries.ts';
import type { StoredItem, Table } from '../storage/table.ts';
import { perform, type Write, type WriteKind, writeOf } from './item-writes.ts';
import { find, locate, readOf, shown } from './read-item.ts';
import {
  type Context,
  commonLimits,
  expectWithin,
  type Input,
  isEmptyKeyValue,
  member,
  type Outcome,
} from './request.ts';

const mostParts = 100;
/** What all items of a transaction may count: bytes. */
const largestTransaction = 4 * 1024 * 1024;

/** The transaction's parts. @throws {DynamoDbError} for none, or too many */
function partsOf(input: Input): readonly Input[] {
  const parts = listOf(input.TransactItems).map(objectOf);
  const must = parts.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${mostParts}`;
  if (parts.length === 0 || parts.length > mostParts) {
    throw constraint(`'${JSON.stringify(parts)}'`, 'transactItems', `have length ${must}`);
  }
  return parts;
}

const none: CancellationReason = { Code: 'None' };

/** Does something for each part. @throws {DynamoDbError} `TransactionCanceledException` with the reasons of all parts */
function eachPart<Part, Done>(parts: readonly Part[], act: (part: Part) => Done): readonly Done[] {
  const done: Done[] = [];
  const reasons = parts.map((part) => {
    try {
      done.push(act(part));
      return none;
    } catch (error) {
      return reasonOf(error);
    }
  });
  if (done.length < parts.length) throw transactionCanceled(reasons);
  return done;
}

/** @throws what is no reason to cancel, but refuses the request as such */
function reasonOf(error: unknown): CancellationReason {
  if (!(error instanceof DynamoDbError) || isEmptyKeyValue(error)) throw error;
  if (error.code === 'ConditionalCheckFailedException') {
    const { Item: met } = error.details;
    return {
      Code: 'ConditionalCheckFailed',
      Message: error.message,
      ...(typeof met === 'object' && met !== null ? { Item: met } : {}),
    };
  }
  if (error.code !== 'ValidationException') throw error;
  return { Code: 'ValidationError', Message: error.message };
}

const kinds: readonly WriteKind[] = ['Put', 'Update', 'Delete', 'ConditionCheck'];

export function transactWriteItems(context: Context, input: Input): Outcome {
  expectWithin(input, commonLimits);
  if (input.ReturnItemCollectionMetrics === 'SIZE') {
    throw notKnown('ReturnItemCollectionMetrics of TransactWriteItems');
  }
  const parts = partsOf(input);
  const token = textOf(input.ClientRequestToken);
  const request = token === undefined ? '' : digestOf(input.TransactItems);
  const done = token === undefined ? undefined : context.database.doneUnder(token, context.now());
  if (done !== undefined) {
    if (done.request !== request) {
      throw new DynamoDbError(
        'IdempotentParameterMismatchException',
        'An error occurred (IdempotentParameterMismatchException)',
      );
    }
    return transactionRead([], done.sizes);
  }
  const writes = parts.map((part) => writeIn(context, part));
  expectOneEach(writes);
  const written = context.database.atomically(() => {
    const each = eachPart(writes, (write) => perform(write));
    expectFitting(each.map(({ old, next }) => next ?? old));
    if (token !== undefined) {
      const sizes = each.map(({ charge, old, next }) => [charge.table, largerOf(old, next)] as const);
      context.database.noteDone(token, { request, sizes }, context.now());
    }
    return each;
  });
  return {
    members: [],
    axis: 'WriteCapacityUnits',
    charges: written.map(({ charge }) => ({ ...charge, units: charge.units * transactionFactor })),
  };
}

/** What a part of the transaction writes. @throws {DynamoDbError} */
function writeIn(context: Context, part: Input): Write {
  const given = kinds.filter((kind) => part[kind] !== undefined && part[kind] !== null);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const input = objectOf(part[kind]);
  if (kind === 'ConditionCheck' && input.ConditionExpression === undefined) {
    throw constraint('null', 'transactItems.1.member.conditionCheck.conditionExpression', 'not be null');
  }
  return writeOf(context, kind, 'TransactWriteItems', input);
}

/** @throws {DynamoDbError} for two parts of one item; keys that do not fit are reported later */
function expectOneEach(parts: readonly { readonly table: Table; readonly locate: () => Position }[]): void {
  const seen = new Set<string>();
  for (const { table, locate } of parts) {
    const position = positionOr(locate);
    if (position === undefined) continue;
    const at = `${table.schema.name} ${Buffer.concat([position.partition, position.place]).toString('latin1')}`;
    if (seen.has(at)) throw validation('Transaction request cannot include multiple operations on one item');
    seen.add(at);
  }
}

function positionOr(locate: () => Position): Position | undefined {
  try {
    return locate();
  } catch (error) {
    reasonOf(error);
    return undefined;
  }
}

/** @throws {DynamoDbError} for items that together are too large */
function expectFitting(items: readonly (StoredItem | undefined)[]): void {
  if (items.reduce((sum, item) => sum + (item?.size ?? 0), 0) > largestTransaction) {
    throw validation(
      'Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit',
    );
  }
}

function largerOf(old: StoredItem | undefined, next: StoredItem | undefined): number {
  return Math.max(old?.size ?? 0, next?.size ?? 0);
}

function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64');
}

export function transactGetItems(context: Context, input: Input): Outcome {
  expectWithin(input, commonLimits);
  const reads = partsOf(input).map((part) => readOf(context, 'TransactGetItems', objectOf(part.Get)));
  expectOneEach(reads.map((read) => ({ table: read.table, locate: () => locate(read) })));
  const found = eachPart(reads, (read) => ({ read, stored: find(read) }));
  expectFitting(found.map(({ stored }) => stored));
  const responses = found.map(({ read, stored }) =>
    stored === undefined ? '{}' : `{${member('Item', shown(stored, read.project))}}`,
  );
  return transactionRead(
    [member('Responses', `[${responses.join()}]`)],
    found.map(({ read, stored }) => [read.table.schema.name, stored?.size ?? 0]),
  );
}

/** @param sizes of the items that are read, by table: bytes */
function transactionRead(members: readonly string[], sizes: readonly (readonly [string, number])[]): Outcome {
  return {
    members,
    axis: 'ReadCapacityUnits',
    charges: sizes.map(
      ([table, size]): Charge => ({ table, units: readUnits(size, true) * transactionFactor }),
    ),
  };
}
