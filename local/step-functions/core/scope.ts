/** What the expressions of a state can see: `$states`, its context object, and variables from the inside out. */
import type { Datum } from './datum.ts';
import type { ExecutionFacts } from './execution-facts.ts';
import type { Scope } from './expression.ts';
import type { State } from './machine.ts';
import type { Snapshot, Thread } from './snapshot.ts';

/** What there is only at times. */
export interface Occasion {
  /** What the task or the children gave. */
  readonly result?: Datum;
  /** The error that a catcher handles. */
  readonly errorOutput?: unknown;
  /** The task's token. */
  readonly token?: string;
  /** The item whose iteration is about to begin. */
  readonly item?: NonNullable<Thread['item']> & { readonly source?: string };
}

/** The execution around a state. */
export interface Setting {
  readonly facts: ExecutionFacts;
  /** As of now: a redrive counts from its own first state. */
  snapshot(): Pick<Snapshot, 'redriveCount' | 'redriveTime'>;
  readonly threads: ReadonlyMap<number, Thread>;
  readonly now: number;
  draw(): Uint8Array;
}

/** The scope of a thread's current state. */
export function scopeOf(setting: Setting, thread: Thread, state: State, occasion: Occasion = {}): Scope {
  let states: Record<string, unknown> | undefined;
  return {
    now: setting.now,
    draw: setting.draw,
    variable: (name) => {
      for (const scope of outwards(setting, thread)) {
        if (Object.hasOwn(scope.variables, name)) return scope.variables[name];
      }
      return undefined;
    },
    states: () => {
      states ??= statesVariable(setting, thread, state, occasion);
      return states;
    },
  };
}

/** The thread and those around it. */
function* outwards(setting: Setting, thread: Thread): Generator<Thread> {
  for (let scope: Thread | undefined = thread; scope !== undefined; ) {
    yield scope;
    scope = scope.parent === undefined ? undefined : setting.threads.get(scope.parent);
  }
}

function statesVariable(
  setting: Setting,
  thread: Thread,
  state: State,
  occasion: Occasion,
): Record<string, unknown> {
  let context: Record<string, unknown> | undefined;
  const states: Record<string, unknown> = {
    input: thread.input.value,
    // Most expressions read only the input, so the context is made when it is asked for.
    get context() {
      context ??= contextObject(setting, thread, state, occasion);
      return context;
    },
  };
  if (occasion.result !== undefined) states.result = occasion.result.value;
  if (occasion.errorOutput !== undefined) states.errorOutput = occasion.errorOutput;
  return states;
}

/** AWS: "Accessing execution data from the Context object". */
function contextObject(
  setting: Setting,
  thread: Thread,
  state: State,
  occasion: Occasion,
): Record<string, unknown> {
  const { facts } = setting;
  const { redriveCount, redriveTime } = setting.snapshot();
  const item: Occasion['item'] = occasion.item ?? itemAround(setting, thread);
  const retryable = state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map';
  return {
    Execution: {
      Id: facts.arn,
      Input: facts.input.value,
      StartTime: new Date(facts.startTime).toISOString(),
      Name: facts.name,
      RoleArn: facts.roleArn,
      RedriveCount: redriveCount,
      ...(redriveTime === undefined ? {} : { RedriveTime: new Date(redriveTime).toISOString() }),
    },
    StateMachine: { Id: facts.stateMachineArn, Name: facts.stateMachineName },
    State: {
      Name: state.name,
      EnteredTime: new Date(thread.enteredAt).toISOString(),
      ...(retryable ? { RetryCount: thread.retryCount } : {}),
    },
    ...(occasion.token === undefined ? {} : { Task: { Token: occasion.token } }),
    ...(item === undefined
      ? {}
      : {
          Map: {
            Item: {
              Index: item.index,
              Value: item.value,
              ...(item.key === undefined ? {} : { Key: item.key }),
              ...(item.source === undefined ? {} : { Source: item.source }),
            },
          },
        }),
  };
}

function itemAround(setting: Setting, thread: Thread): Thread['item'] {
  for (const scope of outwards(setting, thread)) if (scope.item !== undefined) return scope.item;
  return undefined;
}
