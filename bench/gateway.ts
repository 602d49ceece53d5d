/**
 * Measures what the gateway adds to a call: GetItem as a function's role, judged by the synthesised policies, through the
 * gateway and straight to the DynamoDB behind it, in turns.
 *
 *     npm run bench:gateway -- [--calls 5000] [--json]
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
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
  /** Of a role that may read the table. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly roleArn: string;
  readonly tableName: string;
}

if (process.send === undefined) await measure();
else await serve(process.argv[2] ?? '');

/** The cloud, in a process of its own: it takes DynamoDB from the environment, and stops when told anything. */
async function serve(state: string): Promise<void> {
  const { folder } = await ensureAssembly(join(defaultHome, 'assemblies'));
  const cloud = await startCloud({ assembly: folder, state, clock: 'virtual' });
  const control = createControl(cloud.endpoint);
  const { TableName: tableName } = readOutputs(await control.outputs());
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
    process.send?.({ endpoint: cloud.endpoint, credentials, roleArn, tableName } satisfies Started);
    process.once('message', () => void cloud.stop().then(() => process.disconnect()));
    return;
  }
  throw new Error('No role may read the table.');
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
  const database = await startDynamoDb(state);
  const child = forkCloud(new URL(import.meta.url), [state], { DYNAMODB_ENDPOINT: database.endpoint });
  const ended = once(child, 'exit');
  try {
    const [started]: Started[] = await Promise.race([
      once(child, 'message'),
      ended.then(([code]) => Promise.reject(new Error(`The cloud's process ended (${code}).`))),
    ]);
    if (started === undefined) throw new Error("The cloud's process said nothing.");
    const through = new DynamoDBClient(clientSettings(started.endpoint, started.credentials));
    const straight = new DynamoDBClient(clientSettings(database.endpoint, started.credentials));
    const command = getItem(started.tableName);
    const times = { through: [] as number[], straight: [] as number[] };
    const warmUp = Number(calls) / 5;
    for (let call = -warmUp; call < Number(calls); call += 1) {
      for (const [way, client] of [['through', through] as const, ['straight', straight] as const]) {
        const began = performance.now();
        await client.send(command);
        if (call >= 0) times[way].push(performance.now() - began);
      }
    }
    through.destroy();
    straight.destroy();
    const [throughMedian, straightMedian] = [quantile(times.through, 0.5), quantile(times.straight, 0.5)];
    const measured = {
      calls: Number(calls),
      role: started.roleArn.split('/').at(-1),
      throughMs: throughMedian,
      straightMs: straightMedian,
      addedMs: throughMedian - straightMedian,
    };
    output.data(measured);
    output.table(
      [{ title: 'measure' }, { title: 'value', align: 'right' }],
      [
        ['calls each way', String(measured.calls)],
        ['as the role', String(measured.role)],
        ['through the gateway, median, ms', throughMedian.toFixed(3)],
        ['straight to DynamoDB, median, ms', straightMedian.toFixed(3)],
        ['added, ms', measured.addedMs.toFixed(3)],
      ],
    );
  } finally {
    if (child.connected) child.send('stop');
    await ended;
    await database.stop();
    await rm(state, { recursive: true, force: true });
  }
}
