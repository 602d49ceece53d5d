/** Writes of one item, alone or in a transaction: what is asked, and how it is done. */
import type { Charge } from '../capacity.ts';
import { writeCharge } from '../capacity.ts';
import { conditionalCheckFailed, invalidParameters, validation } from '../errors.ts';
import { bindCondition, type Test } from '../expressions/condition.ts';
import type { Path } from '../expressions/path.ts';
import type { Placeholders } from '../expressions/placeholders.ts';
import { bindUpdate } from '../expressions/update.ts';
import type { Position } from '../storage/entries.ts';
import { type StoredItem, storedItem, type Table } from '../storage/table.ts';
import { namesOf } from '../storage/table-schema.ts';
import { attributeOf, type Item, typeOf } from '../values/attribute-value.ts';
import { areEqual } from '../values/compare.ts';
import { itemSize, largestItem } from '../values/size.ts';
import {
  attributesOf,
  type Context,
  commonLimits,
  emptinessOf,
  emptyKeyValue,
  expectKey,
  expectKeySize,
  expectKeyValue,
  expectWithin,
  expressionIn,
  type Input,
  keyIn,
  placeholdersOf,
  tableOf,
} from './request.ts';

export type WriteKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** A write that can be done as soon as its key is found to fit. */
export interface Write {
  readonly table: Table;
  /** Where its item lies. @throws {DynamoDbError} for a key that does not fit the table */
  readonly locate: () => Position;
  readonly condition?: Test;
  /** Whether a refusal shows the item that was met. */
  readonly showsMet: boolean;
  /** What becomes of the item; undefined when it is deleted. Absent where nothing is written. */
  readonly become?: (old: StoredItem | undefined) => StoredItem | undefined;
  /** Paths that an update changes. */
  readonly paths?: readonly Path[];
}

export interface Written {
  readonly old: StoredItem | undefined;
  readonly next: StoredItem | undefined;
  readonly charge: Charge;
}

const legacy: Readonly<Record<WriteKind, readonly string[]>> = {
  Put: ['Expected', 'ConditionalOperator'],
  Update: ['AttributeUpdates', 'Expected', 'ConditionalOperator'],
  Delete: ['Expected', 'ConditionalOperator'],
  ConditionCheck: [],
};

/**
 * Reads a write from a request or from a part of a transaction.
 * @param operation its name, for messages
 * @throws {DynamoDbError} for what is wrong whatever the table holds, but for its key
 */
export function writeOf(context: Context, kind: WriteKind, operation: string, input: Input): Write {
  expectWithin(input, { ...commonLimits, ReturnValuesOnConditionCheckFailure: ['ALL_OLD', 'NONE'] });
  const item = kind === 'Put' ? keyIn(input, 'Item') : undefined;
  const key = item ?? keyIn(input);
  const placeholders = placeholdersOf(
    operation,
    input,
    kind === 'Update' ? ['UpdateExpression', 'ConditionExpression'] : ['ConditionExpression'],
    legacy[kind],
  );
  const text = expressionIn(input, 'ConditionExpression');
  const update = kind === 'Update' ? boundUpdate(input, placeholders) : undefined;
  const condition =
    text === undefined ? undefined : bindCondition('ConditionExpression', text, placeholders).test;
  placeholders.expectAllUsed();
  const table = tableOf(context, input.TableName);
  if (update !== undefined) expectKeyKept(table, update.paths);
  const size = itemSize(key);
  if (item !== undefined && size > largestItem) {
    throw validation('Item size has exceeded the maximum allowed size');
  }
  return {
    table,
    locate: () => {
      if (item === undefined) expectKey(table.schema, key);
      else expectItemKeys(table, item);
      return table.positionOf(key);
    },
    ...(condition === undefined ? {} : { condition }),
    showsMet: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    ...becoming(kind, table, key, size, update),
    ...(update === undefined ? {} : { paths: update.paths }),
  };
}

interface Updating {
  readonly paths: readonly Path[];
  readonly apply: (item: Item) => Item;
  readonly sizeOverhead: number;
}

function boundUpdate(input: Input, placeholders: Placeholders): Updating {
  const text = expressionIn(input, 'UpdateExpression');
  return text === undefined
    ? { paths: [], apply: (item) => item, sizeOverhead: 0 }
    : bindUpdate(text, placeholders);
}

function becoming(
  kind: WriteKind,
  table: Table,
  key: Item,
  size: number,
  update: Updating | undefined,
): Pick<Write, 'become'> {
  if (kind === 'ConditionCheck') return {};
  if (kind === 'Delete') return { become: () => undefined };
  if (update === undefined) return { become: () => storedItem(key, size) };
  return {
    become: (old) => {
      const item = update.apply(old?.item ?? key);
      const next = storedItem(item);
      // The key does not count here, and the update itself does: as measured against the service.
      if (next.size - size + update.sizeOverhead > largestItem) {
        throw validation('Item size to update has exceeded the maximum allowed size');
      }
      expectIndexKeys(table, item, old?.item ?? {});
      return next;
    },
  };
}

/** @throws {DynamoDbError} for an update of an attribute that is in the key */
function expectKeyKept({ schema }: Table, paths: readonly Path[]): void {
  const names = namesOf(schema.key);
  const changed = paths.find(([name]) => typeof name === 'string' && names.includes(name));
  if (changed !== undefined) {
    throw invalidParameters(`Cannot update attribute ${changed[0]}. This attribute is part of the key`);
  }
}

/** Whether an item can lie in the table and its indexes. @throws {DynamoDbError} */
function expectItemKeys(table: Table, item: Item): void {
  const { key } = table.schema;
  for (const attribute of attributesOf(key)) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) throw invalidParameters(`Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type) {
      throw invalidParameters(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    expectKeyValue(attribute, value);
  }
  expectKeySize(key, item);
  expectIndexKeys(table, item);
}

/** @param before the item that is updated: what stays as it is, is not asked */
function expectIndexKeys(table: Table, item: Item, before?: Item): void {
  for (const { name: index, key } of [...table.schema.indexes].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  )) {
    for (const { name, type } of attributesOf(key)) {
      const value = attributeOf(item, name);
      const was = before === undefined ? undefined : attributeOf(before, name);
      if (value === undefined || (was !== undefined && areEqual(was, value))) continue;
      if (typeOf(value) !== type) {
        throw invalidParameters(
          `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index}`,
        );
      }
      const empty = emptinessOf(value);
      if (empty === undefined) continue;
      const reason = `The AttributeValue for a key attribute cannot contain an empty ${empty} value.`;
      throw emptyKeyValue(
        before === undefined
          ? `A value specified for a secondary index key is not supported. ${reason} IndexName: ${index}, IndexKey: ${name}`
          : `The update expression attempted to update a secondary index key to a value that is not supported. ${reason}`,
      );
    }
  }
}

/**
 * Does a write, in a transaction of the database.
 * @throws {DynamoDbError} when the condition does not hold, or the item does not fit the update
 */
export function perform(write: Write, position = write.locate()): Written {
  const { table, condition, become } = write;
  const old = table.read(position);
  if (condition !== undefined && !condition(old?.item ?? {})) {
    throw conditionalCheckFailed(write.showsMet ? old?.item : undefined);
  }
  const next = become === undefined ? old : become(old);
  const changes = become === undefined ? [] : table.write(position, old, next);
  return { old, next, charge: writeCharge(table.schema.name, old?.size, next?.size, changes) };
}
