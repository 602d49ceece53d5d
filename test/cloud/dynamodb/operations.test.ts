/** Limits, pages and tokens of the embedded engine, which two engines asked at random do not reach. */
import { beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedDynamoDb } from '#local/dynamodb/embedded-engine.ts';
import { TableDatabase } from '#local/dynamodb/storage/database.ts';
import { tables } from './histories.ts';

let now = Date.parse('2026-12-01T00:00:00Z');
let engine: EmbeddedDynamoDb;
beforeEach(async () => {
  engine = new EmbeddedDynamoDb({
    database: TableDatabase.open(':memory:'),
    account: '123456789012',
    region: 'ap-southeast-3',
    now: () => now,
  });
  for (const input of tables) await ask('CreateTable', input);
  return () => engine.stop();
});

const TableName = 'texts';
function key(pk: string, sk: string) {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The answer; of a refusal its message and more. */
async function ask(operation: string, input: object): Promise<Record<string, unknown>> {
  const { status, body, units } = await engine.call({ operation, input: { ...input } });
  const { __type, ...answer } = JSON.parse(body);
  return status === 200
    ? { ...answer, ...(units && { units }) }
    : { refused: String(__type).split('#')[1], ...answer };
}

function put(item: object) {
  return ask('PutItem', { TableName, Item: item });
}

describe('an item', () => {
  it('may have 400 KB to the byte, names and values counted', async () => {
    const room = 400 * 1024 - 'pk'.length - 'sk'.length - 2 - 'text'.length;
    expect(await put({ ...key('A', '1'), text: { S: 'x'.repeat(room) } })).toEqual({ units: 400 });
    expect(await put({ ...key('A', '1'), text: { S: 'x'.repeat(room + 1) } })).toMatchObject({
      refused: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
    expect(
      await ask('UpdateItem', {
        TableName,
        Key: key('A', '1'),
        UpdateExpression: 'SET more = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    ).toMatchObject({ message: 'Item size to update has exceeded the maximum allowed size' });
  });

  it.each([
    [{ sk: { S: '1' } }, 'One or more parameter values were invalid: Missing the key pk in the item'],
    [
      { ...key('A', '1'), pk: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      key('A', ''),
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: sk',
    ],
    [
      key('x'.repeat(2049), '1'),
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      key('A', 'x'.repeat(1025)),
      'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
    ],
    [
      { ...key('A', '1'), gsi1pk: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for Index Key gsi1pk Expected: S Actual: N IndexName: byStatus',
    ],
    [
      { ...key('A', '1'), kind: { S: '' } },
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byKind, IndexKey: kind',
    ],
  ])('with a key that cannot be is refused: %#', async (item, message) => {
    expect(await put(item)).toEqual({ refused: 'ValidationException', message });
  });

  it('may have the longest keys', async () => {
    expect(await put(key('x'.repeat(2048), 'y'.repeat(1024)))).toEqual({ units: 4 });
  });
});

describe('pages', () => {
  type Item = Record<string, { S: string }>;

  /** All items of a query or a scan, page by page, and how many pages there were. */
  async function walk(operation: 'Query' | 'Scan', input: object): Promise<{ items: Item[]; pages: number }> {
    const items: Item[] = [];
    let ExclusiveStartKey: unknown;
    for (let pages = 1; ; pages += 1) {
      const page = await ask(operation, {
        TableName,
        ...input,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      });
      items.push(...(page.Items as Item[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (ExclusiveStartKey === undefined) return { items, pages };
    }
  }

  beforeEach(async () => {
    for (let number = 0; number < 30; number += 1) {
      await put({
        ...key(`P${number % 3}`, `\u{1f600}${String(number).padStart(2, '0')}`),
        gsi1pk: { S: 'READY' },
        // Many items at one place of the index.
        gsi1sk: { S: String(number % 2) },
      });
    }
  });

  it.each([1, 3, 7, 10])('of %i items come to the same as one, in both directions', async (Limit) => {
    const asked = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'P1' } },
    };
    const { items } = await walk('Query', asked);
    expect(items.map(({ sk }) => sk?.S.slice(2))).toEqual([
      '01',
      '04',
      '07',
      '10',
      '13',
      '16',
      '19',
      '22',
      '25',
      '28',
    ]);
    expect((await walk('Query', { ...asked, Limit })).items).toEqual(items);
    expect((await walk('Query', { ...asked, Limit, ScanIndexForward: false })).items).toEqual(
      items.toReversed(),
    );
  });

  it.each([1, 7, 30])(
    'of %i entries of an index come to the same as one, also where many have one key',
    async (Limit) => {
      const asked = {
        IndexName: 'byStatus',
        KeyConditionExpression: 'gsi1pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'READY' } },
      };
      const { items } = await walk('Query', asked);
      expect(items).toHaveLength(30);
      expect(items.map(({ gsi1sk }) => gsi1sk?.S)).toEqual([...Array(15).fill('0'), ...Array(15).fill('1')]);
      expect((await walk('Query', { ...asked, Limit })).items).toEqual(items);
      expect((await walk('Query', { ...asked, Limit, ScanIndexForward: false })).items).toEqual(
        items.toReversed(),
      );
    },
  );

  it.each([1, 2, 5])('of a scan in %i segments have each item once', async (TotalSegments) => {
    const found: Item[] = [];
    for (let Segment = 0; Segment < TotalSegments; Segment += 1) {
      found.push(...(await walk('Scan', { Segment, TotalSegments, Limit: 4 })).items);
    }
    const keys = found.map(({ pk, sk }) => `${pk?.S} ${sk?.S}`);
    expect(new Set(keys).size).toBe(30);
    expect(keys).toHaveLength(30);
  });

  it('end at a megabyte, filtered or not', async () => {
    for (let number = 0; number < 8; number += 1) {
      await put({ ...key('LARGE', String(number)), text: { S: 'x'.repeat(300_000) } });
    }
    const asked = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'LARGE' } },
    };
    const { items, pages } = await walk('Query', asked);
    expect([items.length, pages]).toEqual([8, 3]);
    const filtered = await ask('Query', {
      TableName,
      ...asked,
      FilterExpression: 'attribute_not_exists(#text)',
      ExpressionAttributeNames: { '#text': 'text' },
    });
    expect(filtered).toMatchObject({
      Count: 0,
      ScannedCount: 4,
      LastEvaluatedKey: key('LARGE', '3'),
      units: 146.5,
    });
  });

  it.each([
    [{ pk: { S: 'P1' } }, 'The provided starting key is invalid'],
    [
      { pk: { S: 'P1' }, sk: { N: '1' } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
    [key('P2', 'x'), 'The provided starting key is outside query boundaries based on provided conditions'],
    [key('P1', 'x'), 'The provided starting key does not match the range key predicate'],
  ])('do not begin behind %j', async (ExclusiveStartKey, message) => {
    expect(
      await ask('Query', {
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: 'P1' }, ':sk': { S: '\u{1f600}' } },
        ExclusiveStartKey,
      }),
    ).toEqual({ refused: 'ValidationException', message });
  });
});

describe('a transaction', () => {
  const add = (ClientRequestToken: string, amount = '1') => ({
    ClientRequestToken,
    TransactItems: [
      {
        Update: {
          TableName,
          Key: key('A', '1'),
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': { N: amount } },
        },
      },
    ],
  });
  const n = async () => {
    const { Item } = await ask('GetItem', { TableName, Key: key('A', '1') });
    return (Item as { n: { N: string } }).n.N;
  };

  it('is done once under its token, for ten minutes of the cloud’s time', async () => {
    expect(await ask('TransactWriteItems', add('once'))).toEqual({ units: 2 });
    now += 599_000;
    expect(await ask('TransactWriteItems', { ...add('once'), ReturnConsumedCapacity: 'TOTAL' })).toEqual({
      ConsumedCapacity: [{ TableName, CapacityUnits: 2, ReadCapacityUnits: 2 }],
      units: 2,
    });
    expect(await n()).toBe('1');
    expect(await ask('TransactWriteItems', add('once', '2'))).toMatchObject({
      refused: 'IdempotentParameterMismatchException',
    });
    now += 1_000;
    expect(await ask('TransactWriteItems', add('once', '2'))).toEqual({ units: 2 });
    expect(await n()).toBe('3');
  });

  it('that was cancelled may be tried again under its token', async () => {
    const asked = add('again');
    const check = {
      ConditionCheck: {
        TableName,
        Key: key('B', '1'),
        ConditionExpression: 'attribute_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
    const both = { ...asked, TransactItems: [...asked.TransactItems, check] };
    expect(await ask('TransactWriteItems', both)).toEqual({
      refused: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    await put(key('B', '1'));
    expect(await ask('TransactWriteItems', both)).toEqual({ units: 4 });
    expect(await n()).toBe('1');
  });

  it('has at most a hundred parts, of a hundred items, and four megabytes', async () => {
    const parts = (count: number, size: number) => ({
      TransactItems: Array.from({ length: count }, (_, index) => ({
        Put: { TableName, Item: { ...key('A', String(index)), text: { S: 'x'.repeat(size) } } },
      })),
    });
    expect(await ask('TransactWriteItems', parts(100, 100))).toEqual({ units: 200 });
    expect((await ask('TransactWriteItems', parts(101, 100))).message).toMatch(
      /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
    expect((await ask('TransactWriteItems', parts(11, 399_000))).message).toMatch(/exceeding the 4MB limit$/);
    expect((await ask('GetItem', { TableName, Key: key('A', '1') })).Item).toMatchObject({
      text: { S: 'x'.repeat(100) },
    });
    const { TransactItems } = add('twice');
    expect(await ask('TransactWriteItems', { TransactItems: [...TransactItems, ...TransactItems] })).toEqual({
      refused: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  it('consumes twice what the table’s items count, and of indexes what changes there', async () => {
    const item = {
      ...key('A', '1'),
      gsi1pk: { S: 'READY' },
      gsi1sk: { S: '1' },
      text: { S: 'x'.repeat(3000) },
    };
    await put(item);
    const moved = { Put: { TableName, Item: { ...item, gsi1sk: { S: '2' } } } };
    const same = { ReturnConsumedCapacity: 'INDEXES', TransactItems: [moved] };
    const units = (of: number) => ({ CapacityUnits: of, WriteCapacityUnits: of });
    expect(await ask('TransactWriteItems', same)).toMatchObject({
      ConsumedCapacity: [
        { TableName, ...units(8), Table: units(6), GlobalSecondaryIndexes: { byStatus: units(2) } },
      ],
    });
    expect(await ask('TransactWriteItems', same)).toMatchObject({
      ConsumedCapacity: [{ TableName, ...units(6), Table: units(6) }],
    });
  });
});

describe('what is not there', () => {
  it.each([
    [
      'Query',
      { TableName, KeyConditions: {} },
      'KeyConditions of Query, a legacy parameter; use an expression',
    ],
    [
      'PutItem',
      { TableName, Item: key('A', '1'), Expected: {} },
      'Expected of PutItem, a legacy parameter; use an expression',
    ],
    [
      'TransactWriteItems',
      { TransactItems: [], ReturnItemCollectionMetrics: 'SIZE' },
      'ReturnItemCollectionMetrics of TransactWriteItems',
    ],
  ])('is refused by name: %s', async (operation, input, what) => {
    await expect(engine.call({ operation, input })).rejects.toMatchObject({
      code: 'NotImplemented',
      status: 501,
      message: `The embedded cloud's DynamoDB does not know ${what}.`,
    });
  });

  it('is no table, no index and no operation', async () => {
    expect(await ask('GetItem', { TableName: 'nothing', Key: key('A', '1') })).toEqual({
      refused: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    expect((await ask('Scan', { TableName, IndexName: 'nothing' })).message).toBe(
      'The table does not have the specified index: nothing',
    );
    expect((await ask('RestoreTable', {})).refused).toBe('UnknownOperationException');
  });
});
