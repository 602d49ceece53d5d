/** GetItem, and what BatchGetItem and TransactGetItems share with it. AWS: "GetItem" in the API reference. */
import { readUnits } from '../capacity.ts';
import { bindProjection, type Projection } from '../expressions/projection.ts';
import type { Position } from '../storage/entries.ts';
import type { StoredItem, Table } from '../storage/table.ts';
import type { Item } from '../values/attribute-value.ts';
import {
  type Context,
  commonLimits,
  expectKey,
  expectWithin,
  expressionIn,
  type Input,
  keyIn,
  member,
  type Outcome,
  placeholdersOf,
  tableName,
  tableOf,
} from './request.ts';

/** A read of one item. */
export interface Read {
  readonly table: Table;
  readonly key: Item;
  readonly project?: Projection;
}

/** The wanted part of what is read, if the request has a projection. @throws {DynamoDbError} */
export function projectionIn(operation: string, input: Input): Projection | undefined {
  const placeholders = placeholdersOf(operation, input, ['ProjectionExpression'], ['AttributesToGet']);
  const text = expressionIn(input, 'ProjectionExpression');
  const project = text === undefined ? undefined : bindProjection(text, placeholders).project;
  placeholders.expectAllUsed();
  return project;
}

/** Reads what is asked; that the key fits is yet to be seen. @throws {DynamoDbError} */
export function readOf(context: Context, operation: string, input: Input): Read {
  const key = keyIn(input);
  const project = projectionIn(operation, input);
  return { table: tableOf(context, input.TableName), key, ...(project === undefined ? {} : { project }) };
}

/** Where the item lies. @throws {DynamoDbError} for a key that does not fit the table */
export function locate({ table, key }: Read): Position {
  expectKey(table.schema, key);
  return table.positionOf(key);
}

/** @throws {DynamoDbError} for a key that does not fit the table */
export function find(read: Read): StoredItem | undefined {
  return read.table.read(locate(read));
}

/** The item as the caller wants it, as JSON. */
export function shown(stored: StoredItem, project: Projection | undefined): string {
  return project === undefined ? stored.text : JSON.stringify(project(stored.item));
}

export function getItem(context: Context, input: Input): Outcome {
  tableName(input.TableName);
  expectWithin(input, commonLimits);
  const read = readOf(context, 'GetItem', input);
  const found = find(read);
  return {
    members: found === undefined ? [] : [member('Item', shown(found, read.project))],
    charges: [
      { table: read.table.schema.name, units: readUnits(found?.size, input.ConsistentRead === true) },
    ],
  };
}
