/** What a killed process leaves behind, a new one takes up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngineHarness, type HarnessOptions } from '#local/step-functions/testing.ts';
import { ask, machine, newestToken, skeleton, work } from './machines.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfn-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A process's life on the same database; `startAt` is when it begins. */
function life(options: Omit<HarnessOptions, 'database'>) {
  return createEngineHarness({ ...options, database: join(directory, 'states.db') });
}

/** A call that never returns, as for a process killed meanwhile. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

describe('After a restart', () => {
  it('a wait ends when it is due, also if that has passed', async () => {
    const definitions = {
      main: machine({ W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: { Type: 'Pass', End: true } }),
    };
    const first = life({ definitions });
    const arn = await first.start('main', { kept: true });
    first.close();
    const second = life({ definitions, startAt: '2026-01-05T01:00:30Z' });
    await second.skip();
    expect(new Date(second.clock.now()).toISOString()).toBe('2026-01-05T01:01:00.000Z');
    expect(second.status(arn)).toEqual({ status: 'SUCCEEDED', output: { kept: true } });
    const late = await second.start('main');
    second.close();
    const third = life({ definitions, startAt: '2026-02-01T00:00:00Z' });
    await third.skip();
    expect(third.status(late).status).toBe('SUCCEEDED');
    third.close();
  });

  it('a task that had not returned is called again, and its history says so nowhere', async () => {
    const definitions = { main: machine({ A: { ...work, End: true } }) };
    const first = life({ definitions, invoke: never });
    const started = first.service.startExecution({
      stateMachineArn: first.arn('main'),
      name: 'one',
      input: '{"a":1}',
    });
    const { executionArn: arn } = await started;
    first.close();
    const second = life({ definitions, invoke: (_name, payload) => payload });
    await second.settle();
    expect(second.calls).toHaveLength(1);
    expect(second.status(arn)).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });
    expect(skeleton(second, arn)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 TaskStateEntered',
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSucceeded',
      '6<-5 TaskStateExited',
      '7<-6 ExecutionSucceeded',
    ]);
    second.close();
  });

  it('a task that waits for its callback is not called again, keeps its token and its time-out', async () => {
    const definitions = { main: machine({ A: { ...ask, TimeoutSeconds: 100, End: true } }) };
    const first = life({ definitions, invoke: () => null });
    const answered = await first.start('main');
    const token = newestToken(first);
    const silent = await first.start('main');
    first.close();
    const second = life({ definitions, invoke: () => null });
    await second.settle();
    expect(second.calls).toEqual([]);
    await second.sendTaskSuccess(token, 'yes');
    expect(second.status(answered)).toEqual({ status: 'SUCCEEDED', output: 'yes' });
    await second.skip();
    expect(second.status(silent)).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    second.close();
  });

  it('a nested execution is neither lost nor started twice', async () => {
    const definitions = {
      main: machine({
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Arguments: { StateMachineArn: 'arn:aws:states:ap-southeast-3:123456789012:stateMachine:child' },
          Output: '{% $states.result.Output %}',
          End: true,
        },
      }),
      child: machine({ W: { Type: 'Wait', Seconds: 60, Output: 'done', End: true } }),
    };
    const first = life({ definitions });
    const arn = await first.start('main');
    first.close();
    const second = life({ definitions });
    await second.skip();
    expect(second.status(arn).output).toBe('done');
    expect(second.executions('child')).toHaveLength(1);
    second.close();
  });

  it('running executions stay on the definition they began with', async () => {
    const saying = (word: string) => ({
      main: machine({
        W: { Type: 'Wait', Seconds: 60, Next: 'P' },
        P: { Type: 'Pass', Output: word, End: true },
      }),
    });
    const first = life({ definitions: saying('old') });
    const old = await first.start('main', {}, 'old');
    first.close();
    const second = life({ definitions: saying('new') });
    const recent = await second.start('main', {}, 'new');
    await second.skipAll();
    expect([second.status(old).output, second.status(recent).output]).toEqual(['old', 'new']);
    second.close();
  });

  it('a failed execution can still be redriven', async () => {
    const definitions = { main: machine({ A: { ...work, End: true } }) };
    const first = life({ definitions, integrate: () => Promise.reject(new Error('down')) });
    const arn = await first.start('main');
    first.close();
    const second = life({ definitions, invoke: () => 'up' });
    await second.redrive(arn);
    expect(second.status(arn)).toEqual({ status: 'SUCCEEDED', output: 'up' });
    second.close();
  });

  it('an event of state from before, when a row was one event, is still handed over', async () => {
    const definitions = { main: machine({ P: { Type: 'Pass', End: true } }) };
    life({ definitions }).close();
    const db = new DatabaseSync(join(directory, 'states.db'));
    const event = { source: 'aws.states', detail: { status: 'FAILED' } };
    db.prepare('INSERT INTO sfn_outbox (id, event) VALUES (1, ?)').run(JSON.stringify(event));
    db.close();
    const second = life({ definitions });
    await second.settle();
    expect(second.published).toEqual([event]);
    second.close();
  });

  it('branches and iterations continue where each of them was', async () => {
    const waits = (name: string, seconds: number) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: seconds, Output: name, End: true } },
    });
    const definitions = {
      main: machine({
        P: { Type: 'Parallel', Branches: [waits('A', 10), waits('B', 20), waits('C', 30)], End: true },
      }),
    };
    const first = life({ definitions });
    const arn = await first.start('main');
    await first.skip();
    first.close();
    const second = life({ definitions, startAt: '2026-01-05T01:00:15Z' });
    await second.skipAll();
    expect(second.status(arn).output).toEqual(['A', 'B', 'C']);
    expect(second.history(arn).map((event) => event.id)).toEqual(
      second.history(arn).map((_, index) => index + 1),
    );
    second.close();
  });
});

it('The same input, seed and answers give the same history, byte for byte', async () => {
  const run = async (): Promise<string> => {
    const harness = createEngineHarness({
      definitions: {
        main: machine({
          A: { ...work, Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }], Next: 'B' },
          B: { ...ask, TimeoutSeconds: 60, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }], End: true },
          C: { Type: 'Pass', Output: '{% [$uuid(), $random()] %}', End: true },
        }),
      },
      invoke: (name) => {
        if (name === 'work' && harness.calls.length < 3) throw new Error('not yet');
        return { ok: true };
      },
      seed: 42,
    });
    const arn = await harness.start('main');
    await harness.skipAll();
    const history = JSON.stringify([arn, harness.history(arn)]);
    harness.close();
    return history;
  };
  expect(await run()).toBe(await run());
});
