/** State machines as compiled: every field checked, every expression parsed. */
import type { Template } from './expression.ts';
import type { TaskResource } from './resource.ts';

/** A compiled state machine. */
export interface Machine {
  readonly comment?: string;
  /** Seconds an execution may take in all. */
  readonly timeoutSeconds?: number;
  readonly root: Block;
  /** Every block by its path; a thread of an execution names its block by it. */
  readonly blocks: ReadonlyMap<string, Block>;
}

/** States that run as one sequence: the machine's own, a Parallel's branch, a Map's item processor. */
export interface Block {
  readonly path: string;
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** What the kinds of state have in common. */
export interface StateBase {
  readonly name: string;
  readonly assign?: Template;
  readonly output?: Template;
}

/** Where a state leads: to another one, or out of its block. */
export interface Leading {
  readonly next?: string;
}

export interface Recovering {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

interface PassState extends StateBase, Leading {
  readonly type: 'Pass';
}
export interface TaskState extends StateBase, Leading, Recovering {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly arguments?: Template;
  readonly timeoutSeconds?: Template;
  readonly heartbeatSeconds?: Template;
}
export interface ChoiceState extends StateBase {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default?: string;
}
export interface WaitState extends StateBase, Leading {
  readonly type: 'Wait';
  readonly seconds?: Template;
  readonly timestamp?: Template;
}
interface SucceedState extends StateBase {
  readonly type: 'Succeed';
}
export interface FailState extends StateBase {
  readonly type: 'Fail';
  readonly error?: Template;
  readonly cause?: Template;
}
export interface ParallelState extends StateBase, Leading, Recovering {
  readonly type: 'Parallel';
  readonly branches: readonly Block[];
  readonly arguments?: Template;
}
export interface MapState extends StateBase, Leading, Recovering {
  readonly type: 'Map';
  readonly processor: Block;
  readonly items?: Template;
  readonly itemSelector?: Template;
  readonly maxConcurrency?: Template;
  /** Set when the items are processed by executions of their own. */
  readonly distributed?: DistributedMap;
}

/** What a Map in distributed mode has besides. */
export interface DistributedMap {
  /** What its executions' machine is called after the state machine's own name. */
  readonly label: string;
  /** The item processor as the definition of a machine of its own. */
  readonly definition: string;
  readonly reader?: ItemReader;
  readonly batcher?: ItemBatcher;
  readonly writer?: ResultWriter;
  readonly toleratedFailureCount?: Template;
  readonly toleratedFailurePercentage?: Template;
}

/** Where a distributed Map's items are read from, instead of from the state's input. */
export interface ItemReader {
  readonly action: 'getObject' | 'listObjectsV2';
  readonly arguments: Template;
  readonly format?: ItemFormat;
  readonly maxItems?: Template;
}

/** How an object's content is divided into items. */
export type ItemFormat =
  | { readonly type: 'JSON'; readonly pointer?: string }
  | { readonly type: 'JSONL' }
  | {
      readonly type: 'CSV';
      readonly delimiter: string;
      /** The names of the columns; without them the first row has them. */
      readonly headers?: readonly string[];
    };

/** How items are put together into the inputs of executions. */
export interface ItemBatcher {
  readonly maxItemsPerBatch?: Template;
  readonly maxInputBytesPerBatch?: Template;
  readonly batchInput?: Template;
}

/** What becomes of the executions' results. */
export interface ResultWriter {
  /** The bucket and prefix to write to; without them the results are the state's result. */
  readonly arguments?: Template;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export interface ChoiceRule {
  readonly condition: Template;
  readonly next: string;
  readonly assign?: Template;
  readonly output?: Template;
}
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  /** True for `JitterStrategy: FULL`: a random delay between 0 and the computed one. */
  readonly jitter: boolean;
}
interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly assign?: Template;
  readonly output?: Template;
}

/** Every state that a state can lead to. */
export function targetsOf(state: State): readonly string[] {
  const targets: string[] = [];
  if ('next' in state && state.next !== undefined) targets.push(state.next);
  if (state.type === 'Choice') {
    targets.push(...state.choices.map((rule) => rule.next));
    if (state.default !== undefined) targets.push(state.default);
  }
  if ('catch' in state) targets.push(...state.catch.map((catcher) => catcher.next));
  return targets;
}
