/** The table in memory against a real one: whatever is asked of both, both answer the same. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type TestTable, useTable } from '../unit/functions/dynamodb.ts';
import { MemoryTable, UnknownToTable } from './memory-table.ts';

let table: TestTable;
useTable((opened) => {
  table = opened;
});

// Few keys and few values, so that what is asked for meets what was written.
const place = fc.record({ pk: fc.constantFrom('A', 'B'), sk: fc.constantFrom('LINE', 'ITEM#1', 'ITEM#2') });
const small = fc.integer({ min: -2, max: 3 });
const item = fc.record({
  key: place,
  rest: fc.record(
    {
      version: small,
      paid: small,
      status: fc.constantFrom('open', 'claimed'),
      gsi1pk: fc.constantFrom('READY'),
    },
    { requiredKeys: [] },
  ),
  gsi1sk: fc.constantFrom('1', '2', '3'),
});

/** The conditions of `functions/store/`, with whatever values. */
const condition = fc
  .tuple(
    fc.constantFrom(
      undefined,
      'attribute_not_exists(pk)',
      'attribute_exists(pk)',
      '#version = :version',
      'attribute_not_exists(pk) OR #status = :status',
      'attribute_not_exists(pk) OR (version = :version AND #status = :status)',
      'version = :version AND paid >= :paid',
      'paid >= :paid AND version >= :version',
      '#status = :status AND paid = :paid',
    ),
    small,
    small,
    fc.constantFrom('open', 'claimed'),
  )
  .map(([text, version, paid, status]) => expressionOf(text, { version, paid, status }));

const update = fc
  .tuple(
    fc.constantFrom(
      'SET #status = :status',
      'SET paid = paid + :paid',
      'SET version = :version, paid = paid + :paid',
      'SET #version = #version + :version REMOVE gsi1pk, gsi1sk',
      'ADD #version :version',
      'REMOVE paid',
    ),
    small,
    small,
    fc.constantFrom('open', 'claimed'),
  )
  .map(([text, version, paid, status]) => expressionOf(text, { version, paid, status }));

interface Expression {
  text: string | undefined;
  names: Record<string, string>;
  values: Record<string, AttributeValue>;
}

/** Only the placeholders that the text has: DynamoDB refuses others. */
function expressionOf(text: string | undefined, values: Record<string, string | number>): Expression {
  const used = Object.entries(values).filter(([name]) => text?.includes(`:${name}`));
  return {
    text,
    names: Object.fromEntries(
      ['version', 'status'].filter((name) => text?.includes(`#${name}`)).map((name) => [`#${name}`, name]),
    ),
    values: marshall(Object.fromEntries(used.map(([name, value]) => [`:${name}`, value]))),
  };
}

function fields(...expressions: Expression[]) {
  const names = Object.assign({}, ...expressions.map((each) => each.names));
  const values = Object.assign({}, ...expressions.map((each) => each.values));
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** A write of either side's own, or a part of a transaction. @param TableName of the run, for keys of its own */
const write = fc.oneof(
  fc.tuple(item, condition).map(([{ key, rest, gsi1sk }, when]) => ({
    Put: {
      Item: marshall({
        ...key,
        ...rest,
        ...(rest.gsi1pk !== undefined && { gsi1sk: `${gsi1sk} ${key.pk} ${key.sk}` }),
      }),
      ...(when.text !== undefined && { ConditionExpression: when.text }),
      ...fields(when),
    },
  })),
  fc.tuple(place, update, condition).map(([key, change, when]) => ({
    Update: {
      Key: marshall(key),
      UpdateExpression: change.text ?? '',
      ...(when.text !== undefined && { ConditionExpression: when.text }),
      // Both sides of the expression share the placeholders' names: those of the condition count.
      ...fields(change, when),
    },
  })),
  fc.tuple(place, condition).map(([key, when]) => ({
    Delete: {
      Key: marshall(key),
      ...(when.text !== undefined && { ConditionExpression: when.text }),
      ...fields(when),
    },
  })),
  fc
    .tuple(
      place,
      condition.filter(({ text }) => text !== undefined),
    )
    .map(([key, when]) => ({
      ConditionCheck: { Key: marshall(key), ConditionExpression: when.text ?? '', ...fields(when) },
    })),
);

type Call = (tableName: string) => object;

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 4,
    arbitrary: write.map((part) => (TableName: string) => {
      const returnOld = { TableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
      if ('Put' in part) return new PutItemCommand({ ...returnOld, ...part.Put });
      if ('Update' in part)
        return new UpdateItemCommand({ ...returnOld, ...part.Update, ReturnValues: 'ALL_NEW' });
      return transaction(TableName, [part]);
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .uniqueArray(write, { minLength: 1, maxLength: 4, selector: (part) => JSON.stringify(keyOf(part)) })
      .map((parts) => (TableName: string) => transaction(TableName, parts)),
  },
  place.map(
    (key) => (TableName: string) =>
      new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }),
  ),
  fc.uniqueArray(place, { minLength: 1, selector: JSON.stringify }).map(
    (keys) => (name: string) =>
      new BatchGetItemCommand({
        RequestItems: { [name]: { Keys: keys.map((key) => marshall(key)), ConsistentRead: true } },
      }),
  ),
  fc
    .record({
      pk: fc.constantFrom('A', 'B'),
      prefix: fc.constantFrom('ITEM#', 'L', 'X'),
      Limit: fc.constantFrom(undefined, 1),
    })
    .map(
      ({ pk, prefix, Limit }) =>
        (TableName: string) =>
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': prefix }),
            ConsistentRead: true,
            Select: Limit === undefined ? 'COUNT' : 'ALL_ATTRIBUTES',
            ...(Limit !== undefined && { Limit }),
          }),
    ),
  fc.record({ pk: fc.constantFrom('A', 'C'), from: fc.constantFrom('ITEM#1', 'ITEM#2', 'A') }).map(
    ({ pk, from }) =>
      (TableName: string) =>
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: marshall({ ':pk': pk, ':from': from, ':to': 'ITEM#~' }),
          ConsistentRead: true,
        }),
  ),
  fc.constantFrom(undefined, 2).map(
    (Limit) => (TableName: string) =>
      new QueryCommand({
        TableName,
        IndexName: 'byStatus',
        KeyConditionExpression: 'gsi1pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': 'READY' }),
        ...(Limit !== undefined && { Limit }),
      }),
  ),
);

type Part = typeof write extends fc.Arbitrary<infer Of> ? Of : never;

function keyOf(part: Part): unknown {
  const [each] = Object.values(part);
  const key = 'Key' in each ? each.Key : each.Item;
  return [key.pk, key.sk];
}

function transaction(TableName: string, parts: readonly Part[]) {
  const returnOld = { TableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  return new TransactWriteItemsCommand({
    TransactItems: parts.map(
      (part) =>
        Object.fromEntries(
          Object.entries(part).map(([kind, each]) => [kind, { ...returnOld, ...each }]),
        ) as TransactWriteItem,
    ),
  });
}

/** What is compared of an answer: items and counts, or the error's name and its reasons. */
async function answerOf(client: DynamoDBClient, command: object): Promise<unknown> {
  try {
    const {
      $metadata: _,
      ConsumedCapacity: __,
      ScannedCount: ___,
      ...answer
    } = (await client.send(command as GetItemCommand)) as unknown as Record<string, unknown>;
    // In what order a batch comes is not said.
    return canonical(answer);
  } catch (error) {
    const { name, Item, CancellationReasons } = error as Record<string, unknown>;
    const reasons = (CancellationReasons as { Code: string; Item?: unknown }[] | undefined)?.map(
      (reason) => ({
        Code: reason.Code,
        Item: reason.Item,
      }),
    );
    return { name, Item, reasons };
  }
}

function canonical(answer: Record<string, unknown>) {
  return {
    ...answer,
    ...('Responses' in answer && {
      Responses: Object.values(answer.Responses as Record<string, object[]>).map((items) =>
        items.map((each) => JSON.stringify(Object.entries(each).sort())).sort(),
      ),
    }),
  };
}

it('answers as a real one, and has the same in it, whatever is asked of both', {}, async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 40 }), async (calls) => {
      const memory = new MemoryTable();
      const { client, tableName } = table;
      // Of earlier runs nothing is left.
      if (runs++ > 0) await empty();
      for (const each of calls) {
        const [mine, real] = [each(tableName), each(tableName)];
        expect(await answerOf(memory.client(), mine)).toEqual(await answerOf(client, real));
      }
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
      const sorted = (items: Iterable<unknown>) =>
        [...items].map((one) => JSON.stringify(Object.entries(one as object).sort())).sort();
      expect(sorted(memory.items())).toEqual(sorted(Items));
    }),
    { numRuns: 12 },
  );
});

async function empty() {
  const { client, tableName: TableName } = table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const TransactItems = Items.map(({ pk, sk }) => ({
    Delete: { TableName, Key: { pk, sk } as Record<string, AttributeValue> },
  }));
  if (TransactItems.length > 0) await client.send(new TransactWriteItemsCommand({ TransactItems }));
}

it('refuses by name what it does not know', () => {
  const memory = new MemoryTable();
  const ask = (ConditionExpression: string) => () =>
    memory.send(
      new PutItemCommand({ TableName: 't', Item: marshall({ pk: 'A', sk: 'B' }), ConditionExpression }),
    );
  for (const text of ['size(a) > :b', 'begins_with(a, :b)', 'a BETWEEN :b AND :c', 'NOT a = :b', 'a.b = :c'])
    expect(ask(text)).toThrow(UnknownToTable);
  expect(() => memory.send(new ScanCommand({ TableName: 't' }))).toThrow(UnknownToTable);
  expect([...memory.items()]).toEqual([]);
});

it('is not changed by what is written to its copy, nor changes it', () => {
  const put = (to: MemoryTable, sk: string) =>
    to.send(new PutItemCommand({ TableName: 't', Item: marshall({ pk: 'A', sk }) }));
  const first = new MemoryTable();
  put(first, '1');
  const second = first.copy();
  put(second, '2');
  put(first, '3');
  const keysIn = (of: MemoryTable) => [...of.items()].map(({ sk }) => sk?.S);
  expect([keysIn(first), keysIn(second)]).toEqual([
    ['1', '3'],
    ['1', '2'],
  ]);
});
