/** The pure core under random machines and stimuli: it never crashes, and what it writes hangs together. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Datum } from '#local/step-functions/core/datum.ts';
import { compileDefinition } from '#local/step-functions/core/definition.ts';
import { step } from '#local/step-functions/core/interpreter.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  nextDeadline,
  type Snapshot,
} from '#local/step-functions/core/snapshot.ts';
import type { Stimulus } from '#local/step-functions/core/stimulus.ts';

type Shape =
  | {
      readonly kind: 'pass' | 'wait' | 'task' | 'callback' | 'fail' | 'broken' | 'choice';
      readonly n: number;
    }
  | {
      readonly kind: 'parallel' | 'map' | 'distributed';
      readonly n: number;
      readonly blocks: readonly (readonly Shape[])[];
    };

const shapes = fc.letrec<{ shape: Shape; block: readonly Shape[] }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constantFrom('pass', 'pass', 'wait', 'task', 'callback', 'fail', 'broken', 'choice'),
      n: fc.nat(5),
    }),
    fc.record({
      kind: fc.constantFrom('parallel', 'map', 'distributed'),
      n: fc.nat(5),
      blocks: fc.array(tie('block'), { minLength: 1, maxLength: 3 }),
    }),
  ),
  block: fc.array(tie('shape'), { minLength: 1, maxLength: 4 }),
}));

/** A block of the language from its shape; names are unique over the whole machine. */
function blockOf(block: readonly Shape[], name: string): { StartAt: string; States: Record<string, object> } {
  const names = block.map((_, index) => `${name}.${index}`);
  const states = block.map((shape, index) => {
    const next = names[index + 1];
    return [
      names[index] ?? '',
      stateOf(shape, names[index] ?? '', next === undefined ? { End: true } : { Next: next }),
    ] as const;
  });
  return { StartAt: names[0] ?? '', States: Object.fromEntries(states) };
}

function stateOf(shape: Shape, name: string, way: { readonly End?: true; readonly Next?: string }): object {
  const recovering =
    shape.n % 2 === 0
      ? {
          Retry: [
            { ErrorEquals: ['E'], MaxAttempts: 2, MaxDelaySeconds: 3, BackoffRate: 2.5 },
            { ErrorEquals: ['States.ALL'], MaxAttempts: 1, JitterStrategy: 'FULL' },
          ],
        }
      : shape.n === 5 && way.Next !== undefined
        ? {
            Catch: [
              {
                ErrorEquals: ['States.ALL'],
                Assign: { [`e${name.replaceAll('.', '_')}`]: '{% $states.errorOutput %}' },
                Output: { n: 0 },
                Next: way.Next,
              },
            ],
          }
        : {};
  const task = {
    Type: 'Task',
    Arguments: { n: shape.n },
    TimeoutSeconds: 10 + shape.n,
    ...recovering,
    ...way,
  };
  switch (shape.kind) {
    case 'pass':
      return {
        Type: 'Pass',
        Assign: { [`v${name.replaceAll('.', '_')}`]: '{% $random() %}' },
        Output: { n: '{% 1 + 1 %}' },
        ...way,
      };
    case 'wait':
      return { Type: 'Wait', Seconds: shape.n, ...way };
    case 'task':
      return { ...task, Resource: 'arn:aws:states:::lambda:invoke' };
    case 'callback':
      return { ...task, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', HeartbeatSeconds: 5 };
    case 'fail':
      return way.Next === undefined ? { Type: 'Fail', Error: 'E' } : { Type: 'Pass', ...way };
    case 'broken':
      return { Type: 'Pass', Output: shape.n === 0 ? '{% $states.input.nothing %}' : 1, ...way };
    case 'choice':
      return way.Next === undefined
        ? { Type: 'Succeed' }
        : {
            Type: 'Choice',
            Choices: [{ Condition: `{% ${shape.n} > 2 %}`, Next: way.Next }],
            Default: way.Next,
          };
    case 'parallel':
      return {
        Type: 'Parallel',
        Branches: shape.blocks.map((block, index) => blockOf(block, `${name}.${index}`)),
        ...recovering,
        ...way,
      };
    case 'map':
      return {
        Type: 'Map',
        Items: Array.from({ length: shape.n }, (_, index) => index),
        MaxConcurrency: shape.n % 3,
        ItemProcessor: blockOf(shape.blocks[0] ?? [], name),
        ...recovering,
        ...way,
      };
    case 'distributed':
      return {
        Type: 'Map',
        Items: Array.from({ length: shape.n }, (_, index) => index),
        ItemSelector: shape.n === 3 ? '{% $states.nothing %}' : { n: '{% $random() %}' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...blockOf(shape.blocks[0] ?? [], name),
        },
        ...recovering,
        ...way,
      };
  }
}

const input = Datum.of({});
const facts = {
  arn: 'arn:aws:states:ap-southeast-3:123456789012:execution:m:e',
  name: 'e',
  input,
  startTime: 0,
  roleArn: 'arn:aws:iam::123456789012:role/states',
  stateMachineArn: 'arn:aws:states:ap-southeast-3:123456789012:stateMachine:m',
  stateMachineName: 'm',
  region: 'ap-southeast-3',
  tokenPrefix: '1',
};
function randomness(draw: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (draw * 31 + index * 7) % 256);
}

const choices = fc.array(fc.record({ kind: fc.nat(10), which: fc.nat(20) }), { maxLength: 60 });

it('ends, or waits for a task, a Map Run or for time, whatever the machine and whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(shapes.block, choices, fc.boolean(), async (block, plan, redriven) => {
      const machine = compileDefinition(JSON.stringify({ QueryLanguage: 'JSONata', ...blockOf(block, 's') }));
      let snapshot: Snapshot | undefined;
      let now = 0;
      let lastId = 0;
      const tokens: string[] = [];
      const mapRuns: string[] = [];
      const take = async (stimulus: Stimulus): Promise<void> => {
        const before = snapshot === undefined ? undefined : encodeSnapshot(snapshot);
        const made = await step(machine, facts, snapshot, stimulus, now, randomness);
        // The snapshot that went in is a value: taking a stimulus leaves it as it was.
        if (snapshot !== undefined) expect(encodeSnapshot(snapshot)).toBe(before);
        if (made === undefined) return;
        for (const event of made.events) {
          lastId += 1;
          expect(event.id).toBe(lastId);
          expect(event.previousEventId).toBeLessThan(event.id);
        }
        for (const effect of made.effects) {
          if (effect.type === 'call') tokens.push(effect.token);
          if (effect.type === 'readItems') mapRuns.push(effect.token);
        }
        // What is stored says all: going on from the text is going on from the value.
        snapshot = decodeSnapshot(encodeSnapshot(made.snapshot));
        expect(JSON.parse(encodeSnapshot(snapshot))).toEqual(JSON.parse(encodeSnapshot(made.snapshot)));
        if (snapshot.status === 'RUNNING') {
          const waits = snapshot.threads.some(
            (thread) => thread.wait !== undefined && thread.wait.for !== 'children',
          );
          expect(waits).toBe(true);
          const outside = snapshot.threads.some((thread) => thread.wait?.for === 'mapRun');
          if (!outside) expect(nextDeadline(snapshot)).toBeDefined();
        }
      };
      await take({ type: 'start' });
      for (const { kind, which } of plan) {
        const token = tokens[which % Math.max(tokens.length, 1)] ?? 'none';
        const mapRun = mapRuns[which % Math.max(mapRuns.length, 1)] ?? 'none';
        now += which * 100;
        if (kind === 0) await take({ type: 'returned', token, output: Datum.of({ Payload: which }) });
        else if (kind === 1) await take({ type: 'raised', token, error: 'Lambda.Unknown', cause: 'c' });
        else if (kind === 2) await take({ type: 'succeeded', token, output: Datum.of(which) });
        else if (kind === 3) await take({ type: 'failed', token });
        else if (kind === 4) await take({ type: 'heartbeat', token });
        else if (kind === 5) await take({ type: 'items', token: mapRun });
        else if (kind === 6) await take({ type: 'mapRunSucceeded', token: mapRun, output: Datum.of([]) });
        else if (kind === 7) await take({ type: 'mapRunFailed', token: mapRun, error: 'E', cause: '' });
        else if (kind === 8 && which === 20) await take({ type: 'stop' });
        else await take({ type: 'tick' });
      }
      await drain(
        () => snapshot,
        take,
        (at) => {
          now = Math.max(now, at);
        },
      );
      if (redriven && snapshot?.status !== 'SUCCEEDED') {
        await take({ type: 'redrive' });
        await drain(
          () => snapshot,
          take,
          (at) => {
            now = Math.max(now, at);
          },
        );
      }
      expect(snapshot?.status).not.toBe('RUNNING');
      expect(new Set([...tokens, ...mapRuns]).size).toBe(tokens.length + mapRuns.length);
      expect(new Set(tokens).size).toBe(tokens.length);
    }),
    { numRuns: 150 },
  );
});

/** Lets time pass until the execution has ended: every task of these machines times out, and Map Runs fail. */
async function drain(
  current: () => Snapshot | undefined,
  take: (stimulus: Stimulus) => Promise<void>,
  moveTo: (at: number) => void,
): Promise<void> {
  for (let ticks = 0; ticks < 2000; ticks += 1) {
    const snapshot = current();
    if (snapshot?.status !== 'RUNNING') return;
    const deadline = nextDeadline(snapshot);
    if (deadline === undefined) {
      for (const { wait } of snapshot.threads) {
        if (wait?.for === 'mapRun') {
          await take({ type: 'mapRunFailed', token: wait.token, error: 'E', cause: '' });
        }
      }
      continue;
    }
    moveTo(deadline);
    await take({ type: 'tick' });
  }
}
