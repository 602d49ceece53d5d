import { describe, expect, it } from 'vitest';
import { AwsError } from '#local/gateway/aws-error.ts';
import { LambdaFunctionError } from '#local/step-functions/ports.ts';
import { createEngineHarness } from '#local/step-functions/testing.ts';
import { ask, details, harnessOf, machine, newestToken, skeleton, work } from './machines.ts';

const boom = new LambdaFunctionError({ errorType: 'Boom', errorMessage: 'It broke.', stackTrace: [] });

describe('A task', () => {
  it('calls its function and gives what comes back', async () => {
    const harness = harnessOf(
      { A: { ...work, End: true } },
      { invoke: (name, payload) => ({ name, payload }) },
    );
    const arn = await harness.start('main', { a: 1 });
    expect(harness.status(arn).output).toEqual({ name: 'work', payload: { a: 1 } });
    expect(skeleton(harness, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 TaskStateEntered',
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSucceeded',
      '6<-5 TaskStateExited',
      '7<-6 ExecutionSucceeded',
    ]);
    expect(details(harness, arn, 'TaskScheduled')).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'ap-southeast-3',
      parameters: '{"FunctionName":"work","Payload":{"a":1}}',
    });
    expect(harness.calls[0]).toMatchObject({
      roleArn: 'arn:aws:iam::123456789012:role/states',
      executionArn: arn,
    });
    harness.close();
  });

  it('fails with the function’s own error, its whole error object as the cause', async () => {
    const harness = harnessOf(
      { A: { ...work, End: true } },
      {
        invoke: () => {
          throw boom;
        },
      },
    );
    const arn = await harness.start('main');
    const cause = '{"errorType":"Boom","errorMessage":"It broke.","stackTrace":[]}';
    expect(details(harness, arn, 'TaskFailed')).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'Boom',
      cause,
    });
    expect(harness.status(arn)).toEqual({ status: 'FAILED', error: 'Boom', cause });
    expect(skeleton(harness, arn).slice(-2)).toEqual(['5<-4 TaskFailed', '6<-5 ExecutionFailed']);
    harness.close();
  });

  it.each([
    [
      new AwsError('ResourceNotFoundException', 'Function not found: f', 404),
      'Lambda.ResourceNotFoundException',
    ],
    [new AwsError('AccessDeniedException', 'User is not authorized', 403), 'Lambda.AWSLambdaException'],
    [new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429), 'Lambda.TooManyRequestsException'],
  ])('names what Lambda refuses: %s', async (thrown, error) => {
    const harness = harnessOf(
      { A: { ...work, End: true } },
      {
        invoke: () => {
          throw thrown;
        },
      },
    );
    const status = harness.status(await harness.start('main'));
    expect(status.error).toBe(error);
    expect(status.cause).toMatch(
      new RegExp(
        `^${thrown.message} \\(Service: AWSLambda; Status Code: ${thrown.status}; Error Code: ${thrown.code}; Request ID: [\\w-]{36}; Proxy: null\\)$`,
      ),
    );
    harness.close();
  });

  it('calls AWS’s APIs as they are, and names their errors', async () => {
    const put = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:putItem',
      Arguments: { TableName: 't' },
      Next: 'Again',
    };
    const harness = harnessOf(
      { Put: put, Again: { ...put, Next: undefined, End: true } },
      {
        integrate: (_call) => {
          if (harness.calls.length === 1) return { Done: true };
          throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
        },
      },
    );
    const status = harness.status(await harness.start('main'));
    expect(harness.calls[0]).toMatchObject({
      service: 'dynamodb',
      action: 'putItem',
      sdk: true,
      arguments: { TableName: 't' },
    });
    expect(status.error).toBe('DynamoDb.ConditionalCheckFailedException');
    harness.close();
  });

  it.each([
    [
      'dynamodb:putItem',
      'ResourceNotFoundException',
      'DynamoDB.ResourceNotFoundException',
      'AmazonDynamoDBv2',
    ],
    ['dynamodb:putItem', 'AccessDeniedException', 'DynamoDB.AmazonDynamoDBException', 'AmazonDynamoDBv2'],
    ['sqs:sendMessage', 'AccessDenied', 'SQS.AmazonSQSException', 'AmazonSQS'],
  ])('names what %s refuses with %s', async (resource, code, error, service) => {
    const harness = harnessOf(
      { A: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, End: true } },
      {
        integrate: () => {
          throw new AwsError(code, 'No.', 400);
        },
      },
    );
    const status = harness.status(await harness.start('main'));
    expect(status.error).toBe(error);
    expect(status.cause).toMatch(
      new RegExp(
        `^No\\. \\(Service: ${service}; Status Code: 400; Error Code: ${code}; Request ID: .*; Proxy: null\\)$`,
      ),
    );
    harness.close();
  });

  it('waits for the token that it sends in a message', async () => {
    const harness = harnessOf(
      {
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } },
          End: true,
        },
      },
      { integrate: () => ({ MessageId: 'm' }) },
    );
    const arn = await harness.start('main');
    expect(details(harness, arn, 'TaskSubmitted')).toMatchObject({
      resourceType: 'sqs',
      resource: 'sendMessage.waitForTaskToken',
    });
    await harness.sendTaskSuccess(newestToken(harness), 'done');
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: 'done' });
    harness.close();
  });

  it('runs a function whose ARN is the resource, with events of its own kind', async () => {
    const Resource = 'arn:aws:lambda:ap-southeast-3:123456789012:function:f';
    const harness = harnessOf(
      { A: { Type: 'Task', Resource, End: true } },
      { invoke: (name, payload) => ({ name, payload }) },
    );
    const arn = await harness.start('main', { a: 1 });
    expect(harness.status(arn).output).toEqual({ name: Resource, payload: { a: 1 } });
    expect(skeleton(harness, arn).slice(2, 5)).toEqual([
      '3<-2 LambdaFunctionScheduled',
      '4<-3 LambdaFunctionStarted',
      '5<-4 LambdaFunctionSucceeded',
    ]);
    harness.close();
  });
});

describe('Retry', () => {
  const failing = (times: number) => {
    let calls = 0;
    return () => {
      calls += 1;
      if (calls <= times) throw boom;
      return { calls };
    };
  };

  it('tries again after growing delays, up to a limit, and counts its attempts', async () => {
    const retry = {
      ErrorEquals: ['Boom'],
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxAttempts: 4,
      MaxDelaySeconds: 20,
    };
    const state = {
      ...work,
      Arguments: { FunctionName: 'work', Payload: '{% $states.context.State.RetryCount %}' },
    };
    const harness = harnessOf({ A: { ...state, Retry: [retry], End: true } }, { invoke: failing(4) });
    const arn = await harness.start('main');
    const waits: number[] = [];
    for (let before = harness.clock.now(); await harness.skip(); before = harness.clock.now()) {
      waits.push((harness.clock.now() - before) / 1000);
    }
    expect(waits).toEqual([2, 6, 18, 20]);
    expect(harness.calls.map((call) => JSON.stringify(call.arguments))).toEqual(
      [0, 1, 2, 3, 4].map((count) => `{"FunctionName":"work","Payload":${count}}`),
    );
    expect(harness.status(arn).status).toBe('SUCCEEDED');
    expect(skeleton(harness, arn).slice(4, 8)).toEqual([
      '5<-4 TaskFailed',
      '6<-5 TaskScheduled',
      '7<-6 TaskStarted',
      '8<-7 TaskFailed',
    ]);
    expect(harness.transitions()).toBe(5);
    harness.close();
  });

  it('gives up after the last attempt, and then catches', async () => {
    const harness = harnessOf(
      {
        A: {
          ...work,
          Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }],
          Catch: [
            {
              ErrorEquals: ['Boom'],
              Next: 'Sorry',
              Output: '{% $states.errorOutput.Error %}',
              Assign: { n: 1 },
            },
          ],
          End: true,
        },
        Sorry: { Type: 'Pass', Output: '{% [$states.input, $n] %}', End: true },
      },
      { invoke: failing(9) },
    );
    const arn = await harness.start('main');
    await harness.skipAll();
    expect(harness.status(arn).output).toEqual(['Boom', 1]);
    expect(harness.calls).toHaveLength(2);
    harness.close();
  });

  it('keeps a count for each retrier', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    const harness = harnessOf(
      {
        T: {
          ...work,
          Retry: [
            { ErrorEquals: ['A'], MaxAttempts: 2, IntervalSeconds: 1 },
            { ErrorEquals: ['B'], MaxAttempts: 1, IntervalSeconds: 1 },
          ],
          End: true,
        },
      },
      {
        invoke: () => {
          throw new LambdaFunctionError({ errorType: errors[harness.calls.length - 1] });
        },
      },
    );
    const arn = await harness.start('main');
    await harness.skipAll();
    expect(harness.calls).toHaveLength(4);
    expect(harness.status(arn).error).toBe('B');
    harness.close();
  });

  it('scatters its delays when asked to, the same way for the same seed', async () => {
    const delay = async (seed: number): Promise<number> => {
      const retry = { ErrorEquals: ['States.ALL'], IntervalSeconds: 100, JitterStrategy: 'FULL' };
      const harness = harnessOf({ A: { ...work, Retry: [retry], End: true } }, { invoke: failing(1), seed });
      await harness.start('main', {}, 'same');
      const before = harness.clock.now();
      await harness.skip();
      harness.close();
      return (harness.clock.now() - before) / 1000;
    };
    const first = await delay(1);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(100);
    expect(await delay(1)).toBe(first);
    expect(await delay(2)).not.toBe(first);
  });
});

describe('A result longer than 256 KiB', () => {
  it('fails its task, which only a catcher that names the error catches', async () => {
    const catching = async (name: string) => {
      const harness = harnessOf(
        { A: { ...work, Catch: [{ ErrorEquals: [name], Next: 'B' }], End: true }, B: { Type: 'Succeed' } },
        { invoke: () => 'x'.repeat(262_144) },
      );
      const status = harness.status(await harness.start('main'));
      harness.close();
      return status;
    };
    expect((await catching('States.DataLimitExceeded')).status).toBe('SUCCEEDED');
    expect(await catching('States.ALL')).toEqual({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});

describe('A task that waits to be called back', () => {
  it('continues with the output it is sent', async () => {
    const harness = harnessOf({ A: { ...ask, End: true } }, { invoke: () => null });
    const arn = await harness.start('main');
    expect(harness.status(arn).status).toBe('RUNNING');
    await harness.sendTaskSuccess(newestToken(harness), { yes: true });
    expect(harness.status(arn).output).toEqual({ yes: true });
    expect(skeleton(harness, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 TaskStateEntered',
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSubmitted',
      '6<-5 TaskSucceeded',
      '7<-6 TaskStateExited',
      '8<-7 ExecutionSucceeded',
    ]);
    harness.close();
  });

  it('may be answered before its function has returned', async () => {
    const harness = harnessOf(
      { A: { ...ask, End: true } },
      {
        invoke: async () => {
          await harness.service.handle({
            method: 'POST',
            path: '/',
            query: new URLSearchParams(),
            headers: { 'x-amz-target': 'AWSStepFunctions.SendTaskSuccess' },
            body: Buffer.from(JSON.stringify({ taskToken: newestToken(harness), output: '"early"' })),
            principal: { arn: 'arn:aws:iam::123456789012:root', owner: true },
            authorize: () => undefined,
          });
          return null;
        },
      },
    );
    const arn = await harness.start('main');
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: 'early' });
    harness.close();
  });

  it('fails as it is instructed, even without error and cause', async () => {
    const harness = harnessOf(
      {
        A: { ...ask, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], End: true },
        B: { Type: 'Pass', End: true },
      },
      { invoke: () => null },
    );
    const arn = await harness.start('main');
    await harness.sendTaskFailure(newestToken(harness));
    expect(harness.status(arn).output).toEqual({ Error: null, Cause: null });
    const second = await harness.start('main');
    await harness.sendTaskFailure(newestToken(harness), 'No', 'thanks');
    expect(harness.status(second).output).toEqual({ Error: 'No', Cause: 'thanks' });
    harness.close();
  });

  it('times out after seconds it computes, which leads to the catcher’s state', async () => {
    const harness = harnessOf(
      {
        A: {
          ...ask,
          TimeoutSeconds: '{% $states.input.days * 86400 %}',
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
          End: true,
        },
        Late: { Type: 'Pass', Output: '{% $states.input %}', End: true },
      },
      { invoke: () => null },
    );
    const arn = await harness.start('main', { days: 3 });
    const token = newestToken(harness);
    await harness.advance(3 * 86_400);
    expect(harness.status(arn).output).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(details(harness, arn, 'TaskTimedOut')).toEqual({
      resourceType: 'lambda',
      resource: 'invoke.waitForTaskToken',
      error: 'States.Timeout',
    });
    expect(skeleton(harness, arn).slice(5, 7)).toEqual(['6<-5 TaskTimedOut', '7<-6 TaskStateExited']);
    await expect(harness.sendTaskSuccess(token, {})).rejects.toMatchObject({ name: 'TaskTimedOut' });
    harness.close();
  });

  it('lives as long as it sends heartbeats', async () => {
    const harness = harnessOf(
      { A: { ...ask, HeartbeatSeconds: 10, TimeoutSeconds: 100, End: true } },
      { invoke: () => null },
    );
    const arn = await harness.start('main');
    for (let beats = 0; beats < 3; beats += 1) {
      await harness.advance(9);
      await harness.sendTaskHeartbeat(newestToken(harness));
    }
    expect(harness.status(arn).status).toBe('RUNNING');
    await harness.advance(10);
    expect(harness.status(arn)).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    harness.close();
  });

  it('lets a missed heartbeat be caught by its own name', async () => {
    const harness = harnessOf(
      {
        A: {
          ...ask,
          HeartbeatSeconds: 10,
          Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'B' }],
          End: true,
        },
        B: { Type: 'Succeed' },
      },
      { invoke: () => null },
    );
    const arn = await harness.start('main');
    await harness.skip();
    expect(harness.status(arn).status).toBe('SUCCEEDED');
    harness.close();
  });

  it('gets a new token for each attempt', async () => {
    const harness = harnessOf(
      { A: { ...ask, Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1 }], End: true } },
      { invoke: () => null },
    );
    const arn = await harness.start('main');
    const first = newestToken(harness);
    await harness.sendTaskFailure(first, 'Again');
    await harness.skip();
    const second = newestToken(harness);
    expect(second).not.toBe(first);
    await expect(harness.sendTaskSuccess(first, {})).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await harness.sendTaskSuccess(second, {});
    expect(harness.status(arn).status).toBe('SUCCEEDED');
    harness.close();
  });
});

describe('A nested execution', () => {
  const nest = (child: string, more: object = {}) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: `arn:aws:states:ap-southeast-3:123456789012:stateMachine:${child}`,
      Name: 'kid',
      Input: { from: '{% $states.context.Execution.Name %}' },
    },
    Output: '{% $states.result.Output %}',
    End: true,
    ...more,
  });

  it('is waited for, and its output is JSON', async () => {
    const harness = createEngineHarness({
      definitions: {
        main: machine({ A: nest('child:live') }),
        child: machine({ W: { Type: 'Wait', Seconds: 5, End: true } }),
      },
    });
    const arn = await harness.start('main', {}, 'parent');
    await harness.skip();
    expect(harness.status(arn).output).toEqual({ from: 'parent' });
    expect(skeleton(harness, arn).slice(2, 6)).toEqual([
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSubmitted',
      '6<-5 TaskSucceeded',
    ]);
    expect(harness.executions('child')).toEqual([
      'arn:aws:states:ap-southeast-3:123456789012:execution:child:kid',
    ]);
    harness.close();
  });

  it('that ends at once is not missed', async () => {
    const harness = createEngineHarness({
      definitions: {
        main: machine({ A: nest('child') }),
        child: machine({ P: { Type: 'Pass', End: true } }),
      },
    });
    expect(harness.status(await harness.start('main', {}, 'p')).output).toEqual({ from: 'p' });
    harness.close();
  });

  it('that fails fails its task, with the whole of it as the cause', async () => {
    const harness = createEngineHarness({
      definitions: {
        main: machine({ A: nest('child') }),
        child: machine({ F: { Type: 'Fail', Error: 'Sorry', Cause: 'no' } }),
      },
    });
    const status = harness.status(await harness.start('main'));
    expect(status.error).toBe('States.TaskFailed');
    expect(JSON.parse(status.cause ?? '')).toMatchObject({
      Error: 'Sorry',
      Cause: 'no',
      Name: 'kid',
      Status: 'FAILED',
    });
    harness.close();
  });

  it('of a name that was used fails its task', async () => {
    const harness = createEngineHarness({
      definitions: {
        main: machine({ A: nest('child') }),
        child: machine({ P: { Type: 'Pass', End: true } }),
      },
    });
    await harness.start('main');
    const second = await harness.start('main');
    expect(harness.status(second).error).toBe('StepFunctions.ExecutionAlreadyExistsException');
    expect(skeleton(harness, second).slice(4)).toEqual(['5<-4 TaskSubmitFailed', '6<-5 ExecutionFailed']);
    harness.close();
  });

  it('is stopped with its parent', async () => {
    const harness = createEngineHarness({
      definitions: {
        main: machine({ A: nest('child') }),
        child: machine({ W: { Type: 'Wait', Seconds: 500, End: true } }),
      },
    });
    const arn = await harness.start('main');
    await harness.stop(arn);
    expect(harness.status(harness.executions('child')[0] ?? '').status).toBe('ABORTED');
    harness.close();
  });
});

describe('A redrive', () => {
  it('continues from the state that failed, with its input', async () => {
    let broken = true;
    const again = {
      FunctionName: 'work',
      Payload: { given: '{% $states.input %}', redrives: '{% $states.context.Execution.RedriveCount %}' },
    };
    const harness = harnessOf(
      { A: { Type: 'Pass', Output: { kept: 1 }, Next: 'B' }, B: { ...work, Arguments: again, End: true } },
      {
        invoke: (_name, payload) => {
          if (broken) throw boom;
          return payload;
        },
      },
    );
    const arn = await harness.start('main');
    expect(harness.status(arn).status).toBe('FAILED');
    broken = false;
    await harness.redrive(arn);
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: { given: { kept: 1 }, redrives: 1 } });
    expect(harness.path(arn)).toEqual(['A', 'B']);
    await expect(harness.redrive(arn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    harness.close();
  });
});
