/** Where an execution stands: what is needed, besides its definition, to go on from its last event. */
import { Datum } from './datum.ts';
import type { MapRunPlan } from './distributed-map.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution's state between two stimuli. Treated as a value: a step makes a new one. */
export interface Snapshot {
  readonly status: ExecutionStatus;
  readonly lastEventId: number;
  readonly nextThread: number;
  /** How many times randomness was drawn. */
  readonly draws: number;
  readonly redriveCount: number;
  /** Milliseconds. */
  readonly redriveTime?: number;
  /** When the whole execution times out, in ms. */
  readonly timeoutAt?: number;
  readonly threads: readonly Thread[];
  readonly output?: Datum;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * One sequence of states under way, or, in an execution that did not end well, one that a redrive goes on with: the
 * execution's own (id 0), a Parallel's branch or a Map's iteration.
 */
export interface Thread {
  readonly id: number;
  /** The thread whose Parallel or Map state started this one. */
  readonly parent?: number;
  /** Which branch or iteration of it this is. */
  readonly index: number;
  /** Path of its block in the machine. */
  readonly block: string;
  /** Variables assigned in this block; those of the threads around it can be read too. */
  variables: Readonly<Record<string, unknown>>;
  /** The Map item this iteration works on. */
  readonly item?: { readonly index: number; readonly value: unknown; readonly key?: string };
  /** Id of its last event, which the next one names as its `previousEventId`. */
  previous: number;
  /** The current state. */
  state: string;
  input: Datum;
  /** Id of the current state's `…StateEntered` event; 0 before the first. */
  entered: number;
  enteredAt: number;
  /** Repeated attempts of the current state, in all and by retrier. */
  retryCount: number;
  retries: readonly number[];
  wait?: Wait;
}

/** What a thread waits for. */
type Wait =
  | { readonly for: 'time' | 'retry'; readonly until: number }
  | TaskWait
  | {
      readonly for: 'children';
      readonly results: (Datum | null)[];
      /** How many of them have ended. */
      ended: number;
      readonly items?: readonly { readonly value: unknown; readonly key?: string }[];
      nextItem: number;
      readonly maxConcurrency: number;
    }
  | MapRunWait;

/** A distributed Map whose executions have not all ended. */
export interface MapRunWait {
  readonly for: 'mapRun';
  readonly token: string;
  readonly plan: MapRunPlan;
  /** Whether its items were read: from then on a redrive is of the executions that did not succeed. */
  readonly begun: boolean;
  readonly redriveCount: number;
}

/** A task that was scheduled and has not ended. */
export interface TaskWait {
  readonly for: 'task';
  readonly token: string;
  /** `started`: the call is to be made (again, after a restart). `submitted`: it was, and the end comes by itself. */
  readonly stage: 'scheduled' | 'started' | 'submitted';
  readonly arguments: Datum;
  readonly timeoutAt?: number;
  readonly heartbeatSeconds?: number;
  readonly heartbeatAt?: number;
  /** ARN of the nested execution that a `.sync` task waits for. */
  readonly child?: string;
}

/** A copy that can be changed without changing the snapshot it is from. */
export function copyOf(thread: Thread): Thread {
  const { wait } = thread;
  return wait?.for === 'children'
    ? { ...thread, wait: { ...wait, results: [...wait.results] } }
    : { ...thread };
}

/** When the execution next needs a `tick`, in ms, if it waits for time at all. */
export function nextDeadline(snapshot: Snapshot): number | undefined {
  if (snapshot.status !== 'RUNNING') return undefined;
  let earliest = snapshot.timeoutAt ?? Number.POSITIVE_INFINITY;
  for (const thread of snapshot.threads) earliest = Math.min(earliest, deadlineOf(thread));
  return Number.isFinite(earliest) ? earliest : undefined;
}

/** When a thread's wait runs out, or infinity. */
export function deadlineOf(thread: Thread): number {
  const wait = thread.wait;
  if (wait === undefined || wait.for === 'children' || wait.for === 'mapRun') return Number.POSITIVE_INFINITY;
  if (wait.for !== 'task') return wait.until;
  return Math.min(wait.timeoutAt ?? Number.POSITIVE_INFINITY, wait.heartbeatAt ?? Number.POSITIVE_INFINITY);
}

/** The snapshot as text, for the database. */
export function encodeSnapshot(snapshot: Snapshot): string {
  const threads = snapshot.threads.map((thread) => ({
    ...thread,
    input: thread.input.text,
    ...(thread.wait === undefined ? {} : { wait: encodeWait(thread.wait) }),
  }));
  return JSON.stringify({ ...snapshot, threads, output: snapshot.output?.text });
}

function encodeWait(wait: Wait): unknown {
  if (wait.for === 'task') return { ...wait, arguments: wait.arguments.text };
  if (wait.for === 'children')
    return { ...wait, results: wait.results.map((result) => result?.text ?? null) };
  return wait;
}

type EncodedWait =
  | Exclude<Wait, { for: 'task' | 'children' }>
  | (Omit<TaskWait, 'arguments'> & { readonly arguments: string })
  | (Omit<Extract<Wait, { for: 'children' }>, 'results'> & { readonly results: readonly (string | null)[] });
type EncodedThread = Omit<Thread, 'input' | 'wait'> & {
  readonly input: string;
  readonly wait?: EncodedWait;
};
type EncodedSnapshot = Omit<Snapshot, 'threads' | 'output'> & {
  readonly threads: readonly EncodedThread[];
  readonly output?: string;
};

/** The snapshot that `encodeSnapshot` wrote. */
export function decodeSnapshot(text: string): Snapshot {
  const { threads, output, ...rest }: EncodedSnapshot = JSON.parse(text);
  return {
    ...rest,
    ...(output === undefined ? {} : { output: Datum.ofText(output) }),
    threads: threads.map(({ input, wait, ...thread }) => ({
      ...thread,
      input: Datum.ofText(input),
      ...(wait === undefined ? {} : { wait: decodeWait(wait) }),
    })),
  };
}

function decodeWait(wait: EncodedWait): Wait {
  if (wait.for === 'task') return { ...wait, arguments: Datum.ofText(wait.arguments) };
  if (wait.for === 'children') {
    return {
      ...wait,
      results: wait.results.map((result) => (result === null ? null : Datum.ofText(result))),
    };
  }
  return wait;
}
