/**
 * A real DynamoDB for the store's tests: the dynoxide binary, in memory, or whatever DYNAMODB_ENDPOINT names.
 * Each caller gets a table of its own, so that test files do not see each other.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '#functions/store/table-definition.ts';

export interface TestTable {
  client: DynamoDBClient;
  tableName: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });

/** Starts the binary and answers its endpoint once it says that it listens. */
const startDynoxide = async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json'));
  const port = await freePort();
  const server = spawn(join(folder, 'dynoxide'), ['serve', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('listening')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`dynoxide ended with ${code}: ${said}`)));
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.kill();
      await ended;
    },
  };
};

/** An empty table with the application's shape. Dispose of it with `await using`, or in `afterAll`. */
export const startTable = async (): Promise<TestTable> => {
  const given = process.env.DYNAMODB_ENDPOINT;
  const server = given === undefined ? await startDynoxide() : { endpoint: given, stop: async () => {} };
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'ap-southeast-3',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
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
  return {
    client,
    tableName,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await server.stop();
    },
  };
};
