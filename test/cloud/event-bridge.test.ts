import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeclaredResource, UnsupportedFeature } from '#local/declared-resource.ts';
import { compilePattern, InvalidEventPattern } from '#local/event-bridge/pattern.ts';
import type { TargetCall } from '#local/event-bridge/ports.ts';
import { EventBridgeService } from '#local/event-bridge/service.ts';
import { readJsonPath, targetInput } from '#local/event-bridge/target-input.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import { account, credentials, type HostedService, host, region, Surroundings } from './service-host.ts';

const functionArn = `arn:aws:lambda:${region}:${account}:function:f`;
const queueArn = `arn:aws:sqs:${region}:${account}:dead`;

let around: Surroundings;
let calls: TargetCall[];
/** What the target answers to each call in turn; taken when exhausted. */
let refusals: AwsError[];

beforeEach(() => {
  around = new Surroundings();
  calls = [];
  refusals = [];
});
afterEach(() => around.remove());

function rule(properties: Record<string, unknown>, logicalId = 'Rule'): DeclaredResource {
  return { logicalId, type: 'AWS::Events::Rule', physicalId: logicalId, properties };
}

function toFunction(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { EventPattern: { source: ['shop'] }, Targets: [{ Id: 'T', Arn: functionArn, ...more }] };
}

function start(...resources: DeclaredResource[]): EventBridgeService {
  const { db, clock, activity } = around;
  const service = new EventBridgeService({
    db,
    clock,
    activity,
    account,
    region,
    deliver: async (call) => {
      calls.push(call);
      const refusal = call.targetArn === queueArn ? undefined : refusals.shift();
      if (refusal) throw refusal;
    },
  });
  service.define(resources);
  service.resume();
  return service;
}

describe('a pattern', () => {
  const event = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    resources: ['arn:aws:s3:::uploads', 'arn:other'],
    detail: {
      bucket: { name: 'uploads' },
      object: { key: 'in/Group-1/proposal.json', size: 120 },
      reason: 'PutObject',
      parts: [{ n: 1 }, { n: 2 }],
      nothing: null,
      ok: true,
      ip: '10.1.2.3',
      ip6: '2001:db8::1',
      path: 'C:\\files\\a*',
    },
  };
  const key = (test: unknown): unknown => ({ detail: { object: { key: [test] } } });
  const size = (test: unknown): unknown => ({ detail: { object: { size: [test] } } });

  it.each<[unknown, boolean]>([
    [{ source: ['aws.s3'] }, true],
    [{ source: ['aws.ec2', 'aws.s3'] }, true],
    [{ source: ['aws.ec2'] }, false],
    [{ source: ['aws.s3'], 'detail-type': ['Object Deleted'] }, false],
    [{ resources: ['arn:other'] }, true],
    [{ detail: { bucket: { name: ['uploads'] }, reason: ['PutObject', 'POST Object'] } }, true],
    [{ detail: { nothing: [null] } }, true],
    [{ detail: { ok: [true] } }, true],
    [{ detail: { ok: ['true'] } }, false],
    [{ detail: { parts: { n: [2] } } }, true],
    [{ detail: { missing: { deeper: [{ exists: false }] } } }, true],
    [{ detail: { missing: { deeper: [{ exists: true }] } } }, false],
    [key({ prefix: 'in/' }), true],
    [key({ prefix: 'out/' }), false],
    [key({ suffix: '/proposal.json' }), true],
    [key({ suffix: '.txt' }), false],
    [key({ prefix: { 'equals-ignore-case': 'IN/G' } }), true],
    [key({ suffix: { 'equals-ignore-case': '.JSON' } }), true],
    [key({ 'equals-ignore-case': 'IN/group-1/PROPOSAL.json' }), true],
    [key({ wildcard: 'in/*/proposal.json' }), true],
    [key({ wildcard: '*/attachments/*' }), false],
    [key({ wildcard: 'in/*.txt' }), false],
    [key({ wildcard: 'in/Group-1/proposal?json' }), false],
    [key({ 'anything-but': 'x' }), true],
    [key({ 'anything-but': ['x', 'in/Group-1/proposal.json'] }), false],
    [key({ 'anything-but': { prefix: 'in/' } }), false],
    [key({ 'anything-but': { suffix: ['.txt', '.json'] } }), false],
    [key({ 'anything-but': { wildcard: '*/attachments/*' } }), true],
    [key({ 'anything-but': { 'equals-ignore-case': 'X' } }), true],
    [size({ numeric: ['>', 100] }), true],
    [size({ numeric: ['>', 0, '<=', 119] }), false],
    [size({ numeric: ['=', 120] }), true],
    [size(120), true],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { reason: [{ exists: true }] } }, true],
    [{ detail: { reason: [{ exists: false }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, true],
    [{ detail: { ip: [{ cidr: '192.168.0.0/16' }] } }, false],
    [{ detail: { ip: [{ cidr: '10.1.2.3/32' }] } }, true],
    [{ detail: { ip: [{ cidr: '10.1.2.4/32' }] } }, false],
    [{ detail: { ip: [{ cidr: '0.0.0.0/0' }] } }, true],
    [{ detail: { ip: [{ cidr: '::/0' }] } }, false],
    [{ detail: { ip6: [{ cidr: '2001:db8::/32' }] } }, true],
    [{ detail: { ip6: [{ cidr: '2001:db8:1::/48' }] } }, false],
    [{ detail: { reason: [{ cidr: '0.0.0.0/0' }] } }, false],
    [size({ 'anything-but': 120 }), false],
    [size({ 'anything-but': [119, 121] }), true],
    [size({ numeric: ['>=', 120, '<', 121] }), true],
    [key({ wildcard: 'in/*' }), true],
    [{ detail: { path: [{ wildcard: 'C:\\\\*\\*' }] } }, true],
    [{ detail: { path: [{ wildcard: 'C:\\*' }] } }, false],
    [{ source: [''] }, false],
    [{ source: [{ prefix: '' }] }, true],
    [{ resources: [{ 'anything-but': 'arn:other' }] }, true],
    [{ detail: { bucket: [{ exists: true }] } }, false],
    [{ $or: [{ source: ['no'] }, { 'detail-type': ['no'] }] }, false],
    [{ source: ['aws.s3'], $or: [{ account: ['1'] }, { detail: { ok: [true], reason: ['x'] } }] }, false],
    [{ $or: [{ source: ['no'] }, { detail: { reason: ['PutObject'] } }] }, true],
    [{ detail: { $or: [{ reason: ['x'] }, { ok: [false] }] } }, false],
  ])('%j: %s', (pattern, matches) => {
    expect(compilePattern(pattern)(event)).toBe(matches);
  });

  it('matches any object of a list', () => {
    const list = { detail: { parts: [{ n: 1 }, { n: 2 }] } };
    expect(compilePattern({ detail: { parts: { n: [2] } } })(list)).toBe(true);
    expect(compilePattern({ detail: { parts: { n: [3] } } })(list)).toBe(false);
  });

  it.each([
    [{}],
    [[]],
    [{ source: 'aws.s3' }],
    [{ source: [] }],
    [{ source: [{ regex: '.*' }] }],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }],
    [{ source: [{ prefix: 1 }] }],
    [{ source: [{ numeric: ['~', 1] }] }],
    [{ source: [{ numeric: ['>'] }] }],
    [{ source: [{ wildcard: 'a**b' }] }],
    [{ source: [{ exists: 'yes' }] }],
    [{ source: [{ cidr: '10.0.0.0' }] }],
    [{ source: [{ cidr: '10.0.0.0/33' }] }],
    [{ source: [{ cidr: '10..0.0/8' }] }],
    [{ source: [{ cidr: '2001:db8::/129' }] }],
    [{ source: [{ 'anything-but': [] }] }],
    [{ source: [{ 'anything-but': { exists: true } }] }],
    [{ $or: [{ source: ['a'] }] }],
  ])('%j is refused', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(InvalidEventPattern);
  });
});

describe('an input', () => {
  const event = { id: 'e', detail: { key: 'a "quoted" <key>', n: 3, list: [{ 'x y': 1 }], deep: { a: 1 } } };
  const facts = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-11-24T07:00:00.000Z' };

  it('is the event, a part of it, or a constant', () => {
    expect(JSON.parse(targetInput({}, event, facts))).toEqual(event);
    expect(targetInput({ inputPath: '$.detail.deep' }, event, facts)).toBe('{"a":1}');
    expect(targetInput({ inputPath: "$.detail['list'][0]['x y']" }, event, facts)).toBe('1');
    expect(targetInput({ input: '{"fixed":true}' }, event, facts)).toBe('{"fixed":true}');
  });

  it('is a template filled from the event', () => {
    const paths = { key: '$.detail.key', n: '$.detail.n', deep: '$.detail.deep', gone: '$.detail.gone' };
    const fill = (template: string): string =>
      targetInput({ inputTransformer: { paths, template } }, event, facts);
    expect(JSON.parse(fill('{"k": <key>, "n": <n>, "deep": <deep>, "gone": <gone>}'))).toEqual({
      k: 'a "quoted" <key>',
      n: 3,
      deep: { a: 1 },
      gone: '',
    });
    expect(JSON.parse(fill('"Key <key>, <n> times, <unknown>"'))).toBe(
      'Key a "quoted" <key>, 3 times, <unknown>',
    );
    expect(JSON.parse(fill('{"rule": <aws.events.rule-name>, "all": <aws.events.event.json>}'))).toEqual({
      rule: 'rule',
      all: event,
    });
  });

  it('may have the event with or without its detail in a template', () => {
    const template =
      '{"without": <aws.events.event>, "with": <aws.events.event.json>, "at": <aws.events.event.ingestion-time>}';
    expect(JSON.parse(targetInput({ inputTransformer: { paths: {}, template } }, event, facts))).toEqual({
      without: { id: 'e' },
      with: event,
      at: facts.ingestionTime,
    });
  });

  it.each(['detail', '$.', '$..a', '$.a[', '$.a[*]'])('may not be taken from %j', (path) => {
    expect(() => readJsonPath(path)).toThrow(TypeError);
  });
});

describe('an event', () => {
  const shop = { source: 'shop', detailType: 'Sold', detail: { price: 5 } };

  it('goes to the targets of every rule it matches', async () => {
    const other = `arn:aws:states:${region}:${account}:stateMachine:m`;
    const service = start(
      rule(toFunction()),
      rule({ ...toFunction(), State: 'DISABLED' }, 'Off'),
      rule({ EventPattern: { source: ['else'] }, Targets: [{ Id: 'T', Arn: functionArn }] }, 'Else'),
      rule(
        {
          EventPattern: { detail: { price: [{ numeric: ['>', 1] }] } },
          Targets: [{ Id: 'M', Arn: other, RoleArn: 'arn:aws:iam::1:role/r', InputPath: '$.detail' }],
        },
        'Machine',
      ),
    );
    const id = service.put(shop);
    await around.settle();
    expect(calls).toEqual([
      {
        targetArn: functionArn,
        input: expect.any(String),
        name: expect.stringMatching(new RegExp(`^${id}_[0-9a-f-]{36}$`)),
        servicePrincipal: 'events.amazonaws.com',
        sourceArn: `arn:aws:events:${region}:${account}:rule/Rule`,
      },
      {
        targetArn: other,
        input: '{"price":5}',
        name: expect.any(String),
        roleArn: 'arn:aws:iam::1:role/r',
        servicePrincipal: 'events.amazonaws.com',
        sourceArn: `arn:aws:events:${region}:${account}:rule/Machine`,
      },
    ]);
    expect(JSON.parse(calls[0]?.input ?? '')).toEqual({
      version: '0',
      id,
      'detail-type': 'Sold',
      source: 'shop',
      account,
      time: '2026-11-24T07:00:00Z',
      region,
      resources: [],
      detail: { price: 5 },
    });
  });

  it('is tried again with growing pauses, then taken', async () => {
    refusals = [1, 2, 3].map(() => new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));
    const service = start(rule(toFunction()));
    service.put(shop);
    await around.settle();
    expect(calls).toHaveLength(1);
    await around.advance(1);
    expect(calls).toHaveLength(2);
    await around.advance(1);
    expect(calls).toHaveLength(2);
    await around.advance(3600);
    expect(calls).toHaveLength(4);
    expect(new Set(calls.map(({ name }) => name)).size).toBe(1);
    expect(around.clock.nextTimer()).toBeUndefined();
  });

  it('that cannot be delivered goes to the dead-letter queue', async () => {
    refusals = Array.from({ length: 9 }, () => new AwsError('ServiceException', 'Internal error', 500));
    const service = start(
      rule(
        toFunction({
          RetryPolicy: { MaximumRetryAttempts: 2 },
          DeadLetterConfig: { Arn: queueArn },
          Input: '{}',
        }),
      ),
    );
    const id = service.put(shop);
    await around.settle();
    await around.advance(86_400);
    expect(calls.map(({ targetArn }) => targetArn)).toEqual([
      functionArn,
      functionArn,
      functionArn,
      queueArn,
    ]);
    const dead = calls.at(-1);
    expect(JSON.parse(dead?.input ?? '')).toMatchObject({ id, detail: { price: 5 } });
    expect(dead?.messageAttributes).toEqual({
      RULE_ARN: `arn:aws:events:${region}:${account}:rule/Rule`,
      TARGET_ARN: functionArn,
      ERROR_CODE: 'ServiceException',
      ERROR_MESSAGE: 'Internal error',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  it('that is too old goes to the dead-letter queue', async () => {
    refusals = Array.from({ length: 99 }, () => new AwsError('ServiceException', 'Internal error', 500));
    const service = start(
      rule(
        toFunction({ RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: queueArn } }),
      ),
    );
    service.put(shop);
    await around.settle();
    await around.advance(3600);
    expect(calls.at(-1)?.messageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
  });

  it('is not tried again when the rule has no right to the target', async () => {
    refusals = [new AwsError('AccessDeniedException', 'not allowed', 403)];
    const service = start(rule(toFunction({ DeadLetterConfig: { Arn: queueArn } })));
    service.put(shop);
    await around.settle();
    expect(calls.map(({ targetArn }) => targetArn)).toEqual([functionArn, queueArn]);
    expect(calls.at(-1)?.messageAttributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('is not lost when the process is killed before it is delivered', async () => {
    refusals = [new AwsError('ServiceException', 'Internal error', 500)];
    const first = start(rule(toFunction()));
    first.put(shop);
    await around.settle();
    first.close();
    around.reopen();
    start(rule(toFunction()));
    await around.settle();
    expect(calls).toHaveLength(1);
    await around.advance(1);
    expect(calls).toHaveLength(2);
    expect(calls[1]).toEqual(calls[0]);
    around.reopen();
    start(rule(toFunction()));
    await around.settle();
    expect(calls).toHaveLength(2);
  });

  it('has the same id in every run that puts the same events', async () => {
    const first = start().put(shop);
    const second = start().put(shop);
    around.remove();
    around = new Surroundings();
    expect([start().put(shop), start().put(shop)]).toEqual([first, second]);
    expect(first).not.toBe(second);
  });
});

describe('a scheduled rule', () => {
  it('fires at its rate, also after a restart', async () => {
    const every = rule({ ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'T', Arn: functionArn }] });
    const first = start(every);
    expect(calls).toHaveLength(0);
    await around.advance(3600);
    expect(calls.map(({ input }) => JSON.parse(input))).toMatchObject([
      { source: 'aws.events', 'detail-type': 'Scheduled Event', time: '2026-11-24T08:00:00Z', detail: {} },
    ]);
    await around.advance(1800);
    first.close();
    around.reopen();
    start(every);
    await around.advance(1800);
    expect(calls.map(({ input }) => JSON.parse(input).time)).toEqual([
      '2026-11-24T08:00:00Z',
      '2026-11-24T09:00:00Z',
    ]);
  });
});

describe('the API', () => {
  let hosted: HostedService;
  let client: EventBridgeClient;

  beforeEach(async () => {
    hosted = await host(start(rule({ ...toFunction(), Description: 'sales' })));
    client = new EventBridgeClient({ endpoint: hosted.endpoint, region, credentials });
  });
  afterEach(() => hosted.close());

  it('takes events, each with its own answer', async () => {
    const entry = { Source: 'shop', DetailType: 'Sold', Detail: '{"price":7}' };
    const { Entries, FailedEntryCount } = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Resources: ['arn:r'], Time: new Date('2026-01-02T03:04:05Z') },
          { ...entry, Detail: 'no JSON' },
          { ...entry, Source: 'aws.s3' },
          { ...entry, EventBusName: 'nowhere' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(3);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
    await around.settle();
    expect(calls.map(({ input }) => JSON.parse(input))).toMatchObject([
      { id: Entries?.[0]?.EventId, detail: { price: 7 }, resources: ['arn:r'], time: '2026-01-02T03:04:05Z' },
    ]);
    expect(hosted.asked[0]).toMatchObject({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${region}:${account}:event-bus/default`,
    });
  });

  it('refuses more than ten events at once', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 'd', Detail: '{}' }));
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('takes less than 1 MiB at once, counted as AWS does, or nothing of it', async () => {
    const entries = (length: number) =>
      ['a', 'b'].map((letter) => ({
        Source: 'shop',
        DetailType: 'Sold',
        Detail: JSON.stringify(letter.repeat(length)).replace(/^"/, '{"é":"').replace(/"$/, '"}'),
        Resources: ['arn:r'],
        Time: new Date('2026-01-02T03:04:05Z'),
      }));
    // Each has 4 + 4 for its names, 9 around its detail's letters, 5 for its resource and 14 for its time.
    const most = 512 * 1024 - (4 + 4 + 9 + 5 + 14);
    await expect(client.send(new PutEventsCommand({ Entries: entries(most) }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await around.settle();
    expect(calls).toEqual([]);
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: entries(most - 1) }));
    await around.settle();
    expect([FailedEntryCount, calls.length]).toEqual([0, 2]);
  });

  it('describes rules and tests patterns', async () => {
    expect((await client.send(new ListRulesCommand())).Rules?.map(({ Name }) => Name)).toEqual(['Rule']);
    expect(await client.send(new DescribeRuleCommand({ Name: 'Rule' }))).toMatchObject({
      Description: 'sales',
      EventPattern: '{"source":["shop"]}',
      State: 'ENABLED',
    });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'Rule' }));
    expect(Targets).toMatchObject([{ Id: 'T', Arn: functionArn }]);
    const test = async (EventPattern: string): Promise<unknown> =>
      await client.send(new TestEventPatternCommand({ EventPattern, Event: '{"source":"shop"}' }));
    expect(await test('{"source":["shop"]}')).toMatchObject({ Result: true });
    await expect(test('{"source":"shop"}')).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(client.send(new DescribeRuleCommand({ Name: 'No' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('answers what is not implemented with its name', async () => {
    await expect(client.send(new PutRuleCommand({ Name: 'r' }))).rejects.toMatchObject({
      message: expect.stringContaining('PutRule'),
    });
  });
});

describe('the assembly', () => {
  it('may not ask for what is not known here', () => {
    expect(() => start(rule({ ...toFunction(), Unknown: 1 }))).toThrow(UnsupportedFeature);
    expect(() => start(rule(toFunction({ EcsParameters: {} })))).toThrow('EcsParameters');
    expect(() => start(rule(toFunction({ Arn: 'arn:aws:kinesis:x' })))).toThrow('arn:aws:kinesis:x');
    expect(() => start(rule({ EventPattern: { source: [{ regex: 'x' }] }, Targets: [] }))).toThrow('regex');
  });
});
