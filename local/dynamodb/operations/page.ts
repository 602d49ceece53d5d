/** What Query and Scan share: which attributes are wanted, and reading entries page by page. */
import { type Charge, readUnits } from '../capacity.ts';
import { invalidParameters, validation } from '../errors.ts';
import { type BoundCondition, bindCondition } from '../expressions/condition.ts';
import type { Placeholders } from '../expressions/placeholders.ts';
import { type BoundProjection, bindProjection } from '../expressions/projection.ts';
import type { Entry, Position } from '../storage/entries.ts';
import { type Index, StoredItem, type Table } from '../storage/table.ts';
import { positionNames } from '../storage/table-schema.ts';
import { attributeOf, type Item, itemOf, parseItem, typeOf } from '../values/attribute-value.ts';
import {
  attributesOf,
  type Context,
  capacityModes,
  expectKeyValue,
  expectWithin,
  expressionIn,
  type Input,
  member,
  noMatch,
  type Outcome,
  tableName,
  tableOf,
} from './request.ts';

/** What a page may read: bytes, as items count. */
const largestPage = 1024 * 1024;

/** A reading of many items. */
export interface Reading {
  readonly table: Table;
  readonly index?: Index;
  readonly isConsistent: boolean;
  readonly countsOnly: boolean;
  /** Whether the rest of an item is read from the table. */
  readonly fetches: boolean;
  readonly filter?: BoundCondition;
  readonly projection?: BoundProjection;
  readonly limit: number;
}

const selects = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'];

/** @throws {DynamoDbError} for values that a parameter does not take */
export function expectPage(input: Input): void {
  tableName(input.TableName);
  expectWithin(input, { ReturnConsumedCapacity: capacityModes, Select: selects });
}

/** The filter and the projection of a request. @throws {DynamoDbError} */
export function wantedIn(input: Input, placeholders: Placeholders): Pick<Reading, 'filter' | 'projection'> {
  const [filter, projection] = [
    expressionIn(input, 'FilterExpression'),
    expressionIn(input, 'ProjectionExpression'),
  ];
  const { Select: select } = input;
  const wanted = {
    ...(filter === undefined ? {} : { filter: bindCondition('FilterExpression', filter, placeholders) }),
    ...(projection === undefined ? {} : { projection: bindProjection(projection, placeholders) }),
  };
  if (select === 'SPECIFIC_ATTRIBUTES' && projection === undefined) {
    throw validation(
      '1 validation error detected: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (projection !== undefined && typeof select === 'string' && select !== 'SPECIFIC_ATTRIBUTES') {
    throw validation(
      `Cannot specify the ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`,
    );
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && typeof input.IndexName !== 'string') {
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  return wanted;
}

/** @throws {DynamoDbError} for an index that is not there, or that has not what is wanted */
export function readingOf(
  context: Context,
  input: Input,
  wanted: Pick<Reading, 'filter' | 'projection'>,
): Reading {
  const table = tableOf(context, input.TableName);
  const index = indexIn(input, table);
  const isConsistent = input.ConsistentRead === true;
  if (index?.schema.isGlobal && isConsistent) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  return {
    table,
    ...(index === undefined ? {} : { index }),
    isConsistent,
    countsOnly: input.Select === 'COUNT',
    fetches: index !== undefined && wantsMore(index, input.Select === 'ALL_ATTRIBUTES', wanted),
    ...wanted,
    limit: typeof input.Limit === 'number' ? input.Limit : Number.POSITIVE_INFINITY,
  };
}

function indexIn(input: Input, table: Table): Index | undefined {
  const { IndexName: name } = input;
  if (name === undefined || name === null) return undefined;
  const index = table.indexes.find(({ schema }) => schema.name === name);
  if (index === undefined) throw validation(`The table does not have the specified index: ${String(name)}`);
  return index;
}

/** Whether attributes are wanted that the index has not: of a global one they are not to be had. */
function wantsMore(
  { schema: { name, isGlobal, projected } }: Index,
  wantsAll: boolean,
  { filter, projection }: Pick<Reading, 'filter' | 'projection'>,
): boolean {
  if (projected === undefined) return false;
  const missing = (attributes: ReadonlySet<string> = new Set()): readonly string[] =>
    [...attributes].filter((attribute) => !projected.has(attribute));
  const [inProjection, inFilter] = [missing(projection?.attributes), missing(filter?.attributes)];
  if (isGlobal && wantsAll) {
    throw invalidParameters(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
    );
  }
  if (isGlobal && inProjection.length > 0) {
    throw invalidParameters(`Global secondary index ${name} does not project [${inProjection.join(', ')}]`);
  }
  if (isGlobal && inFilter.length > 0) {
    throw invalidParameters(
      `Global secondary index ${name} does not project one or more filter attributes: [${inFilter.join(', ')}]`,
    );
  }
  return wantsAll || inProjection.length + inFilter.length > 0;
}

/** Where an earlier page ended, if the request continues after one. @throws {DynamoDbError} */
export function startIn(input: Input, { table, index }: Reading): Position | undefined {
  const given = input.ExclusiveStartKey;
  if (given === undefined || given === null) return undefined;
  const key = parseItem(given);
  const names = positionNames(table.schema.key, index?.schema);
  if (Object.keys(key).length !== names.length) throw validation('The provided starting key is invalid');
  const keys = [table.schema.key, ...(index === undefined ? [] : [index.schema.key])];
  for (const attribute of keys.flatMap(attributesOf)) {
    const value = attributeOf(key, attribute.name);
    if (value === undefined || typeOf(value) !== attribute.type) {
      throw validation(`The provided starting key is invalid: ${noMatch().message}`);
    }
    expectKeyValue(attribute, value);
  }
  return index === undefined ? table.positionOf(key) : index.positionOf(key);
}

/** Reads entries until the page is full, or there are no more. */
export function readPage(reading: Reading, entries: Iterable<Entry>): Outcome {
  const { table, filter, projection, limit } = reading;
  const items: string[] = [];
  const fetched: number[] = [];
  let [count, scanned, size] = [0, 0, 0];
  let last: StoredItem | undefined;
  for (const entry of entries) {
    const inIndex = new StoredItem(entry.item, entry.size);
    const stored = reading.fetches ? (table.read(table.positionOf(inIndex.item)) ?? inIndex) : inIndex;
    if (reading.fetches) fetched.push(stored.size);
    scanned += 1;
    size += entry.size;
    if (filter === undefined || filter.test(stored.item)) {
      count += 1;
      if (!reading.countsOnly) {
        items.push(projection === undefined ? stored.text : JSON.stringify(projection.project(stored.item)));
      }
    }
    if (scanned >= limit || size >= largestPage) {
      last = inIndex;
      break;
    }
  }
  return {
    members: [
      ...(reading.countsOnly ? [] : [member('Items', `[${items.join()}]`)]),
      member('Count', String(count)),
      member('ScannedCount', String(scanned)),
      ...(last === undefined
        ? []
        : [member('LastEvaluatedKey', JSON.stringify(positionIn(last.item, reading)))]),
    ],
    charges: [chargeOf(reading, size, fetched)],
  };
}

function positionIn(item: Item, { table, index }: Reading): Item {
  return itemOf(
    positionNames(table.schema.key, index?.schema).flatMap((name) => {
      const value = attributeOf(item, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function chargeOf({ table, index, isConsistent }: Reading, size: number, fetched: readonly number[]): Charge {
  const units = readUnits(size, isConsistent);
  if (index === undefined) return { table: table.schema.name, units };
  return {
    table: table.schema.name,
    units: fetched.reduce((sum, each) => sum + readUnits(each, isConsistent), 0),
    indexes: [[index.schema, units]],
  };
}
