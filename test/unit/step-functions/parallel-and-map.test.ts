import { describe, expect, it } from 'vitest';
import { LambdaFunctionError } from '#local/step-functions/ports.ts';
import { ask, harnessOf, newestToken, outcomeOf, skeleton, work } from './machines.ts';

function branch(states: Readonly<Record<string, object>>): object {
  return {
    StartAt: Object.keys(states)[0],
    States: states,
  };
}

describe('Parallel', () => {
  it('runs its branches on the same input and gathers their outputs in order', async () => {
    const harness = harnessOf({
      Base: { Type: 'Pass', Assign: { base: 5 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Arguments: { n: 2 },
        Branches: [
          branch({ Slow: { Type: 'Wait', Seconds: 10, Output: '{% $states.input.n %}', End: true } }),
          branch({ Quick: { Type: 'Pass', Output: '{% $states.input.n + $base %}', End: true } }),
        ],
        End: true,
      },
    });
    const arn = await harness.start('main');
    await harness.skip();
    expect(harness.status(arn).output).toEqual([2, 7]);
    expect(skeleton(harness, arn).slice(3)).toEqual([
      '4<-3 ParallelStateEntered',
      '5<-4 ParallelStateStarted',
      '6<-5 WaitStateEntered',
      '7<-5 PassStateEntered',
      '8<-7 PassStateExited',
      '9<-6 WaitStateExited',
      '10<-9 ParallelStateSucceeded',
      '11<-9 ParallelStateExited',
      '12<-11 ExecutionSucceeded',
    ]);
    harness.close();
  });

  it('fails with its first failed branch, and aborts the others', async () => {
    const harness = harnessOf(
      {
        P: {
          Type: 'Parallel',
          Branches: [
            branch({ Asked: { ...ask, End: true } }),
            branch({ Waits: { Type: 'Wait', Seconds: 9, End: true } }),
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
      { invoke: () => null },
    );
    const arn = await harness.start('main');
    await harness.sendTaskFailure(newestToken(harness), 'Oh');
    expect(skeleton(harness, arn).slice(7)).toEqual([
      '8<-7 TaskSubmitted',
      '9<-8 TaskFailed',
      '10<-9 TaskStateAborted',
      '11<-9 WaitStateAborted',
      '12<-9 ParallelStateFailed',
      '13<-12 ParallelStateExited',
      '14<-13 PassStateEntered',
      '15<-14 PassStateExited',
      '16<-15 ExecutionSucceeded',
    ]);
    expect(await harness.skip()).toBe(false);
    harness.close();
  });

  it('may be tried again as a whole', async () => {
    let calls = 0;
    const harness = harnessOf(
      {
        P: {
          Type: 'Parallel',
          Branches: [
            branch({ A: { ...work, End: true } }),
            branch({ B: { Type: 'Pass', Output: 'b', End: true } }),
          ],
          Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 3 }],
          End: true,
        },
      },
      {
        invoke: () => {
          calls += 1;
          if (calls === 1) throw new LambdaFunctionError({ errorType: 'Flaky' });
          return 'a';
        },
      },
    );
    const arn = await harness.start('main');
    await harness.skip();
    expect(harness.status(arn).output).toEqual(['a', 'b']);
    harness.close();
  });
});

describe('Map', () => {
  const squares = {
    Type: 'Map',
    Items: '{% $states.input.list %}',
    ItemSelector: { n: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
    ItemProcessor: {
      ...branch({
        Square: {
          Type: 'Pass',
          Output: '{% $states.input.n * $states.input.n + $states.input.i %}',
          End: true,
        },
      }),
    },
    End: true,
  };

  it('runs its processor for each item and keeps their order', async () => {
    expect((await outcomeOf({ M: squares }, { list: [3, 4, 5] })).output).toEqual([9, 17, 27]);
  });

  it('gives an empty list for no items', async () => {
    const harness = harnessOf({ M: squares });
    const arn = await harness.start('main', { list: [] });
    expect(harness.status(arn).output).toEqual([]);
    expect(skeleton(harness, arn).slice(1)).toEqual([
      '2<-0 MapStateEntered',
      '3<-2 MapStateStarted',
      '4<-3 MapStateSucceeded',
      '5<-3 MapStateExited',
      '6<-5 ExecutionSucceeded',
    ]);
    harness.close();
  });

  it('runs over an object’s keys and values', async () => {
    const pairs = {
      Type: 'Map',
      Items: { a: 1, b: 2 },
      ItemProcessor: branch({
        Pair: { Type: 'Pass', Output: '{% $states.input.Key & $states.input.Value %}', End: true },
      }),
      End: true,
    };
    expect((await outcomeOf({ M: pairs })).output).toEqual(['a1', 'b2']);
  });

  it('refuses items that are none', async () => {
    expect((await outcomeOf({ M: squares }, { list: 7 })).error).toBe('States.QueryEvaluationError');
  });

  it('runs no more at once than it may', async () => {
    const harness = harnessOf({
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        MaxConcurrency: '{% 2 %}',
        ItemProcessor: branch({ Rest: { Type: 'Wait', Seconds: 10, End: true } }),
        End: true,
      },
    });
    const arn = await harness.start('main');
    expect(harness.path(arn).filter((name) => name === 'Rest')).toHaveLength(2);
    await harness.skip();
    expect(harness.path(arn).filter((name) => name === 'Rest')).toHaveLength(3);
    await harness.skip();
    expect(harness.status(arn).output).toEqual([1, 2, 3]);
    harness.close();
  });

  it('fails with its first failed iteration, as AWS writes it', async () => {
    const harness = harnessOf(
      {
        M: {
          Type: 'Map',
          Items: [1, 2],
          ItemProcessor: branch({ Ask: { ...ask, TimeoutSeconds: 5, End: true } }),
          End: true,
        },
      },
      { invoke: () => null },
    );
    const arn = await harness.start('main');
    await harness.skip();
    expect(skeleton(harness, arn).slice(2)).toEqual([
      '3<-2 MapStateStarted',
      '4<-3 MapIterationStarted',
      '5<-3 MapIterationStarted',
      '6<-4 TaskStateEntered',
      '7<-6 TaskScheduled',
      '8<-5 TaskStateEntered',
      '9<-8 TaskScheduled',
      '10<-7 TaskStarted',
      '11<-9 TaskStarted',
      '12<-10 TaskSubmitted',
      '13<-11 TaskSubmitted',
      '14<-12 TaskTimedOut',
      '15<-13 TaskTimedOut',
      '16<-14 MapIterationFailed',
      '17<-14 TaskStateAborted',
      '18<-14 MapIterationAborted',
      '19<-14 TaskStateAborted',
      '20<-14 MapStateFailed',
      '21<-20 ExecutionFailed',
    ]);
    harness.close();
  });

  it('reads outer variables in nested maps and knows the innermost item', async () => {
    const status = await outcomeOf(
      {
        Set: { Type: 'Pass', Assign: { factor: 10 }, Output: '{% $states.input %}', Next: 'Outer' },
        Outer: {
          Type: 'Map',
          ItemProcessor: branch({
            Inner: {
              Type: 'Map',
              ItemProcessor: branch({
                Leaf: { Type: 'Pass', Output: '{% $states.context.Map.Item.Value * $factor %}', End: true },
              }),
              End: true,
            },
          }),
          End: true,
        },
      },
      [[1, 2], [3]],
    );
    expect(status.output).toEqual([[10, 20], [30]]);
  });
});
