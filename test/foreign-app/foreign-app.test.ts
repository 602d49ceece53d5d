/** An app that is not ours, run by the command and talked to by the AWS SDK's clients alone. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface App {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly apis: Readonly<Record<string, string>>;
  readonly mailbox: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const command = fileURLToPath(new URL('../../cli/jaring.ts', import.meta.url));
const run = promisify(execFile);

let folder: string;
let cloud: ChildProcess;
let app: App;

async function put(key: string, wish: object) {
  const client = new S3Client({ ...settings(), forcePathStyle: true });
  await client.send(
    new PutObjectCommand({ Bucket: app.outputs.BucketName, Key: key, Body: JSON.stringify(wish) }),
  );
  client.destroy();
}
function settings() {
  const { endpoint, region, accessKeyId, secretAccessKey } = app;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}
function control(path: string, body: object = {}) {
  return fetch(`${app.endpoint}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) });
}
async function mails(): Promise<{ to: string[]; text: string }[]> {
  return (await fetch(`${app.endpoint}/_local/mailbox`)).json() as never;
}
async function shown(isbn: string): Promise<unknown> {
  return (await fetch(`${app.apis.Desk}/books/${isbn}`)).json();
}
async function statuses() {
  const client = new SFNClient(settings());
  const { executions = [] } = await client.send(
    new ListExecutionsCommand({ stateMachineArn: app.outputs.ReservationArn }),
  );
  client.destroy();
  return executions.map(({ status }) => status);
}

beforeAll(async () => {
  // Outside of this project, where another team's assembly would be.
  folder = await mkdtemp(join(tmpdir(), 'library-'));
  await run(process.execPath, [
    fileURLToPath(new URL('./library.ts', import.meta.url)),
    join(folder, 'cdk.out'),
  ]);
  const options = ['--state', join(folder, 'state'), '--port', '0', '--clock', 'virtual', '--json'];
  cloud = spawn(process.execPath, [command, 'cloud', '--assembly', join(folder, 'cdk.out'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of cloud.stdout ?? []) {
    output += String(chunk);
    if (output.trimEnd().endsWith('}')) break;
  }
  app = JSON.parse(output);
});

afterAll(async () => {
  if (cloud?.exitCode === null) {
    const exited = once(cloud, 'exit');
    cloud.kill('SIGTERM');
    await exited;
  }
  await rm(folder, { recursive: true, force: true });
});

test('a wish that is uploaded reserves the book and notifies the reader', async () => {
  expect(await shown('9789799731234')).toEqual({ isbn: '9789799731234', reserved: false });
  await put('wishes/1.json', { isbn: '9789799731234', reader: 'siti@reader.example' });
  await control('idle');
  expect(await mails()).toMatchObject([
    { to: ['siti@reader.example'], text: expect.stringContaining('waits at the desk') },
  ]);
  const client = new DynamoDBClient(settings());
  const { Item } = await client.send(
    new GetItemCommand({ TableName: app.outputs.TableName, Key: { isbn: { S: '9789799731234' } } }),
  );
  client.destroy();
  expect(Item?.reader).toEqual({ S: 'siti@reader.example' });
  expect(await shown('9789799731234')).toEqual({ isbn: '9789799731234', reserved: true });
});

test('a book that another reader has is waited for, for a week', async () => {
  await put('wishes/2.json', { isbn: '9789799731234', reader: 'budi@reader.example' });
  await control('idle');
  await control('clock/advance', { seconds: 6 * 86_400 });
  expect(await statuses()).toEqual(['RUNNING', 'SUCCEEDED']);
  await control('clock/advance', { seconds: 86_400 });
  expect(await statuses()).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect((await mails()).at(-1)).toMatchObject({
    to: ['budi@reader.example'],
    text: expect.stringContaining('cannot be had'),
  });
});

test('what lies elsewhere in the bucket starts nothing', async () => {
  const before = await statuses();
  await put('other/3.json', { isbn: '1', reader: 'nobody@reader.example' });
  await control('idle');
  expect(await statuses()).toEqual(before);
});

test('an assembly with what the cloud has not is refused, everything by name at once', async () => {
  const template = join(folder, 'cdk.out/Library.template.json');
  const whole = await readFile(template, 'utf8');
  const { Resources, ...rest } = JSON.parse(whole);
  const more = {
    Loans: { Type: 'AWS::Kinesis::Stream', Properties: {} },
    Cards: { Type: 'AWS::RDS::DBInstance', Properties: {} },
  };
  await writeFile(template, JSON.stringify({ ...rest, Resources: { ...Resources, ...more } }));
  const refused = run(process.execPath, [
    ...[command, 'cloud', '--assembly', join(folder, 'cdk.out'), '--state', join(folder, 'none')],
    ...['--port', '0'],
  ]);
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Library\/Loans \(AWS::Kinesis::Stream\)[\s\S]*Library\/Cards/),
  });
  await writeFile(template, whole);
});
