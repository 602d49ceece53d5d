/** Small state machines and a short way of writing histories, for the tests of the engine. */
import {
  createEngineHarness,
  type EngineHarness,
  type HarnessOptions,
} from '#local/step-functions/testing.ts';

/** A JSONata machine of these states that starts at the first. */
export function machine(states: Readonly<Record<string, object>>, more: object = {}): object {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

/** A harness with one machine, called `main`. */
export function harnessOf(
  states: Readonly<Record<string, object>>,
  options: Omit<HarnessOptions, 'definitions'> & { readonly more?: object } = {},
): EngineHarness {
  return createEngineHarness({ definitions: { main: machine(states, options.more) }, ...options });
}

/** A history as lines `id<-previousEventId Type`. */
export function skeleton(harness: EngineHarness, execution: string): readonly string[] {
  return harness.history(execution).map((event) => `${event.id}<-${event.previousEventId} ${event.type}`);
}

/** The details of the first event of a type. */
export function details(harness: EngineHarness, execution: string, type: string): unknown {
  const event = harness.history(execution).find((candidate) => candidate.type === type);
  const holder = Object.entries(event ?? {}).find(([name]) => name.endsWith('EventDetails'));
  return holder?.[1];
}

/** Runs a machine from its start to its end without tasks. */
export async function outcomeOf(states: Readonly<Record<string, object>>, input: unknown = {}) {
  const harness = harnessOf(states);
  const arn = await harness.start('main', input);
  const status = harness.status(arn);
  harness.close();
  return status;
}

/** A task that calls the function `work` with the state's input. */
export const work = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
} as const;

/** A task that asks the function `ask` and waits to be called back. */
export const ask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
} as const;

/** The token that the newest call to `ask` was given. */
export function newestToken(harness: EngineHarness): string {
  const call = harness.calls.findLast((candidate) => JSON.stringify(candidate.arguments).includes('"token"'));
  const text = JSON.stringify(call?.arguments);
  return /"token":"([^"]+)"/.exec(text)?.[1] ?? '';
}
