/**
 * A real DynamoDB for the store's tests: the embedded cloud's, in memory, or whatever the environment names.
 * Each file gets a table of its own, so that test files do not see each other.
 */
import { createHash, randomUUID } from 'node:crypto';
import { CreateTableCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { canonicalJson } from '#domain/proposal/audit.ts';
import { tableDefinition } from '#functions/store/table-definition.ts';
import { startDynamoDb } from '#local/dynamodb/engine.ts';
import { clientOf } from '../../in-process-dynamodb.ts';

export interface TestTable {
  client: DynamoDBClient;
  tableName: string;
}

/** Starts an empty table of the application's shape before the first test of the file, and ends it after the last. */
export function useTable(opened: (table: TestTable) => void | Promise<void>): void {
  let end = async (): Promise<void> => {};
  beforeAll(async () => {
    const engine = await startDynamoDb({
      account: '123456789012',
      region: 'ap-southeast-3',
      now: () => Date.now(),
    });
    end = () => engine.stop();
    await opened(await createTable(clientOf(engine)));
  });
  afterAll(() => end());
}

async function createTable(client: DynamoDBClient): Promise<TestTable> {
  const tableName = `jaring-${randomUUID()}`;
  const { partitionKey, sortKey, index } = tableDefinition;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey, index.partitionKey, index.sortKey].map((name) => ({
        AttributeName: name,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: index.name,
          KeySchema: [
            { AttributeName: index.partitionKey, KeyType: 'HASH' },
            { AttributeName: index.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return { client, tableName };
}

/**
 * A digest of all that is in the table: the same as long as nothing was written.
 * @param but partitions that are left out, by what their keys begin with
 */
export async function digestOf({ client, tableName }: TestTable, ...but: string[]): Promise<string> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
  const counted = Items.filter(({ pk }) => !but.some((begin) => pk?.S?.startsWith(begin)));
  return createHash('sha256').update(counted.map(canonicalJson).sort().join('\n')).digest('hex');
}
