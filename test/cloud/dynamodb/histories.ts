/** Random calls of DynamoDB, over few keys and few values, so that what is asked for meets what was written. */
import * as fc from 'fast-check';

/** The tables that calls are about, as CreateTable has them. */
export const tables = [
  {
    TableName: 'texts',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'kind'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byStatus',
        KeySchema: keySchema('gsi1pk', 'gsi1sk'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'byKind',
        KeySchema: keySchema('kind'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n', 's'] },
      },
      { IndexName: 'whole', KeySchema: keySchema('gsi1pk', 'kind'), Projection: { ProjectionType: 'ALL' } },
    ],
  },
  {
    TableName: 'numbers',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'B' },
      { AttributeName: 'sk', AttributeType: 'N' },
    ],
    KeySchema: keySchema('pk', 'sk'),
  },
] as const;

function keySchema(partition: string, sort?: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' }]),
  ];
}

export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Value = Readonly<Record<string, unknown>>;

const texts = fc.constantFrom('', 'a', 'ab', 'b', 'é', '😀', 'Z');
const numbers = fc.constantFrom(
  '0',
  '1',
  '-1',
  '1.50',
  '2',
  '10',
  '1e2',
  '12345678901234567890123456789012345678',
);
const binaries = fc.constantFrom('', 'AA==', 'AAE=', '/w==');

const scalar: fc.Arbitrary<Value> = fc.oneof(
  texts.map((S) => ({ S })),
  numbers.map((N) => ({ N })),
  binaries.map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const set: fc.Arbitrary<Value> = fc.oneof(
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.constantFrom('1', '2', '3.5'), { minLength: 1 }).map((NS) => ({ NS })),
  fc.uniqueArray(fc.constantFrom('AA==', 'AQ=='), { minLength: 1 }).map((BS) => ({ BS })),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: set },
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }).map((M) => ({ M })),
);
/** So large that the units of capacity differ. */
const large = fc.constantFrom(0, 900, 1500, 5000).map((size) => ({ S: 'x'.repeat(size) }));

const key = fc.record({
  pk: fc.constantFrom('A', 'B').map((S) => ({ S })),
  sk: fc.constantFrom('1', '12', '2', 'é').map((S) => ({ S })),
});
const numberKey = fc.record({
  pk: fc.constantFrom('AA==', 'AP8=').map((B) => ({ B })),
  sk: fc.constantFrom('-10', '-1.5', '0', '2', '10', '1e3').map((N) => ({ N })),
});
function text(...of: string[]) {
  return fc.constantFrom(...of).map((S) => ({ S }));
}

const attributes = fc.record(
  {
    a: value,
    b: value,
    n: numbers.map((N) => ({ N })),
    s: set,
    l: fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
    m: fc.record({ x: value, y: scalar }, { requiredKeys: [] }).map((M) => ({ M })),
    large,
    gsi1pk: text('READY', 'DONE'),
    gsi1sk: text('1', '2'),
    kind: text('k1', 'k2'),
  },
  { requiredKeys: [] },
);
const place = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('texts'), key) },
  fc.tuple(fc.constant('numbers'), numberKey),
);

/** Gives placeholders to names and values. */
class Placing {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, Value> = {};
  name(name: string): string {
    this.names[`#${name}`] = name;
    return `#${name}`;
  }
  value(of: Value): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = of;
    return placeholder;
  }
  get fields() {
    return {
      ...(Object.keys(this.names).length > 0 && { ExpressionAttributeNames: this.names }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    };
  }
}
type Text = (placing: Placing) => string;

const path: fc.Arbitrary<Text> = fc.oneof(
  fc.constantFrom('a', 'b', 'n', 'm.x', 'l[0]').map((name) => () => name),
  fc.constantFrom('a', 'kind', 'pk').map((name) => (placing: Placing) => placing.name(name)),
);
/** Other paths than those, for nothing is compared with itself. */
const otherPath: fc.Arbitrary<Text> = fc.constantFrom('s', 'l', 'm', 'm.y', 'l[1]').map((name) => () => name);
function literal(of: fc.Arbitrary<Value>): fc.Arbitrary<Text> {
  return of.map((value) => (placing: Placing) => placing.value(value));
}
const size = otherPath.map((of) => (placing: Placing) => `size(${of(placing)})`);
const operand: fc.Arbitrary<Text> = fc.oneof(otherPath, literal(value), size);
const ordered: fc.Arbitrary<Value> = fc.oneof(
  texts.map((S) => ({ S })),
  numbers.map((N) => ({ N })),
  binaries.map((B) => ({ B })),
);
/** What has an order, or is not known before the item is. */
const orderedOperand: fc.Arbitrary<Text> = fc.oneof(otherPath, literal(ordered), size);
function joined(of: (parts: string[]) => string, ...parts: fc.Arbitrary<Text>[]): fc.Arbitrary<Text> {
  return fc.tuple(...parts).map((texts) => (placing) => of(texts.map((each) => each(placing))));
}

const comparison: fc.Arbitrary<Text> = fc.oneof(
  { weight: 4, arbitrary: path.map((of) => (placing: Placing) => `attribute_exists(${of(placing)})`) },
  { weight: 4, arbitrary: path.map((of) => (placing: Placing) => `attribute_not_exists(${of(placing)})`) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('=', '<>')
      .chain((sign) => joined(([one, other]) => `${one} ${sign} ${other}`, path, operand)),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('<', '<=', '>', '>=')
      .chain((sign) => joined(([one, other]) => `${one} ${sign} ${other}`, path, orderedOperand)),
  },
  joined(([one, low, high]) => `${one} BETWEEN ${low} AND ${high}`, path, literal(ordered), otherPath),
  joined(([one, ...others]) => `${one} IN (${others.join(', ')})`, path, operand, operand),
  joined(([one, other]) => `contains(${one}, ${other})`, path, operand),
  joined(([one, other]) => `begins_with(${one}, ${other})`, path, literal(texts.map((S) => ({ S })))),
  fc
    .constantFrom('S', 'N', 'L', 'M', 'SS')
    .chain((S) =>
      path.map((of) => (placing: Placing) => `attribute_type(${of(placing)}, ${placing.value({ S })})`),
    ),
);
const condition: fc.Arbitrary<Text> = fc.oneof(
  { weight: 4, arbitrary: comparison },
  joined(([one, other]) => `${one} AND ${other}`, comparison, comparison),
  joined(([one, other]) => `${one} OR NOT ${other}`, comparison, comparison),
  joined(
    ([one, other, third]) => `(${one} OR ${other}) AND NOT (${third})`,
    comparison,
    comparison,
    comparison,
  ),
);

const assigned: fc.Arbitrary<Text> = fc.oneof(
  { weight: 3, arbitrary: value.map((of) => (placing: Placing) => placing.value(of)) },
  path,
  joined(([one, other]) => `if_not_exists(${one}, ${other})`, path, path),
  value.chain((of) =>
    path.map((at) => (placing: Placing) => `if_not_exists(${at(placing)}, ${placing.value(of)})`),
  ),
  numbers.chain((N) => path.map((at) => (placing: Placing) => `${at(placing)} + ${placing.value({ N })}`)),
  numbers.chain((N) => path.map((at) => (placing: Placing) => `${at(placing)} - ${placing.value({ N })}`)),
  fc
    .array(scalar, { maxLength: 2 })
    .chain((L) =>
      path.map((at) => (placing: Placing) => `list_append(${at(placing)}, ${placing.value({ L })})`),
    ),
);
/** No two of these reach into one another, and the nested ones are only set. */
const nested = ['m.x', 'm.y', 'l[0]'];
const target = fc.constantFrom('a', 'b', 'n', 's', 'kind', 'gsi1pk');
const targets = fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: target }, fc.constantFrom(...nested)), {
  minLength: 1,
  maxLength: 4,
});
const change = fc.record({
  how: fc.constantFrom('SET', 'SET', 'REMOVE', 'ADD', 'DELETE'),
  assigned,
  added: fc.oneof(
    set,
    numbers.map((N) => ({ N })),
  ),
  deleted: set,
});
const update: fc.Arbitrary<Text> = fc
  .tuple(targets, fc.array(change, { minLength: 4, maxLength: 4 }))
  .map(([at, changes]) => (placing) => {
    const sections = new Map<string, string[]>();
    for (const [index, path] of at.entries()) {
      const { how, assigned, added, deleted } = changes[index] ?? { how: 'REMOVE' };
      const section = nested.includes(path) ? 'SET' : how;
      const action =
        section === 'SET'
          ? `${path} = ${assigned?.(placing)}`
          : section === 'REMOVE'
            ? path
            : `${path} ${placing.value((section === 'ADD' ? added : deleted) ?? {})}`;
      sections.set(section, [...(sections.get(section) ?? []), action]);
    }
    return [...sections].map(([section, actions]) => `${section} ${actions.join(', ')}`).join(' ');
  });
const projection = fc
  .uniqueArray(fc.constantFrom('pk', 'a', 'n', 's', 'm.x', 'm.y', 'l[0]', 'l[1]'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((paths) => paths.join(', '));

function optional<T>(of: fc.Arbitrary<T>) {
  return fc.option(of, { nil: undefined });
}
const capacity = fc
  .constantFrom('TOTAL', 'INDEXES', 'NONE')
  .map((ReturnConsumedCapacity) => ({ ReturnConsumedCapacity }));
const met = fc
  .constantFrom('ALL_OLD', 'NONE')
  .map((ReturnValuesOnConditionCheckFailure) => ({ ReturnValuesOnConditionCheckFailure }));

/** A write, and the kind of it in a transaction. */
const write = fc.oneof(
  fc.tuple(place, attributes, optional(condition), met).map(([[TableName, at], rest, when, met]) => {
    const placing = new Placing();
    const ConditionExpression = when?.(placing);
    return [
      'Put',
      {
        TableName,
        Item: { ...rest, ...at },
        ...met,
        ...(ConditionExpression && { ConditionExpression }),
        ...placing.fields,
      },
    ] as const;
  }),
  fc.tuple(place, update, optional(condition), met).map(([[TableName, Key], change, when, met]) => {
    const placing = new Placing();
    const [UpdateExpression, ConditionExpression] = [change(placing), when?.(placing)];
    return [
      'Update',
      {
        TableName,
        Key,
        UpdateExpression,
        ...met,
        ...(ConditionExpression && { ConditionExpression }),
        ...placing.fields,
      },
    ] as const;
  }),
  fc.tuple(place, optional(condition), met).map(([[TableName, Key], when, met]) => {
    const placing = new Placing();
    const ConditionExpression = when?.(placing);
    return [
      'Delete',
      { TableName, Key, ...met, ...(ConditionExpression && { ConditionExpression }), ...placing.fields },
    ] as const;
  }),
);
const check = fc.tuple(place, condition, met).map(([[TableName, Key], when, met]) => {
  const placing = new Placing();
  return [
    'ConditionCheck',
    { TableName, Key, ConditionExpression: when(placing), ...met, ...placing.fields },
  ] as const;
});

const singleWrite = fc
  .tuple(write, capacity, fc.constantFrom('ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW', 'NONE'), fc.boolean())
  .map(([[kind, input], consumed, updated, wantsOld]) => {
    const ofUpdate = 'UpdateExpression' in input && !input.UpdateExpression.includes('[') ? updated : 'NONE';
    const ReturnValues = kind === 'Update' ? ofUpdate : wantsOld ? 'ALL_OLD' : 'NONE';
    return { operation: `${kind}Item`, input: { ...input, ...consumed, ReturnValues } };
  });
const transaction = fc
  .tuple(fc.array(fc.oneof({ weight: 3, arbitrary: write }, check), { minLength: 1, maxLength: 4 }), capacity)
  .map(([parts, consumed]) => ({
    operation: 'TransactWriteItems',
    input: { TransactItems: parts.map(([kind, input]) => ({ [kind]: input })), ...consumed },
  }));
const get = fc.oneof(
  fc.tuple(place, fc.boolean(), capacity).map(([[TableName, Key], ConsistentRead, consumed]) => ({
    operation: 'GetItem',
    input: { TableName, Key, ConsistentRead, ...consumed },
  })),
  fc.tuple(place, projection).map(([[TableName, Key], ProjectionExpression]) => ({
    operation: 'GetItem',
    input: { TableName, Key, ProjectionExpression },
  })),
);
const transactGet = fc
  .tuple(fc.uniqueArray(place, { minLength: 1, maxLength: 3, selector: JSON.stringify }), capacity)
  .map(([gets, consumed]) => ({
    operation: 'TransactGetItems',
    input: { TransactItems: gets.map(([TableName, Key]) => ({ Get: { TableName, Key } })), ...consumed },
  }));
const batchGet = fc
  .tuple(fc.array(key, { minLength: 1, maxLength: 4 }), fc.boolean(), capacity)
  .map(([Keys, ConsistentRead, consumed]) => ({
    operation: 'BatchGetItem',
    input: { RequestItems: { texts: { Keys, ConsistentRead } }, ...consumed },
  }));
const batchWrite = fc
  .tuple(fc.array(fc.tuple(key, optional(attributes)), { minLength: 1, maxLength: 4 }), capacity)
  .map(([writes, consumed]) => ({
    operation: 'BatchWriteItem',
    input: {
      RequestItems: {
        texts: writes.map(([Key, rest]) =>
          rest === undefined ? { DeleteRequest: { Key } } : { PutRequest: { Item: { ...rest, ...Key } } },
        ),
      },
      ...consumed,
    },
  }));

const sortText: fc.Arbitrary<Text> = fc.oneof(
  fc
    .constantFrom('=', '<', '<=', '>', '>=')
    .chain((sign) =>
      text('1', '12', '2', 'é').map((of) => (placing: Placing) => `sk ${sign} ${placing.value(of)}`),
    ),
  text('1', 'é', 'x').map((of) => (placing: Placing) => `begins_with(sk, ${placing.value(of)})`),
  fc.tuple(text('1', '12'), text('2', 'é')).map(
    ([low, high]) =>
      (placing: Placing) =>
        `sk BETWEEN ${placing.value(low)} AND ${placing.value(high)}`,
  ),
);
const reading = fc.record({
  capacity,
  limit: optional(fc.constantFrom(1, 2, 5)),
  forward: fc.boolean(),
  counts: fc.boolean(),
  filter: optional(fc.constantFrom('n > :n', 'attribute_exists(n)', 'size(s) >= :n')),
});
function page(
  { capacity, limit, counts, filter }: typeof reading extends fc.Arbitrary<infer Of> ? Of : never,
  placing: Placing,
) {
  const FilterExpression = filter?.replace(':n', () => placing.value({ N: '1' }));
  return {
    ...capacity,
    ...(limit && { Limit: limit }),
    ...(counts && { Select: 'COUNT' }),
    ...(FilterExpression && { FilterExpression }),
  };
}
const query = fc.tuple(text('A', 'B'), optional(sortText), reading).map(([pk, sort, how]) => {
  const placing = new Placing();
  const conditions = [`pk = ${placing.value(pk)}`, ...(sort === undefined ? [] : [sort(placing)])];
  return {
    operation: 'Query',
    input: {
      TableName: 'texts',
      KeyConditionExpression: conditions.join(' AND '),
      ScanIndexForward: how.forward,
      ConsistentRead: true,
      ...page(how, placing),
      ...placing.fields,
    },
  };
});
const indexQuery = fc
  .tuple(
    fc.constantFrom(['byStatus', 'gsi1pk', 'READY'], ['byKind', 'kind', 'k1'], ['whole', 'gsi1pk', 'DONE']),
    reading,
  )
  .map(([[IndexName, name, S], how]) => {
    const placing = new Placing();
    const asked = `${name} = ${placing.value({ S })}`;
    return {
      operation: 'Query',
      input: {
        TableName: 'texts',
        IndexName,
        KeyConditionExpression: asked,
        ScanIndexForward: how.forward,
        // Only what every index has may be filtered by: see the differences.
        ...page({ ...how, filter: IndexName === 'byStatus' ? undefined : how.filter }, placing),
        ...placing.fields,
      },
    };
  });
const numberQuery = fc
  .tuple(
    fc.constantFrom('AA==', 'AP8=').map((B) => ({ B })),
    fc.constantFrom('=', '<', '<=', '>', '>='),
    fc.constantFrom('-1.5', '-2', '0', '1000').map((N) => ({ N })),
    reading,
  )
  .map(([pk, sign, sk, how]) => {
    const placing = new Placing();
    const asked = `pk = ${placing.value(pk)} AND sk ${sign} ${placing.value(sk)}`;
    return {
      operation: 'Query',
      input: {
        TableName: 'numbers',
        KeyConditionExpression: asked,
        ScanIndexForward: how.forward,
        ...page({ ...how, filter: undefined }, placing),
        ...placing.fields,
      },
    };
  });
const scan = fc
  .tuple(fc.constantFrom(undefined, 'byStatus', 'byKind'), condition, fc.boolean(), capacity)
  .map(([IndexName, when, filters, consumed]) => {
    const placing = new Placing();
    const FilterExpression = filters && IndexName === undefined ? when(placing) : undefined;
    return {
      operation: 'Scan',
      input: {
        TableName: 'texts',
        ...(IndexName && { IndexName }),
        ...(FilterExpression && { FilterExpression }),
        ...consumed,
        ...placing.fields,
      },
    };
  });

/** Any call. */
export const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 8, arbitrary: singleWrite },
  { weight: 4, arbitrary: transaction },
  { weight: 2, arbitrary: query },
  { weight: 2, arbitrary: indexQuery },
  numberQuery,
  get,
  transactGet,
  batchGet,
  batchWrite,
  scan,
);
