import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { InvalidEnvironment, InvalidEvent } from '#functions/runtime/errors.ts';
import {
  eventHandler,
  type HttpRequest,
  httpHandler,
  nowSchema,
  taskHandler,
} from '#functions/runtime/handler.ts';

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:ap-southeast-3:000000000000:function:test',
  memoryLimitInMB: '256',
  awsRequestId: 'request-1',
  logGroupName: '/aws/lambda/test',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 30_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      logged.push(String(line));
      return true;
    });
  vi.stubEnv('TABLE_NAME', 'jaring-test');
  vi.stubEnv('UPLOADS_BUCKET', 'uploads-test');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const task = z.object({ proposalId: z.string(), now: nowSchema });
const now = '2020-10-05T02:00:00Z';

describe('a task handler', () => {
  it('hands the parsed event and the parsed environment to its logic', async () => {
    const handler = taskHandler('approval/open-approval', task, async (event, { env }) => ({
      ...event,
      table: env.TABLE_NAME,
    }));
    expect(await handler({ proposalId: 'P-1', now, more: true }, context)).toEqual({
      proposalId: 'P-1',
      now,
      table: 'jaring-test',
    });
  });

  it('gives one store to all that has a table, and none to what has none', async () => {
    const given = async (name: 'asks/plan-ask' | 'approval/open-approval' | 'submission/create-packet') => {
      let store: unknown;
      await taskHandler(name, task, async (_, tools) => {
        store = tools.store;
      })({ proposalId: 'P-1', now }, context);
      return store;
    };
    const store = await given('asks/plan-ask');
    expect(store).toHaveProperty('commit');
    expect(await given('approval/open-approval')).toBe(store);
    expect(await given('submission/create-packet')).toBeUndefined();
  });

  it('refuses an event that does not fit, naming the fields and no values', async () => {
    const handler = taskHandler('approval/open-approval', task, async () => 'unreachable');
    const refused = handler({ proposalId: 3302151205800001, now: 'yesterday' }, context);
    await expect(refused).rejects.toBeInstanceOf(InvalidEvent);
    await expect(refused).rejects.toThrow(/proposalId.*now/);
    expect(logged.join()).not.toContain('3302151205800001');
  });

  it('lets the error of its logic through by name, for the state machine to branch on', async () => {
    class NoBudget extends Error {
      override readonly name = 'NoBudget';
    }
    const handler = taskHandler('approval/open-approval', task, async () => {
      throw new NoBudget('none left');
    });
    await expect(handler({ proposalId: 'P-1', now }, context)).rejects.toMatchObject({ name: 'NoBudget' });
    expect(logged.some((line) => line.includes('NoBudget') && line.includes('P-1'))).toBe(true);
  });

  it('fails at once and by name when a setting is missing', async () => {
    const handler = taskHandler('closing/record-failure', task, async () => 'unreachable');
    const refused = handler({ proposalId: 'P-1', now }, context);
    await expect(refused).rejects.toBeInstanceOf(InvalidEnvironment);
    await expect(refused).rejects.toThrow(/SENDER_FUNCTION_NAME.*LINK_BASE_URL/);
  });

  it('never logs an event’s content beyond its ids', async () => {
    const handler = taskHandler('approval/open-approval', task.loose(), async (_, { logger }) => {
      logger.info('worked');
      return {};
    });
    await handler({ proposalId: 'P-1', now, taskToken: 'a secret token', name: 'Siti' }, context);
    expect(logged.join()).toContain('P-1');
    expect(logged.join()).not.toMatch(/secret token|Siti/);
  });
});

describe('business metrics', () => {
  it('are published when there are some, and nothing is said when there are none', async () => {
    const handler = taskHandler('approval/open-approval', task, async ({ proposalId }, { metrics }) => {
      if (proposalId === 'P-2') metrics.addMetric('ProposalClosed', 'Count', 1);
    });
    await handler({ proposalId: 'P-1', now }, context);
    expect(logged).toEqual([]);
    await handler({ proposalId: 'P-2', now }, context);
    expect(logged.join()).toContain('"ProposalClosed":1');
  });
});

describe('an event handler', () => {
  it('gives the detail and the time of the event', async () => {
    // All that its Lambda uses is there, whichever step is called.
    vi.stubEnv('PROPOSAL_STATE_MACHINE_ARN', 'arn:aws:states:::stateMachine:proposal');
    vi.stubEnv('SENDER_FUNCTION_NAME', 'jaring-dev-messages');
    vi.stubEnv('MAIL_REPLIES_TO', 'off');
    vi.stubEnv('TEXT_SENDER', 'off');
    vi.stubEnv('LINK_BASE_URL', 'https://jaring.example');
    const seen: unknown[] = [];
    const handler = eventHandler(
      'submission/note-attachment',
      z.object({ object: z.object({ key: z.string() }) }),
      async (detail, tools) => {
        seen.push(detail, tools.now);
      },
    );
    await handler({ time: now, detail: { object: { key: 'a/proposal.json', size: 3 } } }, context);
    expect(seen).toEqual([{ object: { key: 'a/proposal.json' } }, now]);
    await expect(handler({ detail: {} }, context)).rejects.toBeInstanceOf(InvalidEvent);
  });
});

describe('an HTTP handler', () => {
  const event = {
    rawPath: '/a/secret',
    headers: { 'Content-Type': 'text/plain' },
    pathParameters: { secret: 'secret' },
    body: Buffer.from('halo dunia').toString('base64'),
    isBase64Encoded: true,
    requestContext: { timeEpoch: Date.parse(now), http: { method: 'POST' } },
  };

  it('decodes the request, with the time at which it came', async () => {
    const seen: HttpRequest[] = [];
    const handler = httpHandler('submission/create-packet', async (request) => {
      seen.push(request);
      return { statusCode: 200, headers: {}, body: 'ok' };
    });
    expect(await handler(event, context)).toMatchObject({ statusCode: 200 });
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/a/secret',
        pathParameters: { secret: 'secret' },
        query: {},
        headers: { 'content-type': 'text/plain' },
        body: 'halo dunia',
        cookies: [],
        now: new Date(now).toISOString(),
      },
    ]);
  });

  it('answers a failure with what to do and nothing of its inside', async () => {
    const handler = httpHandler('submission/create-packet', async () => {
      throw new Error('table jaring-test is on fire');
    });
    const answer = await handler(event, context);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('fire');
    expect(logged.join()).toContain('on fire');
    expect(logged.join()).not.toContain('halo dunia');
  });
});
