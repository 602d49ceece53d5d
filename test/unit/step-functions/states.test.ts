import { describe, expect, it } from 'vitest';
import { details, harnessOf, outcomeOf, skeleton } from './machines.ts';

describe('Pass, Choice, Succeed and Fail', () => {
  it('passes its input on, and writes the history as AWS does', async () => {
    const harness = harnessOf({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } });
    const arn = await harness.start('main', { a: 1 });
    expect(skeleton(harness, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 PassStateEntered',
      '3<-2 PassStateExited',
      '4<-3 SucceedStateEntered',
      '5<-4 SucceedStateExited',
      '6<-5 ExecutionSucceeded',
    ]);
    expect(details(harness, arn, 'PassStateExited')).toEqual({
      name: 'A',
      output: '{"a":1}',
      outputDetails: { truncated: false },
    });
    harness.close();
  });

  it('assigns variables that later states read, both sides of an assignment seeing the old ones', async () => {
    const status = await outcomeOf(
      {
        A: { Type: 'Pass', Assign: { x: 1, y: '{% $states.input.n %}' }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'C' },
        C: { Type: 'Pass', Output: { before: '{% $states.input %}', after: '{% [$x, $y] %}' }, End: true },
      },
      { n: 5 },
    );
    expect(status.output).toEqual({ before: [1, 5], after: [5, 1] });
  });

  it('records in the history what was assigned', async () => {
    const harness = harnessOf({ A: { Type: 'Pass', Assign: { x: { deep: '{% 1 + 1 %}' } }, End: true } });
    const arn = await harness.start('main');
    expect(details(harness, arn, 'PassStateExited')).toMatchObject({
      assignedVariables: { x: '{"deep":2}' },
    });
    harness.close();
  });

  it('takes the first rule that holds, with its own Assign and Output, else the default', async () => {
    const states = {
      Pick: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'End', Output: 'big', Assign: { size: 2 } },
          { Condition: '{% $states.input.n > 5 %}', Next: 'End', Output: 'middle', Assign: { size: 1 } },
        ],
        Default: 'End',
        Output: 'small',
        Assign: { size: 0 },
      },
      End: { Type: 'Succeed', Output: '{% [$states.input, $size] %}' },
    };
    expect((await outcomeOf(states, { n: 11 })).output).toEqual(['big', 2]);
    expect((await outcomeOf(states, { n: 6 })).output).toEqual(['middle', 1]);
    expect((await outcomeOf(states, { n: 1 })).output).toEqual(['small', 0]);
  });

  it('fails when no rule holds and there is no default', async () => {
    const status = await outcomeOf({
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }] },
      End: { Type: 'Succeed' },
    });
    expect(status).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  it('refuses a condition that is no truth value', async () => {
    const status = await outcomeOf({
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% "yes" %}', Next: 'End' }], Default: 'End' },
      End: { Type: 'Succeed' },
    });
    expect(status.error).toBe('States.QueryEvaluationError');
    expect(status.cause).toBe(
      `An error occurred while executing the state 'Pick' (entered at the event id #2). The JSONata expression '"yes"' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`,
    );
  });

  it('fails with an error and cause of its own, computed if need be', async () => {
    const status = await outcomeOf(
      { F: { Type: 'Fail', Error: '{% "Bad" & $states.input.what %}', Cause: 'because' } },
      { what: 'Luck' },
    );
    expect(status).toEqual({ status: 'FAILED', error: 'BadLuck', cause: 'because' });
  });

  it('fails without error and cause when the state names none', async () => {
    const harness = harnessOf({ F: { Type: 'Fail' } });
    const arn = await harness.start('main');
    expect(skeleton(harness, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 FailStateEntered',
      '3<-2 ExecutionFailed',
    ]);
    expect(details(harness, arn, 'ExecutionFailed')).toEqual({});
    harness.close();
  });
});

describe('Wait', () => {
  it('waits for seconds, given or computed', async () => {
    const harness = harnessOf({ W: { Type: 'Wait', Seconds: '{% $states.input.s %}', End: true } });
    const arn = await harness.start('main', { s: 90 });
    await harness.advance(89);
    expect(harness.status(arn).status).toBe('RUNNING');
    await harness.advance(1);
    expect(harness.status(arn).status).toBe('SUCCEEDED');
    expect(skeleton(harness, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 WaitStateEntered',
      '3<-2 WaitStateExited',
      '4<-3 ExecutionSucceeded',
    ]);
    harness.close();
  });

  it('waits until a timestamp, and not at all when it is past', async () => {
    const until = (Timestamp: string) => harnessOf({ W: { Type: 'Wait', Timestamp, End: true } });
    const future = until('2026-01-05T10:00:00+07:00');
    const arn = await future.start('main');
    await future.skip();
    expect(new Date(future.clock.now()).toISOString()).toBe('2026-01-05T03:00:00.000Z');
    expect(future.status(arn).status).toBe('SUCCEEDED');
    future.close();
    const past = until('2020-01-01T00:00:00Z');
    expect(past.status(await past.start('main')).status).toBe('SUCCEEDED');
    past.close();
  });

  it.each([['not a time'], ['2026-01-05T10:00:00']])('refuses the timestamp %s', async (timestamp) => {
    const status = await outcomeOf({ W: { Type: 'Wait', Timestamp: `{% "${timestamp}" %}`, End: true } });
    expect(status.error).toBe('States.QueryEvaluationError');
  });

  it.each([[-1], [1.5]])('refuses to wait for %d seconds', async (seconds) => {
    const status = await outcomeOf(
      { W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } },
      seconds,
    );
    expect(status.error).toBe('States.QueryEvaluationError');
  });

  it.each([
    [24_855, 'RUNNING'],
    [24_856, 'FAILED'],
  ])('for %d days from now is %s', async (days, status) => {
    const until = new Date(Date.parse('2026-01-05T01:00:00Z') + days * 86_400_000).toISOString();
    const outcome = await outcomeOf({ W: { Type: 'Wait', Timestamp: until, End: true } });
    expect(outcome.status).toBe(status);
    if (status === 'FAILED') {
      expect(outcome.error).toBe('States.Runtime');
      expect(outcome.cause).toBe(
        "An error occurred while executing the state 'W' (entered at the event id #2). Wait state delay is too long.",
      );
    }
  });
});

describe('An execution as a whole', () => {
  it('times out after the machine’s TimeoutSeconds', async () => {
    const harness = harnessOf(
      { W: { Type: 'Wait', Seconds: 100, End: true } },
      { more: { TimeoutSeconds: 10 } },
    );
    const arn = await harness.start('main');
    await harness.skip();
    expect(harness.status(arn)).toEqual({ status: 'TIMED_OUT' });
    expect(skeleton(harness, arn).at(-1)).toMatch(/ExecutionTimedOut$/);
    harness.close();
  });

  it('ends when stopped, once', async () => {
    const harness = harnessOf({ W: { Type: 'Wait', Seconds: 100, End: true } });
    const arn = await harness.start('main');
    await harness.stop(arn, 'Enough', 'of this');
    await harness.stop(arn, 'Again', 'and again');
    expect(harness.status(arn)).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'of this' });
    expect(await harness.skip()).toBe(false);
    expect(skeleton(harness, arn)).toHaveLength(3);
    harness.close();
  });

  it('fails at 25,000 events', async () => {
    const harness = harnessOf({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }] },
    });
    const arn = await harness.start('main');
    expect(harness.status(arn)).toMatchObject({
      status: 'FAILED',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(harness.history(arn)).toHaveLength(25_000);
    harness.close();
  });

  it('fails a state that assigns more than 256 KiB at once', async () => {
    const half = 'x'.repeat(150_000);
    const status = await outcomeOf({ A: { Type: 'Pass', Assign: { a: half, b: half }, End: true } });
    expect(status.error).toBe('States.DataLimitExceeded');
  });

  it('fails a state whose output is longer than 256 KiB, which States.ALL does not catch', async () => {
    const status = await outcomeOf({
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Long',
            States: { Long: { Type: 'Pass', Output: '{% $pad("", 262145, "x") %}', End: true } },
          },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    });
    expect(status).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('gives states the time they were entered and who they are', async () => {
    const harness = harnessOf({ A: { Type: 'Pass', Output: '{% $states.context %}', End: true } });
    const arn = await harness.start('main', { a: 1 }, 'one');
    expect(harness.status(arn).output).toEqual({
      Execution: {
        Id: arn,
        Input: { a: 1 },
        Name: 'one',
        RoleArn: 'arn:aws:iam::123456789012:role/states',
        StartTime: '2026-01-05T01:00:00.000Z',
        RedriveCount: 0,
      },
      State: { Name: 'A', EnteredTime: '2026-01-05T01:00:00.000Z' },
      StateMachine: { Id: harness.arn('main'), Name: 'main' },
    });
    harness.close();
  });

  it('counts the states it enters', async () => {
    const harness = harnessOf({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Succeed' },
    });
    await harness.start('main');
    expect(harness.transitions()).toBe(3);
    harness.close();
  });

  it('says on the event bus when it starts and ends', async () => {
    const harness = harnessOf({ A: { Type: 'Pass', Output: { done: true }, End: true } });
    const arn = await harness.start('main', {}, 'one');
    expect(harness.published.map((event) => event.detail)).toMatchObject([
      { executionArn: arn, status: 'RUNNING', output: null, stopDate: null },
      { executionArn: arn, status: 'SUCCEEDED', output: '{"done":true}' },
    ]);
    harness.close();
  });
});
