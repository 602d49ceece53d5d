import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedAssembly } from '#local/assembly/assembly.ts';
import { startCloud } from '#local/cloud.ts';
import { StateInUse } from '#local/state-directory.ts';
import { TinyCloud, tinyAssembly } from './fixtures/tiny-cloud.ts';

const tiny = new TinyCloud();
beforeAll(() => tiny.start());
afterAll(() => tiny.remove());

interface Answer {
  readonly status: number | undefined;
  readonly date: string | undefined;
  readonly body: string;
}

function send(path: string, headers: Record<string, string>, method = 'POST'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${tiny.cloud.endpoint}${path}`, { method, headers }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode, date: incoming.headers.date, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function signedFor(service: string): Record<string, string> {
  const { accessKeyId } = tiny.cloud.credentials();
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260105/x/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  };
}

describe('the gateway', () => {
  it('answers 501 and names the operation that a service does not have', async () => {
    await expect(
      tiny.clients.dynamoDb.createTable({ TableName: 'x', KeySchema: [], AttributeDefinitions: [] }),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The embedded cloud does not implement dynamodb:CreateTable.',
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('answers 501 and names a service that it does not have', async () => {
    const { status, body } = await send('/', signedFor('kinesis'));
    expect(status).toBe(501);
    expect(body).toContain('no service \\"kinesis\\"');
  });

  it('refuses a Host that is not this machine', async () => {
    const { status, body } = await send('/_local/status', { host: 'rebound.example' }, 'GET');
    expect(status).toBe(403);
    expect(body).toContain('127.0.0.1');
  });

  it('refuses what a page of another site sends', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' };
    expect((await send('/_local/clock/skip', foreign)).status).toBe(403);
    const own = { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:5173' };
    expect((await send('/_local/idle', own)).status).toBe(200);
  });

  it('refuses a key that it did not give, and a call without one', async () => {
    const stranger = new SQS({
      endpoint: tiny.cloud.endpoint,
      region: tiny.cloud.region,
      credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    await expect(stranger.listQueues({})).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    stranger.destroy();
    const { status, body } = await send('/', { 'x-amz-target': 'DynamoDB_20120810.ListTables' });
    expect([status, body]).toEqual([403, expect.stringContaining('MissingAuthenticationToken')]);
  });

  it('refuses a request that is too large before it is sent', async () => {
    const { status } = await send('/', { ...signedFor('s3'), 'content-length': String(2 ** 31) }).catch(
      () => ({
        status: 413,
      }),
    );
    expect(status).toBe(413);
  });

  it('shows the time of the cloud', async () => {
    const { date } = await send('/_local/status', {}, 'GET');
    expect(date).toBe('Mon, 05 Jan 2026 00:00:00 GMT');
  });

  it('continues when a caller hangs up in the middle of a call', async () => {
    await new Promise<void>((resolve) => {
      const outgoing = request(`${tiny.cloud.endpoint}/`, {
        method: 'POST',
        headers: { ...signedFor('s3'), 'content-length': '1000' },
      });
      outgoing.on('error', () => resolve());
      outgoing.write('half', () => outgoing.destroy(new Error('gone')));
    });
    expect((await send('/_local/status', {}, 'GET')).status).toBe(200);
  });
});

describe('services together', () => {
  it('an HTTP API calls its function', async () => {
    const url = tiny.cloud.outputs.ApiUrl;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${url}/pages/one?who=me`);
    expect([response.status, await response.text()]).toEqual([200, 'GET /pages/one for me']);
  });

  it('a rule hands a matching event to its function and its queue', async () => {
    await tiny.clients.events.putEvents({
      Entries: ['Arrived', 'Left'].map((DetailType) => ({
        Source: 'tiny',
        DetailType,
        Detail: JSON.stringify({ name: DetailType }),
      })),
    });
    await tiny.control('POST', '/idle');
    const { Items } = await tiny.clients.dynamoDb.scan({ TableName: 'things' });
    expect(Items).toEqual([{ pk: { S: 'event Arrived' }, source: { S: 'tiny' } }]);
    const { Messages } = await tiny.clients.sqs.receiveMessage({
      QueueUrl: tiny.cloud.outputs.QueueUrl,
      MaxNumberOfMessages: 10,
    });
    expect(Messages?.map(({ Body }) => JSON.parse(Body ?? '').detail)).toEqual([{ name: 'Arrived' }]);
  });

  it('a schedule starts its state machine, which asks its function', async () => {
    const { body } = await tiny.control('POST', '/clock/skip');
    expect(body).toMatchObject({ fired: '2026-01-05T07:00:00.000Z' });
    const { executions = [] } = await tiny.clients.stepFunctions.listExecutions({
      stateMachineArn: tiny.cloud.outputs.AskingArn,
    });
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED']);
    const { output } = await tiny.clients.stepFunctions.describeExecution({
      executionArn: executions[0]?.executionArn,
    });
    expect(JSON.parse(output ?? '')).toMatchObject({
      event: { by: 'the schedule' },
      now: '2026-01-05T07:00:00.000Z',
    });
  });
});

describe('what it keeps', () => {
  it('is there after a restart: objects, items, messages, secrets, the clock and events under way', async () => {
    const { clients, cloud } = tiny;
    const { QueueUrl, SecretArn } = cloud.outputs;
    await clients.s3.putObject({ Bucket: 'tiny-files', Key: 'kept/a.txt', Body: 'kept' });
    await clients.dynamoDb.putItem({ TableName: 'things', Item: { pk: { S: 'kept' } } });
    const { Messages: earlier = [] } = await clients.sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    for (const { ReceiptHandle } of earlier) await clients.sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    await clients.sqs.sendMessage({ QueueUrl, MessageBody: 'kept message' });
    const secret = (await clients.secrets.getSecretValue({ SecretId: SecretArn })).SecretString;
    await clients.lambda.invoke({
      FunctionName: 'stumbler',
      InvocationType: 'Event',
      Payload: JSON.stringify({ how: 'throw', which: 'restarted' }),
    });
    await tiny.control('POST', '/idle');
    const before = await tiny.control('GET', '/clock');

    await tiny.stop();
    await tiny.start();

    const again = tiny.clients;
    expect(await tiny.control('GET', '/clock')).toEqual(before);
    const object = await again.s3.getObject({ Bucket: 'tiny-files', Key: 'kept/a.txt' });
    expect(await object.Body?.transformToString()).toBe('kept');
    const { Item } = await again.dynamoDb.getItem({ TableName: 'things', Key: { pk: { S: 'kept' } } });
    expect(Item).toEqual({ pk: { S: 'kept' } });
    const { Messages } = await again.sqs.receiveMessage({ QueueUrl: tiny.cloud.outputs.QueueUrl });
    expect(Messages?.map(({ Body }) => Body)).toEqual(['kept message']);
    expect((await again.secrets.getSecretValue({ SecretId: SecretArn })).SecretString).toBe(secret);
    // The event that failed once is tried again when its time comes, and in the end is in the dead-letter queue.
    await tiny.control('POST', '/clock/advance', { seconds: 180 });
    const dead = await again.sqs.receiveMessage({ QueueUrl: tiny.cloud.outputs.FailedQueueUrl });
    expect(dead.Messages?.map(({ Body }) => JSON.parse(Body ?? ''))).toEqual([
      { how: 'throw', which: 'restarted' },
    ]);
  });

  it('is used by one cloud at a time, in this process and in others', async () => {
    const assembly = await tinyAssembly();
    await expect(startCloud({ assembly, state: tiny.state })).rejects.toThrow(StateInUse);
    const module = fileURLToPath(new URL('../../local/state-directory.ts', import.meta.url));
    const other = spawnSync(process.execPath, [
      '--input-type=module',
      '--eval',
      `const { StateDirectory } = await import(${JSON.stringify(module)});
       try { new StateDirectory(${JSON.stringify(tiny.state)}, true); } catch (error) { console.log(error.message); }`,
    ]);
    expect(other.stdout.toString()).toContain(`already running as process ${process.pid}`);
  });
});

describe('an assembly with things that are not known', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unknown-assembly-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is refused with all properties of all services by name', async () => {
    const resource = (Type: string, Properties: object): object => ({ Type, Properties });
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({
        version: '38.0.0',
        artifacts: { Odd: { type: 'aws:cloudformation:stack', properties: { templateFile: 'odd.json' } } },
      }),
    );
    writeFileSync(
      join(folder, 'odd.json'),
      JSON.stringify({
        Resources: {
          Fifo: resource('AWS::SQS::Queue', { FifoQueue: true, RedrivePolicy: {} }),
          Delay: resource('AWS::SQS::Queue', { DelaySeconds: 3 }),
          Streamed: resource('AWS::DynamoDB::Table', {
            StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
          }),
          Bounded: resource('AWS::IAM::Role', { PermissionsBoundary: 'x' }),
          Python: resource('AWS::Lambda::Function', { Runtime: 'python3.13', Code: { S3Key: 'x' } }),
          Express: resource('AWS::StepFunctions::StateMachine', {
            StateMachineType: 'EXPRESS',
            RoleArn: 'x',
            DefinitionString: '{}',
          }),
        },
      }),
    );
    const state = join(folder, 'state');
    const refusal: unknown = await startCloud({ assembly: folder, state }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnsupportedAssembly);
    expect(refusal instanceof UnsupportedAssembly ? refusal.problems : []).toEqual([
      'AWS::IAM::Role Bounded: the embedded cloud does not know PermissionsBoundary.',
      'AWS::SQS::Queue Fifo: the embedded cloud does not know FifoQueue, RedrivePolicy.',
      'AWS::SQS::Queue Delay: the embedded cloud does not know DelaySeconds.',
      'AWS::DynamoDB::Table Streamed: the embedded cloud does not know StreamSpecification.',
      'AWS::Lambda::Function Python: the embedded cloud does not know the runtime python3.13.',
      'AWS::StepFunctions::StateMachine Express: the embedded cloud does not know Express workflows.',
    ]);
    // Nothing is left running or locked.
    await expect(startCloud({ assembly: folder, state })).rejects.toThrow(UnsupportedAssembly);
  });
});
