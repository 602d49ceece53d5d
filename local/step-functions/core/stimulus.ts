/** What reaches an execution, and what it asks for in turn. */
import type { Datum } from './datum.ts';
import type { ChildInput, MapRunPlan } from './distributed-map.ts';
import type { Item } from './fields.ts';
import type { HistoryEvent } from './history.ts';
import type { Machine } from './machine.ts';
import type { TaskResource } from './resource.ts';
import type { Snapshot, TaskWait } from './snapshot.ts';

/** Something that happened to an execution. */
export type Stimulus =
  | { readonly type: 'start' }
  /** Time has come to a deadline of the execution. */
  | { readonly type: 'tick' }
  /** A task's call was answered; `child` is the nested execution that a `.sync` task now waits for. */
  | { readonly type: 'returned'; readonly token: string; readonly output: Datum; readonly child?: string }
  /** A task's call failed. */
  | { readonly type: 'raised'; readonly token: string; readonly error: string; readonly cause: string }
  /** A callback or a nested execution reports success. */
  | { readonly type: 'succeeded'; readonly token: string; readonly output: Datum }
  /** A callback or a nested execution reports failure. */
  | { readonly type: 'failed'; readonly token: string; readonly error?: string; readonly cause?: string }
  /** A Map Run's items were read; without them they are those of the state itself. */
  | { readonly type: 'items'; readonly token: string; readonly items?: readonly Item[] }
  /** All executions of a Map Run have ended, or it failed. */
  | { readonly type: 'mapRunSucceeded'; readonly token: string; readonly output: Datum }
  | { readonly type: 'mapRunFailed'; readonly token: string; readonly error: string; readonly cause: string }
  | { readonly type: 'heartbeat'; readonly token: string }
  | { readonly type: 'stop'; readonly error?: string; readonly cause?: string }
  /** An execution that failed, timed out or was stopped runs on from the state where it did. */
  | { readonly type: 'redrive' };

/** What the outside has to do after a step is stored. */
export type Effect =
  | {
      readonly type: 'call';
      readonly token: string;
      readonly resource: TaskResource;
      readonly arguments: Datum;
    }
  /** A running task's result is not wanted any more; `child` is its nested execution, to be stopped. */
  | { readonly type: 'cancel'; readonly token: string; readonly child?: string }
  | MapRunEffect;

/**
 * What a Map Run asks for: to read its items unless its executions have begun, to run these, to run on those of them
 * that did not succeed, to end.
 */
export type MapRunEffect =
  | { readonly type: 'readItems'; readonly token: string; readonly plan: MapRunPlan }
  | {
      readonly type: 'runChildren';
      readonly token: string;
      readonly plan: MapRunPlan;
      /** The item processor as a machine. */
      readonly definition: string;
      readonly inputs: readonly ChildInput[];
    }
  | {
      readonly type: 'redriveMapRun';
      readonly token: string;
      readonly plan: MapRunPlan;
      readonly redriveCount: number;
    }
  | { readonly type: 'endMapRun'; readonly plan: MapRunPlan; readonly status: 'FAILED' | 'ABORTED' };

/** Randomness: 32 bytes for each number, the same for the same number. */
export type Randomness = (draw: number) => Uint8Array;

/** What a stimulus made of an execution. */
export interface Step {
  readonly snapshot: Snapshot;
  readonly events: readonly HistoryEvent[];
  readonly effects: readonly Effect[];
  /** State transitions as AWS bills them: states entered and attempts repeated. */
  readonly transitions: number;
}

/** The task that waits under `token`, if there still is one. */
export function taskOf(
  snapshot: Snapshot,
  token: string,
): (TaskWait & { readonly block: string; readonly state: string }) | undefined {
  for (const thread of snapshot.threads) {
    if (thread.wait?.for === 'task' && thread.wait.token === token)
      return { ...thread.wait, block: thread.block, state: thread.state };
  }
  return undefined;
}

/** Calls that were under way when the snapshot was stored: to be made again after a restart. */
export function unfinishedCalls(machine: Machine, snapshot: Snapshot): readonly Effect[] {
  return snapshot.threads.flatMap((thread): Effect[] => {
    if (thread.wait?.for === 'mapRun') {
      const { token, plan, redriveCount } = thread.wait;
      return [
        redriveCount === 0
          ? { type: 'readItems', token, plan }
          : { type: 'redriveMapRun', token, plan, redriveCount },
      ];
    }
    if (thread.wait?.for !== 'task' || thread.wait.stage !== 'started') return [];
    const state = machine.blocks.get(thread.block)?.states.get(thread.state);
    if (state?.type !== 'Task') return [];
    return [
      { type: 'call', token: thread.wait.token, resource: state.resource, arguments: thread.wait.arguments },
    ];
  });
}
