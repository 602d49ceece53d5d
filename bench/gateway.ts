/**
 * Measures what the gateway adds to a call: GetItem as a function's role, judged by the synthesised policies, through the
 * gateway, and of a bare server that does nothing but call an engine of its own, in turns. Both are in one process.
 *
 *     npm run bench:gateway -- [--calls 5000] [--json]
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { ensureAssembly } from '#cli/cloud/assembly.ts';
import { clientSettings, readOutputs } from '#cli/cloud/connection.ts';
import { createControl } from '#cli/cloud/control.ts';
import { defaultHome } from '#cli/cloud/home.ts';
import { forkCloud } from '#cli/cloud/memory.ts';
import { createOutput } from '#cli/output.ts';
import { tableDefinition } from '#functions/store/table-definition.ts';
import { startCloud } from '#local/cloud.ts';
import { startDynamoDb } from '#local/dynamodb/engine.ts';
import { quantile } from './quantile.ts';

/** What the cloud's process says of itself. */
interface Started {
  readonly endpoint: string;
  /** Of the bare server. */
  readonly bare: string;
  /** Of a role that may read the table. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly roleArn: string;
  readonly tableName: string;
}

if (process.send === undefined) await measure();
else await serve(process.argv[2] ?? '');

/** The cloud and the bare server, in a process of their own, which stops at any message. */
async function serve(state: string): Promise<void> {
  const { folder } = await ensureAssembly(join(defaultHome, 'assemblies'));
  const cloud = await startCloud({ assembly: folder, state, clock: 'virtual' });
  const control = createControl(cloud.endpoint);
  const { TableName: tableName } = readOutputs(await control.outputs());
  const bare = await serveBare(tableName);
  const uses: unknown = await (await fetch(`${cloud.endpoint}/_local/iam`)).json();
  const roles = new Set((uses as readonly { roleArn?: string }[]).map(({ roleArn }) => roleArn ?? ''));
  for (const roleArn of roles) {
    if (roleArn === '') continue;
    const credentials = cloud.credentials(roleArn);
    const client = new DynamoDBClient(clientSettings(cloud.endpoint, credentials));
    const may = await client.send(getItem(tableName)).then(
      () => true,
      () => false,
    );
    client.destroy();
    if (!may) continue;
    const started = { endpoint: cloud.endpoint, bare: bare.endpoint, credentials, roleArn, tableName };
    process.send?.(started satisfies Started);
    process.once('message', () => {
      void Promise.all([cloud.stop(), bare.stop()]).then(() => process.disconnect());
    });
    return;
  }
  throw new Error('No role may read the table.');
}

/** An engine with an empty table in memory, behind as little of a server as there can be. */
async function serveBare(tableName: string): Promise<{ endpoint: string; stop: () => Promise<unknown> }> {
  const engine = await startDynamoDb({ account: '000000000000', region: 'local', now: () => Date.now() });
  const { partitionKey, sortKey } = tableDefinition;
  await engine.call({
    operation: 'CreateTable',
    input: {
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((name) => ({
        AttributeName: name,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    },
  });
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString());
      void engine.call({ operation: 'GetItem', input }).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(body);
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      return Promise.all([engine.stop(), once(server.close(), 'close')]);
    },
  };
}

function getItem(tableName: string): GetItemCommand {
  const { partitionKey, sortKey } = tableDefinition;
  return new GetItemCommand({
    TableName: tableName,
    Key: { [partitionKey]: { S: 'nobody' }, [sortKey]: { S: 'nothing' } },
  });
}

async function measure(): Promise<void> {
  const program = new Command('bench:gateway')
    .description('measure what the gateway adds to a call')
    .option('--calls <count>', 'how many calls each way', '5000')
    .option('--json', 'print the result as JSON');
  program.parse();
  const { calls, json } = program.opts<{ calls: string; json?: boolean }>();
  const output = createOutput(json === true, (text) => process.stdout.write(text));
  const state = await mkdtemp(join(tmpdir(), 'jaring-gateway-'));
  const child = forkCloud(new URL(import.meta.url), [state]);
  const ended = once(child, 'exit');
  try {
    const [started]: Started[] = await Promise.race([
      once(child, 'message'),
      ended.then(([code]) => Promise.reject(new Error(`The cloud's process ended (${code}).`))),
    ]);
    if (started === undefined) throw new Error("The cloud's process said nothing.");
    const through = new DynamoDBClient(clientSettings(started.endpoint, started.credentials));
    const bare = new DynamoDBClient(clientSettings(started.bare, started.credentials));
    const command = getItem(started.tableName);
    const times = { through: [] as number[], bare: [] as number[] };
    const warmUp = Number(calls) / 5;
    for (let call = -warmUp; call < Number(calls); call += 1) {
      for (const [way, client] of [['through', through] as const, ['bare', bare] as const]) {
        const began = performance.now();
        await client.send(command);
        if (call >= 0) times[way].push(performance.now() - began);
      }
    }
    through.destroy();
    bare.destroy();
    const [throughMedian, bareMedian] = [quantile(times.through, 0.5), quantile(times.bare, 0.5)];
    const measured = {
      calls: Number(calls),
      role: started.roleArn.split('/').at(-1),
      throughMs: throughMedian,
      bareMs: bareMedian,
      addedMs: throughMedian - bareMedian,
    };
    output.data(measured);
    output.table(
      [{ title: 'measure' }, { title: 'value', align: 'right' }],
      [
        ['calls each way', String(measured.calls)],
        ['as the role', String(measured.role)],
        ['through the gateway, median, ms', throughMedian.toFixed(3)],
        ['of a bare server, median, ms', bareMedian.toFixed(3)],
        ['added, ms', measured.addedMs.toFixed(3)],
      ],
    );
  } finally {
    if (child.connected) child.send('stop');
    await ended;
    await rm(state, { recursive: true, force: true });
  }
}
