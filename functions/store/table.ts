/**
 * The table as the store's modules see it: items in, items out, no business rules.
 *
 * Few kinds of calls on purpose, so that each Lambda's permissions stay short: GetItem, Query, BatchGetItem,
 * PutItem, UpdateItem, DeleteItem and TransactWriteItems.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import type * as z from 'zod';
import type { Pause } from '#functions/store/backoff.ts';
import { UnreadableRecord } from '#functions/store/errors.ts';
import { type Key, type StatusKey, showKey } from '#functions/store/keys.ts';
import { tableDefinition } from '#functions/store/table-definition.ts';

/** An item as DynamoDB's wire has it. */
type MarshalledItem = Record<string, AttributeValue>;

/** An item's own attributes, without its keys. */
export type Attributes = Record<string, NativeAttributeValue>;

/** A condition or an update, in DynamoDB's expression language with plain values. */
export interface Expression {
  text: string;
  /** Attribute names by their `#placeholder`. */
  names?: Record<string, string>;
  /** Plain values by their `:placeholder`. */
  values?: Attributes;
}

export interface Connection {
  client: DynamoDBClient;
  tableName: string;
  /** How to wait before another attempt; by default by the clock. */
  pause?: Pause;
}

/** Attributes that place an item; they are the store's and never part of an entity. */
const placing = new Set(['pk', 'sk', 'gsi1pk', 'gsi1sk']);

function marshalled(attributes: Attributes) {
  return marshall(attributes, { removeUndefinedValues: true });
}
function marshalledKey({ pk, sk }: Key): MarshalledItem {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The attribute values of an entity, complete with its keys. */
function itemOf(key: Key, attributes: object, status?: StatusKey) {
  return marshalled({ ...attributes, ...key, ...status });
}

/** An item's own attributes; undefined when there is no item. */
export function attributesOf(item: MarshalledItem | undefined): Attributes | undefined {
  return item === undefined
    ? undefined
    : Object.fromEntries(Object.entries(unmarshall(item)).filter(([name]) => !placing.has(name)));
}

/** Parses what was read by the entity's schema, or says which fields do not fit (never their values). */
export function parseRecord<Schema extends z.ZodType>(
  schema: Schema,
  key: Key,
  attributes: Attributes,
): z.output<Schema> {
  const parsed = schema.safeParse(attributes);
  if (parsed.success) return parsed.data;
  throw new UnreadableRecord(
    showKey(key),
    parsed.error.issues.map((issue) => issue.path.join('.') || '(whole)'),
  );
}

/** The three expression fields of a DynamoDB request, absent where empty. */
function expressionFields(...expressions: (Expression | undefined)[]) {
  const names = Object.assign({}, ...expressions.map((each) => each?.names)) as Record<string, string>;
  const values = Object.assign({}, ...expressions.map((each) => each?.values)) as Attributes;
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshalled(values) }),
  };
}

/**
 * Whether a read sees every write that was answered before it. An eventual one costs half, and is for what never changes,
 * for what proves itself to be current, and for what no decision rests on.
 */
export type Consistency = 'strong' | 'eventual';

/** The item by its key. */
export async function getItem(
  { client, tableName }: Connection,
  key: Key,
  consistency: Consistency = 'strong',
): Promise<Attributes | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: marshalledKey(key),
      ConsistentRead: consistency === 'strong',
    }),
  );
  return attributesOf(Item);
}

/** Behind every sort key that begins with a prefix: no key of ours has characters beyond these. */
const lastCharacter = '~';

/** The pages of a query for the items of one partition whose sort key starts with a prefix; none before `from`. */
async function* pagesOf(
  { client, tableName }: Connection,
  pk: string,
  skPrefix: string,
  consistency: Consistency,
  from?: string,
): AsyncGenerator<QueryCommandOutput> {
  const range =
    from === undefined
      ? { text: 'begins_with(sk, :prefix)', values: { ':prefix': skPrefix } }
      : {
          text: 'sk BETWEEN :from AND :to',
          values: { ':from': from, ':to': `${skPrefix}${lastCharacter}` },
        };
  let after: MarshalledItem | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `pk = :pk AND ${range.text}`,
        ExpressionAttributeValues: marshall({ ':pk': pk, ...range.values }),
        ConsistentRead: consistency === 'strong',
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    yield page;
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
}

/** Items of one partition whose sort key starts with a prefix, in order, all pages. */
export function queryItems(
  connection: Connection,
  pk: string,
  skPrefix: string,
  consistency: Consistency = 'strong',
): Promise<{ key: Key; attributes: Attributes }[]> {
  return itemsOf(pk, pagesOf(connection, pk, skPrefix, consistency));
}

/** The items of one partition whose sort key starts with a prefix and is not before `from`, in order, all pages. */
export function queryItemsFrom(
  connection: Connection,
  { pk, sk: from }: Key,
  skPrefix: string,
  consistency: Consistency,
): Promise<{ key: Key; attributes: Attributes }[]> {
  return itemsOf(pk, pagesOf(connection, pk, skPrefix, consistency, from));
}

async function itemsOf(
  pk: string,
  pages: AsyncIterable<QueryCommandOutput>,
): Promise<{ key: Key; attributes: Attributes }[]> {
  const found: { key: Key; attributes: Attributes }[] = [];
  for await (const page of pages) {
    for (const item of page.Items ?? []) {
      const { sk } = unmarshall(item);
      found.push({ key: { pk, sk: String(sk) }, attributes: attributesOf(item) ?? {} });
    }
  }
  return found;
}

/** The last of the items that `queryItems` gives, at most `limit`, in order, without reading the others. */
export async function lastItems(
  { client, tableName }: Connection,
  pk: string,
  skPrefix: string,
  { consistency, limit }: { consistency: Consistency; limit: number },
): Promise<{ key: Key; attributes: Attributes }[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': skPrefix }),
      ConsistentRead: consistency === 'strong',
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.map((item) => ({
    key: { pk, sk: String(unmarshall(item).sk) },
    attributes: attributesOf(item) ?? {},
  })).reverse();
}

/**
 * At most `limit` of the items that `queryItems` gives, from where an earlier call left off.
 *
 * @param after the sort key to continue after; by default from the first
 * @returns `next`: the sort key to continue after; undefined when there is no more
 */
export async function queryItemsAfter(
  { client, tableName }: Connection,
  pk: string,
  skPrefix: string,
  after: string | undefined,
  limit: number,
  consistency: Consistency = 'strong',
): Promise<{ items: { key: Key; attributes: Attributes }[]; next: string | undefined }> {
  const items: { key: Key; attributes: Attributes }[] = [];
  let next = after;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': skPrefix }),
        ConsistentRead: consistency === 'strong',
        Limit: limit - items.length,
        ...(next !== undefined && { ExclusiveStartKey: marshalledKey({ pk, sk: next }) }),
      }),
    );
    for (const item of page.Items ?? []) {
      const { sk } = unmarshall(item);
      items.push({ key: { pk, sk: String(sk) }, attributes: attributesOf(item) ?? {} });
    }
    next = page.LastEvaluatedKey === undefined ? undefined : String(unmarshall(page.LastEvaluatedKey).sk);
  } while (next !== undefined && items.length < limit);
  return { items, next };
}

/** Keys in one partition of the index `byStatus`, oldest first, at most `limit`. Eventually consistent. */
export async function queryStatus(
  connection: Connection,
  statusPartition: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<Key[]> {
  return (await queryStatusAfter(connection, statusPartition, undefined, limit)).keys;
}

/**
 * The same from where an earlier call left off.
 *
 * @param after the index's sort key to continue after; by default from the first
 * @returns `next`: the sort key to continue after; undefined when there is no more
 */
export async function queryStatusAfter(
  { client, tableName }: Connection,
  statusPartition: string,
  after: string | undefined,
  limit: number,
): Promise<{ keys: Key[]; next: string | undefined }> {
  const found: Key[] = [];
  let from: MarshalledItem | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: tableDefinition.index.name,
        KeyConditionExpression: after === undefined ? 'gsi1pk = :pk' : 'gsi1pk = :pk AND gsi1sk > :after',
        ExpressionAttributeValues: marshall({
          ':pk': statusPartition,
          ...(after !== undefined && { ':after': after }),
        }),
        ...(Number.isFinite(limit) && { Limit: limit - found.length }),
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) {
      const { pk, sk } = unmarshall(item);
      found.push({ pk: String(pk), sk: String(sk) });
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined && found.length < limit);
  return { keys: found, next: from === undefined ? undefined : String(unmarshall(from).gsi1sk) };
}

/** The pages of a query for the entries of one partition of the index whose sort key begins so. */
async function* statusPagesOf(
  { client, tableName }: Connection,
  statusPartition: string,
  prefix: string,
  select: 'ALL_PROJECTED_ATTRIBUTES' | 'COUNT',
): AsyncGenerator<QueryCommandOutput> {
  let from: MarshalledItem | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: tableDefinition.index.name,
        KeyConditionExpression: `gsi1pk = :pk${prefix === '' ? '' : ' AND begins_with(gsi1sk, :prefix)'}`,
        ExpressionAttributeValues: marshall({
          ':pk': statusPartition,
          ...(prefix !== '' && { ':prefix': prefix }),
        }),
        Select: select,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    yield page;
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** The sort keys in one partition of the index `byStatus` that begin so, in order. Eventually consistent. */
export async function statusEntries(
  connection: Connection,
  statusPartition: string,
  prefix = '',
): Promise<string[]> {
  const found: string[] = [];
  for await (const { Items = [] } of statusPagesOf(
    connection,
    statusPartition,
    prefix,
    'ALL_PROJECTED_ATTRIBUTES',
  ))
    found.push(...Items.map((item) => String(unmarshall(item).gsi1sk)));
  return found;
}

/** How many `statusEntries` gives. */
export async function countStatus(
  connection: Connection,
  statusPartition: string,
  prefix: string,
): Promise<number> {
  let count = 0;
  for await (const page of statusPagesOf(connection, statusPartition, prefix, 'COUNT'))
    count += page.Count ?? 0;
  return count;
}

/** DynamoDB takes at most 100 keys in one BatchGetItem. */
const batchSize = 100;

/**
 * The items of these keys that exist, in the order of the keys.
 *
 * @param options.only the one attribute that is wanted of each; by default all
 */
export async function getItems(
  { client, tableName }: Connection,
  wanted: Key[],
  { only, consistency = 'strong' }: { only?: string; consistency?: Consistency } = {},
): Promise<{ key: Key; attributes: Attributes }[]> {
  const found = new Map<string, Attributes>();
  for (let start = 0; start < wanted.length; start += batchSize) {
    let asked = wanted.slice(start, start + batchSize).map((key) => marshalledKey(key));
    while (asked.length > 0) {
      const answer = await client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [tableName]: {
              Keys: asked,
              ConsistentRead: consistency === 'strong',
              ...(only !== undefined && {
                ProjectionExpression: 'pk, sk, #only',
                ExpressionAttributeNames: { '#only': only },
              }),
            },
          },
        }),
      );
      for (const item of answer.Responses?.[tableName] ?? []) {
        const { pk, sk } = unmarshall(item);
        found.set(showKey({ pk: String(pk), sk: String(sk) }), attributesOf(item) ?? {});
      }
      asked = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return wanted.flatMap((key) => {
    const attributes = found.get(showKey(key));
    return attributes === undefined ? [] : [{ key, attributes }];
  });
}

/** The item of each of these keys, or none where there is none. */
export async function getEach(
  connection: Connection,
  wanted: readonly Key[],
  consistency: Consistency,
): Promise<{ key: Key; attributes: Attributes | undefined }[]> {
  const found = new Map(
    (await getItems(connection, [...wanted], { consistency })).map(({ key, attributes }) => [
      showKey(key),
      attributes,
    ]),
  );
  return wanted.map((key) => ({ key, attributes: found.get(showKey(key)) }));
}

/** Writes one item outside a transaction, if the condition holds; the caller catches ConditionalCheckFailedException. */
export async function putItem(
  { client, tableName }: Connection,
  key: Key,
  attributes: object,
  condition?: Expression,
): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: itemOf(key, attributes),
      ...(condition && { ConditionExpression: condition.text }),
      ...expressionFields(condition),
    }),
  );
}

/** A transaction's only write, as a call of its own. A refused one answers with the item it met. */
export async function putAlone(
  { client, tableName }: Connection,
  put: Extract<WriteOf, { kind: 'Put' }>,
): Promise<void> {
  await client.send(new PutItemCommand(putOf(tableName, put)));
}

/** Updates one item outside a transaction and answers its new attributes. */
export async function updateItem(
  { client, tableName }: Connection,
  key: Key,
  update: Expression,
  condition?: Expression,
): Promise<Attributes> {
  const { Attributes: item } = await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: marshalledKey(key),
      UpdateExpression: update.text,
      ReturnValues: 'ALL_NEW',
      ...(condition && { ConditionExpression: condition.text }),
      ...expressionFields(update, condition),
    }),
  );
  return attributesOf(item) ?? {};
}

/** Removes one item outside a transaction, whether it is there or not. */
export async function deleteItem({ client, tableName }: Connection, key: Key): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: marshalledKey(key) }));
}

/** The parts of a transaction, without the table's name, which the commit adds. */
export const write = {
  put: (
    key: Key,
    attributes: object,
    options: { status?: StatusKey | undefined; condition?: Expression } = {},
  ): WriteOf => ({
    kind: 'Put',
    item: itemOf(key, attributes, options.status),
    ...(options.condition && { condition: options.condition }),
  }),
  update: (key: Key, update: Expression, condition?: Expression): WriteOf => ({
    kind: 'Update',
    key,
    update,
    ...(condition && { condition }),
  }),
  delete: (key: Key, condition?: Expression): WriteOf => ({
    kind: 'Delete',
    key,
    ...(condition && { condition }),
  }),
  check: (key: Key, condition: Expression): WriteOf => ({ kind: 'ConditionCheck', key, condition }),
};

/** One write of a transaction. */
export type WriteOf =
  | { kind: 'Put'; item: MarshalledItem; condition?: Expression }
  | { kind: 'Update'; key: Key; update: Expression; condition?: Expression }
  | { kind: 'Delete'; key: Key; condition?: Expression }
  | { kind: 'ConditionCheck'; key: Key; condition: Expression };

const tellingWhatWasMet = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

function putOf(tableName: string, { item, condition }: Extract<WriteOf, { kind: 'Put' }>) {
  return {
    TableName: tableName,
    Item: item,
    ...tellingWhatWasMet,
    ...(condition && { ConditionExpression: condition.text }),
    ...expressionFields(condition),
  };
}

/** The write in DynamoDB's own form. A refused one answers with the item it met, so the error can say who was first. */
export function transactItem(tableName: string, each: WriteOf): TransactWriteItem {
  const common = { TableName: tableName, ...tellingWhatWasMet };
  const condition = each.condition && { ConditionExpression: each.condition.text };
  switch (each.kind) {
    case 'Put':
      return { Put: putOf(tableName, each) };
    case 'Update':
      return {
        Update: {
          ...common,
          Key: marshalledKey(each.key),
          UpdateExpression: each.update.text,
          ...condition,
          ...expressionFields(each.update, each.condition),
        },
      };
    case 'Delete':
      return {
        Delete: {
          ...common,
          Key: marshalledKey(each.key),
          ...condition,
          ...expressionFields(each.condition),
        },
      };
    case 'ConditionCheck':
      return {
        ConditionCheck: {
          ...common,
          Key: marshalledKey(each.key),
          ConditionExpression: each.condition.text,
          ...expressionFields(each.condition),
        },
      };
  }
}

/** Conditions that recur. */
export const conditions = {
  absent: { text: 'attribute_not_exists(pk)' } satisfies Expression,
  present: { text: 'attribute_exists(pk)' } satisfies Expression,
  /** The optimistic version is still the one that was read. */
  version: (version: number): Expression => ({
    text: '#version = :expectedVersion',
    names: { '#version': 'version' },
    values: { ':expectedVersion': version },
  }),
};
