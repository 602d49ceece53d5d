import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TinyCloud } from './fixtures/tiny-cloud.ts';

const tiny = new TinyCloud();
beforeAll(() => tiny.start());
afterAll(() => tiny.remove());

const stumble = (how: string): ReturnType<TinyCloud['invoke']> => tiny.invoke('stumbler', { how });
const log = async (name: string): Promise<string> =>
  String((await tiny.control('GET', `/logs/${name}`)).body);

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
    // As in AWS, the next event may still meet what is left of it; the one after that does not.
    await stumble('fine');
    expect((await stumble('fine')).result).toEqual({ how: 'fine' });
  });

  it('that returns nothing returns null; too much or no JSON is an error', async () => {
    expect(await stumble('nothing')).toEqual({ failed: undefined, result: null });
    expect((await stumble('big')).result).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await stumble('no JSON')).result).toMatchObject({ errorType: 'Runtime.MarshalError' });
  });

  it('that cannot be loaded is loaded anew at each call', async () => {
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

  it('refuses an event that is too large: 6 MiB, or 1 MiB when nobody waits for the answer', async () => {
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

describe('an event that nobody waits for', () => {
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
