import { cpSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsynchronousEvents } from '#local/lambda/asynchronous-events.ts';
import { functionsOf } from '#local/lambda/functions.ts';
import { KeptEnvironments } from '#local/lambda/kept-environments.ts';
import { TinyCloud } from './fixtures/tiny-cloud.ts';
import { Surroundings } from './service-host.ts';

const tiny = new TinyCloud();
beforeAll(() => tiny.start());
afterAll(() => tiny.remove());

function stumble(how: string): ReturnType<TinyCloud['invoke']> {
  return tiny.invoke('stumbler', { how });
}
async function log(name: string): Promise<string> {
  return String((await tiny.control('GET', `/logs/${name}`)).body);
}

describe('a function', () => {
  it('sees the time of the cloud, its environment and nothing of the machine', async () => {
    const { result } = await tiny.invoke('clock', { a: 1 });
    expect(result).toMatchObject({
      event: { a: 1 },
      now: '2026-01-05T00:00:00.000Z',
      ticks: Date.parse('2026-01-05T00:00:00.000Z'),
      of: '1970-01-01T00:00:00.000Z',
      zone: 0,
      text: 'string',
      isDate: true,
      functionName: 'clock',
      greeting: 'hello',
      home: null,
    });
    await tiny.control('POST', '/clock/advance', { seconds: 3600 });
    expect((await tiny.invoke('clock')).result).toMatchObject({ now: '2026-01-05T01:00:00.000Z' });
  });

  it('stays warm between calls', async () => {
    const { result: one } = await tiny.invoke('clock');
    const { result: next } = await tiny.invoke('clock');
    const calls = (result: unknown): number => Number(Object(result).calls);
    expect(calls(next)).toBe(calls(one) + 1);
    expect(Object(next).remaining).toBeGreaterThan(5000);
  });

  it('runs several times at once, and others wait their turn', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => tiny.invoke('clock', { n })));
    expect(all.map(({ result }) => Object(result).event.n)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  });

  it('that throws is answered as AWS does', async () => {
    expect(await stumble('throw')).toMatchObject({
      failed: 'Unhandled',
      result: { errorType: 'CupFell', errorMessage: 'the cup fell', trace: expect.any(Array) },
    });
    expect(await stumble('throw text')).toMatchObject({
      failed: 'Unhandled',
      result: { errorType: 'string', errorMessage: 'just text', trace: [] },
    });
    expect(await log('stumbler')).toContain('CupFell');
  });

  it('that takes too long is killed, and the next call works', async () => {
    for (const how of ['hang', 'spin']) {
      expect(await stumble(how)).toMatchObject({
        failed: 'Unhandled',
        result: {
          errorType: 'Sandbox.Timedout',
          errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
        },
      });
      expect(await stumble('fine')).toEqual({ failed: undefined, result: { how: 'fine' } });
    }
    expect(await log('stumbler')).toMatch(
      /^REPORT RequestId: \S+\tDuration: \d{4,}\.\d\d ms\tMemory Size: \d+ MB\tMax Memory Used: [1-9]\d* MB$/m,
    );
  });

  it('that ends its process is answered, and the next call works', async () => {
    expect(await stumble('exit')).toMatchObject({
      failed: 'Unhandled',
      result: {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining('exit status 3'),
      },
    });
    expect((await stumble('fine')).failed).toBeUndefined();
  });

  it('that fails after it has answered ends neither the answer nor the cloud', async () => {
    expect(await stumble('stumble later')).toEqual({ failed: undefined, result: 'said before' });
    // As in AWS, events that come right after may still meet what is left of it; soon none does.
    let fine = 0;
    const inARow = async () => {
      const { failed } = await stumble('fine');
      fine = failed === undefined ? fine + 1 : 0;
      return fine;
    };
    await expect.poll(inARow, { interval: 20 }).toBe(4);
  });

  it('that returns nothing returns null; too much or no JSON is an error', async () => {
    expect(await stumble('nothing')).toEqual({ failed: undefined, result: null });
    expect((await stumble('big')).result).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await stumble('no JSON')).result).toMatchObject({ errorType: 'Runtime.MarshalError' });
  });

  it('that cannot be loaded is loaded again at each call', async () => {
    const [one, next] = [await tiny.invoke('broken'), await tiny.invoke('broken')];
    expect(one).toMatchObject({ failed: 'Unhandled', result: { errorType: 'NotToday' } });
    expect(next).toMatchObject({ failed: 'Unhandled', result: { errorType: 'NotToday' } });
    expect(Object(one.result).errorMessage).not.toBe(Object(next.result).errorMessage);
  });
});

describe('Invoke', () => {
  const { invoke } = {
    invoke: (input: object) => tiny.clients.lambda.invoke({ FunctionName: 'clock', ...input }),
  };

  it('refuses a function that is not there', async () => {
    await expect(invoke({ FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses an event that is no JSON, waited for or not', async () => {
    for (const InvocationType of ['RequestResponse', 'Event']) {
      await expect(invoke({ InvocationType, Payload: '{"a":' })).rejects.toMatchObject({
        name: 'InvalidRequestContentException',
      });
    }
  });

  it('refuses an event that is too large: 6 MiB, or 1 MiB when no caller waits for the answer', async () => {
    const mebibytes = (n: number): string => JSON.stringify('x'.repeat(n * 1024 * 1024));
    await expect(invoke({ Payload: mebibytes(6) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    await expect(invoke({ InvocationType: 'Event', Payload: mebibytes(1) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    expect((await invoke({ Payload: mebibytes(1) })).StatusCode).toBe(200);
  });

  it('tries whether it may without calling', async () => {
    const before = Object((await tiny.invoke('clock')).result).calls;
    expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(Object((await tiny.invoke('clock')).result).calls).toBeLessThanOrEqual(before + 1);
  });
});

describe('an event that no caller waits for', () => {
  it('is tried three times, a minute and two apart, and then put into the dead-letter queue', async () => {
    const attempts = async (): Promise<readonly string[]> =>
      [...(await log('stumbler')).matchAll(/attempt at (.*)/g)].map(([, at = '']) => at);
    const before = (await attempts()).length;
    const { body } = await tiny.control('GET', '/clock');
    const began = Date.parse(Object(body).now);
    const { StatusCode } = await tiny.clients.lambda.invoke({
      FunctionName: 'stumbler',
      InvocationType: 'Event',
      Payload: JSON.stringify({ how: 'throw' }),
    });
    expect(StatusCode).toBe(202);
    await tiny.control('POST', '/idle');
    await tiny.control('POST', '/clock/advance', { seconds: 3600 });

    const { Messages } = await tiny.clients.sqs.receiveMessage({
      QueueUrl: tiny.cloud.outputs.FailedQueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    expect(Messages).toMatchObject([
      {
        Body: '{"how":"throw"}',
        MessageAttributes: {
          ErrorCode: { StringValue: '200' },
          ErrorMessage: { StringValue: 'the cup fell' },
          RequestID: { StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        },
      },
    ]);
    expect((await attempts()).slice(before)).toEqual(
      [0, 60, 180].map((seconds) => new Date(began + seconds * 1000).toISOString()),
    );
  });
});

describe('an event of a state that was written before events knew their age', () => {
  it('is taken up where it was left', async () => {
    const around = new Surroundings();
    around.db.exec(`
      CREATE TABLE lambda_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, function_arn TEXT NOT NULL, payload TEXT NOT NULL,
        request_id TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL
      ) STRICT`);
    const due = around.clock.now() + 60_000;
    around.db.exec(`INSERT INTO lambda_event VALUES (7, 'arn:f', '{"a":1}', 'request', 1, ${due})`);
    const asset = fileURLToPath(new URL('./fixtures/functions/narrow', import.meta.url));
    const properties = { Runtime: 'nodejs24.x', Code: { S3Key: 'k' }, Handler: 'index.handler' };
    const [target] = functionsOf(
      [{ logicalId: 'F', type: 'AWS::Lambda::Function', physicalId: 'f', arn: 'arn:f', properties }],
      () => asset,
    );
    if (!target) throw new Error('no function');
    const runs: unknown[] = [];
    const givenUp: unknown[] = [];
    const { db, clock, activity } = around;
    const events = new AsynchronousEvents({
      db,
      clock,
      activity,
      run: async (...run) => {
        runs.push([...run, clock.now() - due]);
        return { payload: '{"errorMessage":"no"}', failed: true, ms: 1 };
      },
      functionOf: () => target,
      giveUp: async (event) => void givenUp.push(event),
    });
    events.resume();
    await around.advance(3600);
    expect(runs).toEqual([
      ['arn:f', '{"a":1}', 'request', 0],
      ['arn:f', '{"a":1}', 'request', 120_000],
    ]);
    expect(givenUp).toMatchObject([{ attempts: 3, condition: 'RetriesExhausted' }]);
    expect(db.prepare('SELECT * FROM lambda_event').all()).toEqual([]);
    around.remove();
  });
});

describe('a function with reserved concurrency', () => {
  let door: Server;
  let address: string;
  let knock = Promise.withResolvers<ServerResponse>();

  beforeAll(async () => {
    door = createServer((_, response) => knock.resolve(response));
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${Object(door.address()).port}`;
  });
  afterAll(() => door.close());

  const handled = async (): Promise<readonly string[]> =>
    [...(await log('narrow')).matchAll(/handled (\S+ at .*)/g)].map(([, what = '']) => what);
  const advance = (seconds: number) => tiny.control('POST', '/clock/advance', { seconds });
  const now = async (): Promise<number> => Date.parse(Object((await tiny.control('GET', '/clock')).body).now);
  const at = (began: number, seconds: number): string => new Date(began + seconds * 1000).toISOString();

  /** Begins a call and returns when the function is in the middle of it. */
  async function occupy(): Promise<{ release: () => Promise<unknown> }> {
    knock = Promise.withResolvers();
    const answer = tiny.invoke('narrow', { until: address, n: 'occupant' });
    const response = await knock.promise;
    return {
      release: async () => {
        response.end();
        return (await answer).result;
      },
    };
  }

  async function throwIn(FunctionName: string, payload: object): Promise<void> {
    const { StatusCode } = await tiny.clients.lambda.invoke({
      FunctionName,
      InvocationType: 'Event',
      Payload: JSON.stringify(payload),
    });
    expect(StatusCode).toBe(202);
  }

  async function givenUp() {
    const { Messages = [] } = await tiny.clients.sqs.receiveMessage({
      QueueUrl: tiny.cloud.outputs.GivenUpQueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    for (const { ReceiptHandle } of Messages) {
      await tiny.clients.sqs.deleteMessage({ QueueUrl: tiny.cloud.outputs.GivenUpQueueUrl, ReceiptHandle });
    }
    return Messages;
  }

  it('refuses the call that is one too many, and takes the next', async () => {
    const { release } = await occupy();
    await expect(tiny.invoke('narrow', { n: 1 })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
      $metadata: { httpStatusCode: 429 },
    });
    expect((await tiny.invoke('clock')).failed).toBeUndefined();
    expect(await release()).toEqual({ n: 'occupant' });
    expect((await tiny.invoke('narrow', { n: 2 })).result).toEqual({ n: 2 });
  });

  it('is given an event again until it is free', async () => {
    const before = (await handled()).length;
    const began = await now();
    const { release } = await occupy();
    await throwIn('narrow', { n: 4 });
    // The event is refused before this later call is answered.
    await expect(tiny.invoke('narrow', { n: 5 })).rejects.toThrow('Rate Exceeded.');
    await release();
    await tiny.control('POST', '/idle');
    expect((await handled()).slice(before)).toEqual([`occupant at ${at(began, 0)}`]);
    await advance(2);
    expect((await handled()).slice(before + 1)).toEqual([`4 at ${at(began, 1)}`]);
  });

  it('is tried as often as configured, and its destination notified of the outcome', async () => {
    const before = (await handled()).length;
    const began = await now();
    await throwIn('narrow', { n: 6, fail: true });
    await tiny.control('POST', '/idle');
    await advance(600);
    expect((await handled()).slice(before)).toEqual([`6 at ${at(began, 0)}`, `6 at ${at(began, 60)}`]);
    const messages = await givenUp();
    expect(messages.map(({ Body = '' }) => JSON.parse(Body))).toMatchObject([
      {
        version: '1.0',
        timestamp: at(began, 60),
        requestContext: {
          functionArn: expect.stringMatching(/:function:narrow:\$LATEST$/),
          condition: 'RetriesExhausted',
          approximateInvokeCount: 2,
        },
        requestPayload: { n: 6, fail: true },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'Error', errorMessage: 'too narrow' },
      },
    ]);
  });

  it('fails a state machine’s task by the name that its retriers know', async () => {
    const { executionArn } = await tiny.clients.stepFunctions.startExecution({
      stateMachineArn: tiny.cloud.outputs.SqueezingArn,
    });
    await tiny.control('POST', '/idle');
    expect(await tiny.clients.stepFunctions.describeExecution({ executionArn })).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.TooManyRequestsException',
      cause: expect.stringContaining('Status Code: 429; Error Code: TooManyRequestsException'),
    });
  });

  it('gives up an event that would be too old at its next attempt', async () => {
    const began = await now();
    await throwIn('hasty', { n: 8, fail: true });
    await tiny.control('POST', '/idle');
    await advance(600);
    expect((await givenUp()).map(({ Body = '' }) => JSON.parse(Body))).toMatchObject([
      {
        timestamp: at(began, 60),
        requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
        responsePayload: { errorMessage: 'too narrow' },
      },
    ]);
  });

  it('that is zero takes no calls, and its events go to the dead-letter queue at once', async () => {
    await expect(tiny.invoke('closed')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await throwIn('closed', { n: 7 });
    await tiny.control('POST', '/idle');
    expect(await givenUp()).toMatchObject([
      {
        Body: '{"n":7}',
        MessageAttributes: {
          ErrorCode: { StringValue: '429' },
          ErrorMessage: { StringValue: 'Rate Exceeded.' },
        },
      },
    ]);
  });
});

// Between two clouds another process may take the port that both are to have; only then is a test tried again.
const whenPortIsTaken = { retry: { count: 2, condition: /EADDRINUSE/ } };

describe('a function that is kept when its cloud ends', whenPortIsTaken, () => {
  const kept = new KeptEnvironments();
  const cloud = new TinyCloud();
  afterAll(async () => {
    await cloud.remove();
    await kept.close();
  });
  const callsBefore = async (): Promise<number> =>
    Number(Object((await cloud.invoke('clock')).result).calls) - 1;

  it('continues warm in the next cloud that gives it the same surroundings, and in no other', async () => {
    await cloud.start({ kept });
    const port = Number(new URL(cloud.cloud.endpoint).port);
    expect(await callsBefore()).toBe(0);
    await cloud.stop();
    // At another address.
    await cloud.start({ kept });
    expect(await callsBefore()).toBe(0);
    await cloud.stop();
    await cloud.start({ kept, port });
    expect(await callsBefore()).toBe(1);
    await cloud.stop();
    await cloud.start({ port });
    expect(await callsBefore()).toBe(0);
    await cloud.invoke('stumbler', { how: 'throw' });
  });

  it('prints into the log of the cloud that it works for', async () => {
    await cloud.stop();
    await cloud.start();
    const port = Number(new URL(cloud.cloud.endpoint).port);
    await cloud.stop();
    const next = new TinyCloud();
    const failures = (of: TinyCloud): number =>
      readFileSync(join(of.state, 'logs', 'stumbler.log'), 'utf8').match(/Invoke Error/g)?.length ?? 0;
    try {
      cpSync(cloud.state, next.state, { recursive: true });
      const before = failures(cloud);
      for (const each of [cloud, next]) {
        await each.start({ kept, port });
        await each.invoke('stumbler', { how: 'throw' });
        await each.stop();
      }
      expect([failures(cloud), failures(next)]).toEqual([before + 1, before + 1]);
    } finally {
      await next.remove();
    }
  });
});
