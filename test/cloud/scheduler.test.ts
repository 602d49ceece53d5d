import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeclaredResource, UnsupportedFeature } from '#local/declared-resource.ts';
import type { TargetCall } from '#local/event-bridge/ports.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import { InvalidScheduleExpression, readSchedule } from '#local/scheduler/expression.ts';
import { SchedulerService } from '#local/scheduler/service.ts';
import { account, credentials, type HostedService, host, region, Surroundings } from './service-host.ts';

const machine = `arn:aws:states:${region}:${account}:stateMachine:payment-run:live`;
const queueArn = `arn:aws:sqs:${region}:${account}:dead`;
const RoleArn = `arn:aws:iam::${account}:role/scheduler`;
const hour = 3600;
const day = 24 * hour;

let around: Surroundings;
let calls: (TargetCall & { readonly at: string })[];
let refusals: AwsError[];

beforeEach(() => {
  // A Tuesday, 14:00 in Jakarta.
  around = new Surroundings('2026-11-24T07:00:00Z');
  calls = [];
  refusals = [];
});
afterEach(() => around.remove());

function schedule(
  properties: Record<string, unknown>,
  target: Record<string, unknown> = {},
): DeclaredResource {
  return {
    logicalId: 'Run',
    type: 'AWS::Scheduler::Schedule',
    physicalId: 'run',
    properties: {
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: machine, RoleArn, ...target },
      ...properties,
    },
  };
}

function start(...resources: DeclaredResource[]): SchedulerService {
  const { db, clock, activity } = around;
  const service = new SchedulerService({
    db,
    clock,
    activity,
    account,
    region,
    deliver: async (call) => {
      calls.push({ ...call, at: new Date(clock.now()).toISOString() });
      const refusal = call.targetArn === queueArn ? undefined : refusals.shift();
      if (refusal) throw refusal;
    },
  });
  service.define(resources);
  service.resume();
  return service;
}

function times(): string[] {
  return calls.map(({ at }) => at);
}

describe('an expression', () => {
  function fires(expression: string, count: number, timezone?: string): string[] {
    const { next } = readSchedule(expression, timezone);
    const anchor = Date.parse('2026-11-24T07:00:00Z');
    const found: string[] = [];
    for (let after: number | undefined = anchor; found.length < count; ) {
      after = next(after, anchor);
      if (after === undefined) break;
      found.push(new Date(after).toISOString().slice(0, 16));
    }
    return found;
  }

  it('of cron counts in its time zone', () => {
    expect(fires('cron(0 14 ? * MON-FRI *)', 4, 'Asia/Jakarta')).toEqual([
      '2026-11-25T07:00',
      '2026-11-26T07:00',
      '2026-11-27T07:00',
      '2026-11-30T07:00',
    ]);
    expect(fires('cron(30 8 1 * ? *)', 2)).toEqual(['2026-12-01T08:30', '2027-01-01T08:30']);
  });

  it('of cron counts weekdays from Sunday, which is 1', () => {
    expect(fires('cron(0 0 ? * 1 *)', 1)).toEqual(['2026-11-29T00:00']);
    expect(fires('cron(0 0 ? * 2#1 *)', 1)).toEqual(['2026-12-07T00:00']);
  });

  it('of cron knows steps, lists, the last day and the year', () => {
    expect(fires('cron(0/20 8,9 25 11 ? 2026)', 9)).toEqual([
      '2026-11-25T08:00',
      '2026-11-25T08:20',
      '2026-11-25T08:40',
      '2026-11-25T09:00',
      '2026-11-25T09:20',
      '2026-11-25T09:40',
    ]);
    expect(fires('cron(0 12 L * ? *)', 2)).toEqual(['2026-11-30T12:00', '2026-12-31T12:00']);
  });

  it('of a daylight-saving zone keeps the hour', () => {
    expect(fires('cron(0 9 1 * ? *)', 6, 'Europe/Berlin').map((time) => time.slice(11))).toEqual([
      '08:00',
      '08:00',
      '08:00',
      '08:00',
      '07:00',
      '07:00',
    ]);
  });

  it('of rate counts from its beginning, of at fires once', () => {
    expect(fires('rate(15 minutes)', 2)).toEqual(['2026-11-24T07:15', '2026-11-24T07:30']);
    expect(fires('rate(1 day)', 1)).toEqual(['2026-11-25T07:00']);
    expect(fires('at(2026-12-01T09:00:00)', 5, 'Asia/Jakarta')).toEqual(['2026-12-01T02:00']);
    expect(fires('at(2020-12-01T09:00:00)', 5)).toEqual([]);
  });

  it.each([
    'every day',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'rate(5)',
    'cron(* * * * *)',
    'cron(0 14 * * MON *)',
    'cron(0 14 ? * ? *)',
    'cron(61 14 ? * MON *)',
    'at(tomorrow)',
    'at(2026-13-01T00:00:00)',
  ])('%s is refused', (expression) => {
    expect(() => readSchedule(expression)).toThrow(InvalidScheduleExpression);
  });

  it('in an unknown time zone is refused', () => {
    expect(() => readSchedule('cron(0 14 ? * MON-FRI *)', 'Asia/Nowhere')).toThrow(InvalidScheduleExpression);
  });
});

describe('a schedule', () => {
  const workdays = {
    ScheduleExpression: 'cron(0 14 ? * MON-FRI *)',
    ScheduleExpressionTimezone: 'Asia/Jakarta',
  };

  it('calls its target with its role and its input', async () => {
    start(
      schedule(workdays, {
        Input:
          '{"due":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>","x":"<aws.scheduler.other>"}',
      }),
    );
    expect(around.clock.nextTimer()).toBe(Date.parse('2026-11-25T07:00:00Z'));
    await around.advance(day);
    const arn = `arn:aws:scheduler:${region}:${account}:schedule/default/run`;
    expect(calls).toEqual([
      {
        targetArn: machine,
        input: `{"due":"2026-11-25T07:00:00Z","by":"${arn}","x":"<aws.scheduler.other>"}`,
        name: expect.stringMatching(/^[0-9a-f-]{36}$/),
        roleArn: RoleArn,
        servicePrincipal: 'scheduler.amazonaws.com',
        sourceArn: arn,
        at: '2026-11-25T07:00:00.000Z',
      },
    ]);
  });

  it('without an input gives an empty object', async () => {
    start(schedule(workdays));
    await around.advance(day);
    expect(calls[0]?.input).toBe('{}');
  });

  it('fires through weeks without being looked after', async () => {
    start(schedule(workdays));
    await around.advance(14 * day);
    expect(calls).toHaveLength(10);
    expect(new Set(calls.map(({ name }) => name)).size).toBe(10);
  });

  it('continues after a restart; what came due meanwhile fires once', async () => {
    const first = start(schedule(workdays));
    await around.advance(day);
    first.close();
    await around.advance(3 * day);
    around.reopen();
    start(schedule(workdays));
    await around.advance(0);
    expect(times()).toEqual(['2026-11-25T07:00:00.000Z', '2026-11-28T07:00:00.000Z']);
    await around.advance(2 * day);
    expect(times().at(-1)).toBe('2026-11-30T07:00:00.000Z');
  });

  it('at a rate fires when it is made, and is not made again by a restart', async () => {
    const every = schedule({ ScheduleExpression: 'rate(15 minutes)' });
    const first = start(every);
    await around.advance(hour);
    expect(calls).toHaveLength(5);
    first.close();
    around.reopen();
    start(every);
    await around.advance(14 * 60);
    expect(calls).toHaveLength(5);
    await around.advance(60);
    expect(calls).toHaveLength(6);
  });

  it('fires between its dates only', async () => {
    start(
      schedule({
        ScheduleExpression: 'rate(1 day)',
        StartDate: '2026-11-26T00:00:00Z',
        EndDate: '2026-11-27T00:00:00Z',
      }),
    );
    await around.advance(30 * day);
    expect(times()).toEqual(['2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z']);
  });

  it('that is disabled does not fire', async () => {
    start(schedule({ ...workdays, State: 'DISABLED' }));
    await around.advance(7 * day);
    expect(calls).toEqual([]);
    expect(around.clock.nextTimer()).toBeUndefined();
  });

  it('that has no right to its target leaves a dead letter', async () => {
    refusals = [new AwsError('AccessDeniedException', 'not allowed', 403)];
    start(schedule(workdays, { DeadLetterConfig: { Arn: queueArn }, Input: '{"a":1}' }));
    await around.advance(day);
    expect(calls[1]).toMatchObject({
      targetArn: queueArn,
      input: '{"a":1}',
      roleArn: RoleArn,
      messageAttributes: { ERROR_CODE: 'AccessDeniedException', TARGET_ARN: machine },
    });
  });

  it('counts its attempts and leaves a dead letter when they are used up', async () => {
    refusals = Array.from({ length: 9 }, () => new AwsError('ServiceException', 'Internal error', 500));
    start(
      schedule(workdays, {
        DeadLetterConfig: { Arn: queueArn },
        RetryPolicy: { MaximumRetryAttempts: 2 },
        Input: '{"attempt":<aws.scheduler.attempt-number>,"at":"<aws.scheduler.scheduled-time>"}',
      }),
    );
    await around.advance(day + hour);
    expect(calls.map(({ input, at }) => [JSON.parse(input).attempt, at])).toEqual([
      [1, '2026-11-25T07:00:00.000Z'],
      [2, '2026-11-25T07:00:01.000Z'],
      [3, '2026-11-25T07:00:03.000Z'],
      [3, '2026-11-25T07:00:03.000Z'],
    ]);
    expect(calls.at(-1)).toMatchObject({
      targetArn: queueArn,
      input: '{"attempt":3,"at":"2026-11-25T07:00:00Z"}',
    });
    expect(calls.at(-1)?.messageAttributes).toEqual({
      ERROR_CODE: 'ServiceException',
      ERROR_MESSAGE: 'Internal error',
      EXECUTION_ID: calls[0]?.name,
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: '2',
      SCHEDULED_TIME: '2026-11-25T07:00:00Z',
      SCHEDULE_ARN: `arn:aws:scheduler:${region}:${account}:schedule/default/run`,
      TARGET_ARN: machine,
    });
  });

  it('gives up when the event is too old', async () => {
    refusals = Array.from({ length: 99 }, () => new AwsError('ServiceException', 'Internal error', 500));
    start(
      schedule(workdays, {
        DeadLetterConfig: { Arn: queueArn },
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
      }),
    );
    await around.advance(day + hour);
    expect(calls.at(-1)).toMatchObject({
      targetArn: queueArn,
      at: '2026-11-25T07:00:31.000Z',
      messageAttributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds', RETRY_ATTEMPTS: '5' },
    });
  });

  it('tries again under the same name', async () => {
    refusals = [new AwsError('ServiceException', 'Internal error', 500)];
    start(schedule(workdays));
    await around.advance(day + 60);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.name).toBe(calls[0]?.name);
  });

  it('may not ask for what is not known here', () => {
    expect(() => start(schedule({ ...workdays, FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }))).toThrow(
      UnsupportedFeature,
    );
    expect(() => start(schedule(workdays, { EcsParameters: {} }))).toThrow('EcsParameters');
    expect(() => start(schedule(workdays, { Arn: 'arn:aws:kinesis:x' }))).toThrow('arn:aws:kinesis:x');
    expect(() => start(schedule({ ScheduleExpression: 'rate(1 second)' }))).toThrow('rate(1 second)');
  });
});

describe('the API', () => {
  let hosted: HostedService;
  let client: SchedulerClient;
  let service: SchedulerService;

  beforeEach(async () => {
    const group = {
      logicalId: 'G',
      type: 'AWS::Scheduler::ScheduleGroup',
      physicalId: 'g',
      properties: { Name: 'asks' },
    };
    service = start(group);
    hosted = await host(service);
    client = new SchedulerClient({ endpoint: hosted.endpoint, region, credentials });
  });
  afterEach(() => hosted.close());

  const once = {
    Name: 'remind',
    GroupName: 'asks',
    ScheduleExpression: 'at(2026-11-24T15:00:00)',
    ScheduleExpressionTimezone: 'Asia/Jakarta',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: { Arn: machine, RoleArn, Input: '{"a":1}' },
  };

  it('makes a schedule that fires once and deletes itself', async () => {
    const { ScheduleArn } = await client.send(
      new CreateScheduleCommand({ ...once, ActionAfterCompletion: 'DELETE' }),
    );
    expect(ScheduleArn).toBe(`arn:aws:scheduler:${region}:${account}:schedule/asks/remind`);
    expect(await client.send(new GetScheduleCommand({ Name: 'remind', GroupName: 'asks' }))).toMatchObject({
      ScheduleExpression: once.ScheduleExpression,
      State: 'ENABLED',
      Target: { Arn: machine, Input: '{"a":1}' },
    });
    await around.advance(2 * hour);
    expect(calls.map(({ input, at }) => [input, at])).toEqual([['{"a":1}', '2026-11-24T08:00:00.000Z']]);
    expect((await client.send(new ListSchedulesCommand())).Schedules).toEqual([]);
  });

  it('keeps a schedule that has fired once, unless configured to delete it', async () => {
    await client.send(new CreateScheduleCommand({ ...once, ActionAfterCompletion: 'NONE' }));
    await around.advance(2 * hour);
    expect(calls).toHaveLength(1);
    const kept = await client.send(new GetScheduleCommand({ Name: 'remind', GroupName: 'asks' }));
    expect(kept).toMatchObject({ State: 'ENABLED', ActionAfterCompletion: 'NONE' });
    await around.advance(365 * day);
    expect(calls).toHaveLength(1);
  });

  it('deletes a recurring schedule after the last time before its end', async () => {
    await client.send(
      new CreateScheduleCommand({
        ...once,
        ScheduleExpression: 'cron(0 9 * * ? *)',
        EndDate: new Date('2026-11-27T00:00:00Z'),
        ActionAfterCompletion: 'DELETE',
      }),
    );
    await around.advance(day);
    expect((await client.send(new ListSchedulesCommand())).Schedules).toHaveLength(1);
    await around.advance(7 * day);
    expect(times()).toEqual(['2026-11-25T02:00:00.000Z', '2026-11-26T02:00:00.000Z']);
    expect((await client.send(new ListSchedulesCommand())).Schedules).toEqual([]);
  });

  it('passes over the dates of a schedule that fires once', async () => {
    const EndDate = new Date('2026-11-24T07:30:00Z');
    await client.send(new CreateScheduleCommand({ ...once, EndDate }));
    await around.advance(2 * hour);
    expect(times()).toEqual(['2026-11-24T08:00:00.000Z']);
  });

  it('takes the same request twice without making two schedules of it', async () => {
    const request = { ...once, ClientToken: 'token' };
    const first = await client.send(new CreateScheduleCommand(request));
    const again = await client.send(new CreateScheduleCommand(request));
    expect(again.ScheduleArn).toBe(first.ScheduleArn);
    await expect(
      client.send(new CreateScheduleCommand({ ...request, Description: 'another' })),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    await around.advance(2 * hour);
    expect(calls).toHaveLength(1);
  });

  it('keeps its schedules over a restart', async () => {
    await client.send(new CreateScheduleCommand(once));
    service.close();
    around.reopen();
    start();
    await around.advance(2 * hour);
    expect(calls).toHaveLength(1);
  });

  it('changes and deletes a schedule', async () => {
    await client.send(new CreateScheduleCommand(once));
    await expect(client.send(new CreateScheduleCommand(once))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await client.send(new UpdateScheduleCommand({ ...once, ScheduleExpression: 'at(2026-11-24T16:00:00)' }));
    await around.advance(hour);
    expect(calls).toEqual([]);
    await client.send(new DeleteScheduleCommand({ Name: 'remind', GroupName: 'asks' }));
    await around.advance(2 * hour);
    expect(calls).toEqual([]);
    await expect(
      client.send(new GetScheduleCommand({ Name: 'remind', GroupName: 'asks' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('lists schedules in pages', async () => {
    for (const Name of ['a', 'b', 'c']) await client.send(new CreateScheduleCommand({ ...once, Name }));
    const first = await client.send(new ListSchedulesCommand({ MaxResults: 2, GroupName: 'asks' }));
    expect(first.Schedules?.map(({ Name }) => Name)).toEqual(['a', 'b']);
    const second = await client.send(
      new ListSchedulesCommand({ MaxResults: 2, GroupName: 'asks', NextToken: first.NextToken ?? '' }),
    );
    expect(second.Schedules?.map(({ Name }) => Name)).toEqual(['c']);
    expect(second.NextToken).toBeUndefined();
  });

  it('asks for the right to make it and to pass its role', async () => {
    await client.send(new CreateScheduleCommand(once));
    expect(hosted.asked).toMatchObject([
      { action: 'scheduler:CreateSchedule' },
      {
        action: 'iam:PassRole',
        resource: RoleArn,
        context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
      },
    ]);
  });

  it('refuses what is wrong or not known', async () => {
    await expect(
      client.send(new CreateScheduleCommand({ ...once, ScheduleExpression: 'rate(x)' })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(client.send(new CreateScheduleCommand({ ...once, GroupName: 'no' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new ListScheduleGroupsCommand())).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});
