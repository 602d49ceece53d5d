/** CreateTable, DescribeTable and ListTables. AWS: the operations in the API reference. */
import { createHash } from 'node:crypto';
import { listOf, objectOf, textOf } from '../../declared-resource.ts';
import { validation } from '../errors.ts';
import type { Entries } from '../storage/entries.ts';
import type { Table } from '../storage/table.ts';
import { definitionOf } from '../storage/table-schema.ts';
import { type Context, type Input, member, type Outcome, tableOf } from './request.ts';

export function createTable(context: Context, input: Input): Outcome {
  const table = context.database.create(definitionOf(input), context.now());
  return { members: [member('TableDescription', JSON.stringify(describe(context, table)))], charges: [] };
}

export function describeTable(context: Context, input: Input): Outcome {
  const table = tableOf(context, input.TableName);
  return { members: [member('Table', JSON.stringify(describe(context, table)))], charges: [] };
}

const mostNames = 100;

export function listTables({ database }: Context, input: Input): Outcome {
  const limit = typeof input.Limit === 'number' ? input.Limit : mostNames;
  if (limit < 1 || limit > mostNames) {
    throw validation(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ` +
        (limit < 1 ? 'greater than or equal to 1' : `less than or equal to ${mostNames}`),
    );
  }
  const after = textOf(input.ExclusiveStartTableName);
  const names = database.names().filter((name) => after === undefined || name > after);
  const page = names.slice(0, limit);
  return {
    members: [
      member('TableNames', JSON.stringify(page)),
      ...(names.length > page.length ? [member('LastEvaluatedTableName', JSON.stringify(page.at(-1)))] : []),
    ],
    charges: [],
  };
}

function describe(
  { account, region }: Context,
  { schema, definition, createdAt, items, indexes }: Table,
): object {
  const arn = `arn:aws:dynamodb:${region}:${account}:table/${schema.name}`;
  const described = (
    isGlobal: boolean,
    given: readonly unknown[] | undefined,
  ): readonly object[] | undefined =>
    given?.map((each) => {
      const { IndexName: name, KeySchema, Projection } = objectOf(each);
      const index = indexes.find((one) => one.schema.name === name);
      return {
        IndexName: name,
        KeySchema: listOf(KeySchema),
        Projection,
        IndexArn: `${arn}/index/${String(name)}`,
        ...(isGlobal ? { IndexStatus: 'ACTIVE', ProvisionedThroughput: onDemand } : {}),
        ...totals('Index', index?.entries),
      };
    });
  return {
    TableName: schema.name,
    TableArn: arn,
    TableId: idOf(`${arn} ${createdAt}`),
    TableStatus: 'ACTIVE',
    AttributeDefinitions: definition.AttributeDefinitions,
    KeySchema: definition.KeySchema,
    CreationDateTime: createdAt / 1000,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: onDemand,
    DeletionProtectionEnabled: false,
    ...totals('Table', items),
    GlobalSecondaryIndexes: described(true, definition.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: described(false, definition.LocalSecondaryIndexes),
  };
}

const onDemand = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

function totals(of: 'Table' | 'Index', entries: Entries | undefined): Readonly<Record<string, number>> {
  const { count, size } = entries?.total() ?? { count: 0, size: 0 };
  return { [`${of}SizeBytes`]: size, ItemCount: count };
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
