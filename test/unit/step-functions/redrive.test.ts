import { describe, expect, it } from 'vitest';
import { details, harnessOf, skeleton, work } from './machines.ts';

const day = 86_400;

/** Answers tasks with their payload, but fails for the payloads in `broken`. */
function unreliable(broken: Set<unknown>): (name: string, payload: unknown) => unknown {
  return (_name, payload) => {
    if (broken.has(payload)) throw new Error(`broken: ${String(payload)}`);
    return payload;
  };
}

function workOn(payload: unknown) {
  return {
    ...work,
    Arguments: { FunctionName: 'work', Payload: payload },
    End: true,
  };
}
function branch(name: string, payload: unknown) {
  return {
    StartAt: name,
    States: { [name]: workOn(payload) },
  };
}

describe('A redrive', () => {
  it('runs only the branches again that failed or were aborted', async () => {
    const broken = new Set<unknown>(['b']);
    const harness = harnessOf(
      {
        All: {
          Type: 'Parallel',
          Branches: [
            branch('A', 'a'),
            {
              StartAt: 'Later',
              States: { Later: { Type: 'Wait', Seconds: 5, Next: 'B' }, B: workOn('b') },
            },
            { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 60, Next: 'C' }, C: workOn('c') } },
          ],
          End: true,
        },
      },
      { invoke: unreliable(broken) },
    );
    const arn = await harness.start('main');
    await harness.advance(5);
    expect(harness.status(arn).status).toBe('FAILED');
    const before = harness.history(arn).length;
    broken.clear();
    await harness.redrive(arn);
    await harness.advance(60);
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: ['a', 'b', 'c'] });
    const asked = harness.calls.map((call) => (call.arguments as { Payload: unknown }).Payload);
    expect(asked).toEqual(['a', 'b', 'b', 'c']);
    expect(skeleton(harness, arn).slice(before, before + 3)).toEqual([
      `${before + 1}<-0 ExecutionRedriven`,
      `${before + 2}<-${before + 1} TaskScheduled`,
      `${before + 3}<-${before + 2} TaskStarted`,
    ]);
    expect(details(harness, arn, 'ExecutionRedriven')).toEqual({ redriveCount: 1 });
    harness.close();
  });

  it('runs only the iterations again that failed, and those that had not begun', async () => {
    const broken = new Set<unknown>([2]);
    const harness = harnessOf(
      {
        Each: {
          Type: 'Map',
          Items: [1, 2, 3],
          MaxConcurrency: 1,
          ItemProcessor: branch('W', '{% $states.input * 1 %}'),
          End: true,
        },
      },
      { invoke: unreliable(broken) },
    );
    const arn = await harness.start('main');
    expect(harness.status(arn).status).toBe('FAILED');
    broken.clear();
    await harness.redrive(arn);
    expect(harness.status(arn)).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3] });
    const asked = harness.calls.map((call) => (call.arguments as { Payload: unknown }).Payload);
    expect(asked).toEqual([1, 2, 2, 3]);
    harness.close();
  });

  it('keeps what a nested Parallel has done', async () => {
    const broken = new Set<unknown>(['y']);
    const harness = harnessOf(
      {
        Outer: {
          Type: 'Parallel',
          Branches: [
            branch('X', 'x'),
            {
              StartAt: 'Inner',
              States: {
                Inner: { Type: 'Parallel', Branches: [branch('Z', 'z'), branch('Y', 'y')], End: true },
              },
            },
          ],
          End: true,
        },
      },
      { invoke: unreliable(broken) },
    );
    const arn = await harness.start('main');
    broken.clear();
    await harness.redrive(arn);
    expect(harness.status(arn).output).toEqual(['x', ['z', 'y']]);
    const counts = Object.groupBy(harness.calls, (call) =>
      String((call.arguments as { Payload: unknown }).Payload),
    );
    expect(counts.y).toHaveLength(2);
    harness.close();
  });

  it('does the whole Parallel again when the state itself failed', async () => {
    const harness = harnessOf(
      {
        All: {
          Type: 'Parallel',
          Branches: [branch('A', 'a')],
          Output: '{% $states.context.Execution.RedriveCount = 0 ? $states.nothing : $states.result %}',
          End: true,
        },
      },
      { invoke: (_name, payload) => payload },
    );
    const arn = await harness.start('main');
    expect(harness.status(arn).error).toBe('States.QueryEvaluationError');
    await harness.redrive(arn);
    expect(harness.status(arn).output).toEqual(['a']);
    expect(harness.calls).toHaveLength(2);
    harness.close();
  });

  it('continues with every branch of an execution that was stopped', async () => {
    const harness = harnessOf({
      All: {
        Type: 'Parallel',
        Branches: ['A', 'B'].map((name) => ({
          StartAt: name,
          States: { [name]: { Type: 'Wait', Seconds: 10, Output: name, End: true } },
        })),
        End: true,
      },
    });
    const arn = await harness.start('main');
    await harness.stop(arn);
    await harness.redrive(arn);
    await harness.advance(10);
    expect(harness.status(arn).output).toEqual(['A', 'B']);
    harness.close();
  });

  it('is refused after 14 days', async () => {
    const harness = harnessOf({ F: { Type: 'Fail' } });
    const arn = await harness.start('main');
    await harness.advance(14 * day + 1);
    await expect(harness.redrive(arn)).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
    harness.close();
  });
});
