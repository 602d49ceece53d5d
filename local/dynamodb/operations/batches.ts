/** BatchGetItem and BatchWriteItem. AWS: the operations in the API reference. */
import { listOf, objectOf } from '../../declared-resource.ts';
import { type Charge, readUnits } from '../capacity.ts';
import { notKnown, validation } from '../errors.ts';
import type { Position } from '../storage/entries.ts';
import { parseItem } from '../values/attribute-value.ts';
import { perform, type Write, writeOf } from './item-writes.ts';
import { find, projectionIn, type Read, shown } from './read-item.ts';
import {
  type Context,
  commonLimits,
  expectKey,
  expectWithin,
  type Input,
  member,
  type Outcome,
  tableOf,
} from './request.ts';

const mostReads = 100;
const mostWrites = 25;
/** What an answer may have: bytes. */
const largestAnswer = 16 * 1024 * 1024;

/** What was left for another call, as the request had it. */
interface Unprocessed {
  readonly request: Input;
  readonly keys: unknown[];
}

export function batchGetItem(context: Context, input: Input): Outcome {
  const tables = requestItems('BatchGetItem', input);
  expectWithin(input, commonLimits);
  const keysOf = (request: unknown): readonly unknown[] => listOf(objectOf(request).Keys);
  for (const [name, request] of tables) {
    if (keysOf(request).length > mostReads) {
      throw validation(
        `1 validation error detected: Value at 'RequestItems.${name}.member.Keys' failed to satisfy constraint: Member must have length less than or equal to ${mostReads}`,
      );
    }
  }
  if (tables.reduce((sum, [, request]) => sum + keysOf(request).length, 0) > mostReads) {
    throw validation('Too many items requested for the BatchGetItem call');
  }
  const reads = tables.map(([name, given]) => {
    const request = objectOf(given);
    return { name, request, reads: readsOf(context, name, request) };
  });
  const charges: Charge[] = [];
  const responses: string[] = [];
  const unprocessed = new Map<string, Unprocessed>();
  let size = 0;
  for (const { name, request, reads: ofTable } of reads) {
    const found: string[] = [];
    for (const { read, key } of ofTable) {
      const stored = size >= largestAnswer ? 'later' : find(read);
      if (stored === 'later' || size + (stored?.size ?? 0) > largestAnswer) {
        const left = unprocessed.get(name) ?? { request, keys: [] };
        left.keys.push(key);
        unprocessed.set(name, left);
        size = largestAnswer;
        continue;
      }
      size += stored?.size ?? 0;
      charges.push({
        table: read.table.schema.name,
        units: readUnits(stored?.size, request.ConsistentRead === true),
      });
      if (stored !== undefined) found.push(shown(stored, read.project));
    }
    responses.push(member(JSON.stringify(name).slice(1, -1), `[${found.join()}]`));
  }
  const left = Object.fromEntries(
    [...unprocessed].map(([name, { request, keys }]) => [name, { ...request, Keys: keys }]),
  );
  return {
    members: [member('Responses', `{${responses.join()}}`), member('UnprocessedKeys', JSON.stringify(left))],
    charges,
  };
}

function readsOf(
  context: Context,
  name: string,
  request: Input,
): readonly { readonly read: Read; readonly key: unknown }[] {
  const project = projectionIn('BatchGetItem', request);
  const table = tableOf(context, name);
  const seen = new Set<string>();
  return listOf(request.Keys).map((given) => {
    const key = parseItem(given);
    expectKey(table.schema, key);
    expectUnseen(seen, table.positionOf(key));
    return { read: { table, key, ...(project === undefined ? {} : { project }) }, key: given };
  });
}

export function batchWriteItem(context: Context, input: Input): Outcome {
  const tables = requestItems('BatchWriteItem', input);
  expectWithin(input, commonLimits);
  if (input.ReturnItemCollectionMetrics === 'SIZE') {
    throw notKnown('ReturnItemCollectionMetrics of BatchWriteItem');
  }
  const count = tables.reduce((sum, [, requests]) => sum + listOf(requests).length, 0);
  if (count > mostWrites) {
    const given = tables.map(([name, requests]) => `${name}=${JSON.stringify(requests)}`).join(', ');
    throw validation(
      `1 validation error detected: Value '{${given}}' at 'requestItems' failed to satisfy constraint: ` +
        `Map value must satisfy constraint: [Member must have length less than or equal to ${mostWrites}, Member must have length greater than or equal to 1]`,
    );
  }
  const writes = tables.flatMap(([name, requests]) => writesOf(context, name, requests));
  const charges = context.database.atomically(() =>
    writes.map(({ write, position }) => perform(write, position).charge),
  );
  return { members: [member('UnprocessedItems', '{}')], charges };
}

function writesOf(
  context: Context,
  name: string,
  requests: unknown,
): readonly { readonly write: Write; readonly position: Position }[] {
  const seen = new Set<string>();
  return listOf(requests).map((given) => {
    const { PutRequest: put, DeleteRequest: deletion, ...others } = objectOf(given);
    if ((put === undefined) === (deletion === undefined) || Object.keys(others).length > 0) {
      throw validation(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    const { Item, Key } = objectOf(put ?? deletion);
    const write = writeOf(context, put === undefined ? 'Delete' : 'Put', 'BatchWriteItem', {
      TableName: name,
      ...(put === undefined ? { Key } : { Item }),
    });
    const position = write.locate();
    expectUnseen(seen, position);
    return { write, position };
  });
}

/** The tables of a request, each with what is asked of it. @throws {DynamoDbError} where there are none */
function requestItems(
  operation: string,
  { RequestItems: tables }: Input,
): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(objectOf(tables));
  if (entries.length === 0) throw validation(`The requestItems parameter is required for ${operation}`);
  return entries;
}

/** @throws {DynamoDbError} for an item that is asked for twice */
function expectUnseen(seen: Set<string>, { partition, place }: Position): void {
  const at = Buffer.concat([partition, place]).toString('latin1');
  if (seen.has(at)) throw validation('Provided list of item keys contains duplicates');
  seen.add(at);
}
