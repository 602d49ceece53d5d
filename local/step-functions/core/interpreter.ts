/**
 * The pure interpreter of the Amazon States Language: a definition, where an execution stands and what happened give
 * where it then stands, the history's new events and what the outside has to do. It has no clock, no I/O and no
 * randomness of its own; it is asynchronous only because JSONata's evaluation is.
 */
import { createHash } from 'node:crypto';
import { Datum, exceedsDataLimit } from './datum.ts';
import { childInputs, planOf, sourceOf } from './distributed-map.ts';
import type { ExecutionFacts } from './execution-facts.ts';
import { evaluate, type Scope, type Template } from './expression.ts';
import { type Failure, matches, StateFailure } from './failure.ts';
import {
  datumOf,
  type Item,
  isRecord,
  itemsOf,
  numberOf,
  textOf,
  timeOf,
  tooMuchData,
  truthOf,
} from './fields.ts';
import { fractionOf } from './functions.ts';
import { type HistoryEvent, historyLimit, whole } from './history.ts';
import type {
  Block,
  ChoiceState,
  DistributedMap,
  FailState,
  Machine,
  MapState,
  ParallelState,
  Retrier,
  State,
  TaskState,
  WaitState,
} from './machine.ts';
import type { TaskResource } from './resource.ts';
import { type Occasion, type Setting, scopeOf } from './scope.ts';
import {
  copyOf,
  deadlineOf,
  type MapRunWait,
  type Snapshot,
  type TaskWait,
  type Thread,
} from './snapshot.ts';
import type { Effect, Randomness, Step, Stimulus } from './stimulus.ts';

/**
 * Takes one stimulus.
 * @param snapshot undefined for `start`
 * @param at the time of the stimulus, in ms
 * @returns undefined when the stimulus concerns nothing that is still under way: an old token, an ended execution
 */
export async function step(
  machine: Machine,
  facts: ExecutionFacts,
  snapshot: Snapshot | undefined,
  stimulus: Stimulus,
  at: number,
  randomness: Randomness,
): Promise<Step | undefined> {
  const run = new Run(machine, facts, snapshot, at, randomness);
  return run.take(stimulus);
}

/** Ends a step at once because the history is full. */
class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** The most inline Map iterations that run at a time. AWS: "Map state processing modes". */
const inlineConcurrency = 40;
/** The longest delay that AWS takes: as many seconds as 31 bits hold. */
const longestWaitMs = (2 ** 31 - 1) * 1000;

const abortable = new Set(['Task', 'Wait', 'Parallel', 'Map']);

type MapRunStimulus = Extract<Stimulus, { type: 'items' | 'mapRunSucceeded' | 'mapRunFailed' }>;
type TaskStimulus = Exclude<Extract<Stimulus, { token: string }>, MapRunStimulus>;

/** A way out of a state: by itself, by a choice's rule or by a catcher. */
interface Way {
  readonly assign?: Template;
  readonly output?: Template;
  readonly next?: string;
  /** The output when the way has none of its own. */
  readonly default: Datum;
  readonly scope: Scope;
}

/** One step in the making. */
class Run {
  readonly #machine: Machine;
  readonly #facts: ExecutionFacts;
  readonly #at: number;
  readonly #randomness: Randomness;
  readonly #threads = new Map<number, Thread>();
  readonly #setting: Setting;
  readonly #events: HistoryEvent[] = [];
  readonly #effects: Effect[] = [];
  readonly #queue: (() => void | Promise<void>)[] = [];
  /** Threads that the failure under way has ended: what a redrive goes on with if nothing catches it. */
  #fallen: Thread[] = [];
  #snapshot: Snapshot;
  #lastEventId: number;
  #nextThread: number;
  #draws: number;
  #transitions = 0;

  constructor(
    machine: Machine,
    facts: ExecutionFacts,
    snapshot: Snapshot | undefined,
    at: number,
    randomness: Randomness,
  ) {
    this.#machine = machine;
    this.#facts = facts;
    this.#at = at;
    this.#randomness = randomness;
    this.#snapshot = snapshot ?? {
      status: 'RUNNING',
      lastEventId: 0,
      nextThread: 1,
      draws: 0,
      redriveCount: 0,
      threads: [],
    };
    this.#setting = {
      facts,
      snapshot: () => this.#snapshot,
      threads: this.#threads,
      now: at,
      draw: () => this.#draw(),
    };
    this.#lastEventId = this.#snapshot.lastEventId;
    this.#nextThread = this.#snapshot.nextThread;
    this.#draws = this.#snapshot.draws;
    for (const thread of this.#snapshot.threads) this.#threads.set(thread.id, copyOf(thread));
  }

  async take(stimulus: Stimulus): Promise<Step | undefined> {
    try {
      if (!this.#begin(stimulus)) return undefined;
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const done = next();
        if (done instanceof Promise) await done;
        if (this.#snapshot.status !== 'RUNNING') break;
      }
    } catch (error) {
      if (!(error instanceof HistoryFull)) throw error;
      this.#end('FAILED', {
        error: 'States.Runtime',
        cause: `The execution reached the maximum number of history events (${historyLimit}).`,
      });
    }
    const threads = [...this.#threads.values()];
    return {
      snapshot: {
        ...this.#snapshot,
        lastEventId: this.#lastEventId,
        nextThread: this.#nextThread,
        draws: this.#draws,
        threads,
      },
      events: this.#events,
      effects: this.#effects,
      transitions: this.#transitions,
    };
  }

  /** Applies the stimulus and queues what follows from it; false if it concerns nothing any more. */
  #begin(stimulus: Stimulus): boolean {
    if (stimulus.type === 'start') return this.#start();
    if (stimulus.type === 'redrive') return this.#redrive();
    if (this.#snapshot.status !== 'RUNNING') return false;
    switch (stimulus.type) {
      case 'tick':
        return this.#tick();
      case 'stop':
        this.#end('ABORTED', stimulus);
        return true;
      case 'items':
      case 'mapRunSucceeded':
      case 'mapRunFailed':
        return this.#mapRun(stimulus);
      default:
        return this.#task(stimulus);
    }
  }

  #start(): boolean {
    if (this.#lastEventId > 0) return false;
    const { input, roleArn } = this.#facts;
    this.#emit('ExecutionStarted', 0, {
      executionStartedEventDetails: { input: input.text, inputDetails: whole, roleArn },
    });
    const { timeoutSeconds, root } = this.#machine;
    if (timeoutSeconds !== undefined)
      this.#snapshot = { ...this.#snapshot, timeoutAt: this.#at + timeoutSeconds * 1000 };
    // The first state names event 0, not the execution's start, as what it follows.
    this.#spawn(root, { index: 0, previous: 0, input });
    return true;
  }

  #redrive(): boolean {
    const { status, redriveCount } = this.#snapshot;
    const root = this.#threads.get(0);
    if (status === 'RUNNING' || status === 'SUCCEEDED' || root === undefined) return false;
    const { timeoutSeconds } = this.#machine;
    const { error: _error, cause: _cause, timeoutAt: _timeoutAt, ...kept } = this.#snapshot;
    this.#snapshot = {
      ...kept,
      status: 'RUNNING',
      redriveCount: redriveCount + 1,
      redriveTime: this.#at,
      ...(timeoutSeconds === undefined ? {} : { timeoutAt: this.#at + timeoutSeconds * 1000 }),
    };
    const redriven = this.#emit('ExecutionRedriven', 0, {
      executionRedrivenEventDetails: { redriveCount: redriveCount + 1 },
    });
    for (const thread of this.#threads.values()) this.#revive(thread, redriven);
    return true;
  }

  /** Lets a thread go on with its state: what in it did not succeed runs again, what did keeps its result. */
  #revive(thread: Thread, redriven: number): void {
    const { wait } = thread;
    const state = this.#stateOf(thread);
    thread.previous = redriven;
    thread.retryCount = 0;
    thread.retries = [];
    if (wait?.for === 'children') {
      if (state.type === 'Map') this.#later(thread, () => this.#startIterations(thread, state, redriven));
    } else if (wait?.for === 'mapRun' && wait.begun) {
      const { token, plan } = wait;
      const count = wait.redriveCount + 1;
      thread.wait = { ...wait, redriveCount: count };
      thread.previous = this.#emit('MapRunRedriven', redriven, {
        mapRunRedrivenEventDetails: { mapRunArn: plan.arn, redriveCount: count },
      });
      this.#effects.push({ type: 'redriveMapRun', token, plan, redriveCount: count });
    } else {
      delete thread.wait;
      if (thread.entered === 0) this.#later(thread, () => this.#enter(thread));
      else this.#later(thread, () => this.#perform(thread));
    }
  }

  #tick(): boolean {
    const due = [...this.#threads.values()].filter((thread) => deadlineOf(thread) <= this.#at);
    due.sort((a, b) => deadlineOf(a) - deadlineOf(b) || a.id - b.id);
    const { timeoutAt } = this.#snapshot;
    const earliest = due[0];
    if (timeoutAt !== undefined && timeoutAt <= this.#at && !(earliest && deadlineOf(earliest) < timeoutAt)) {
      this.#end('TIMED_OUT', {});
      return true;
    }
    for (const thread of due) this.#fire(thread);
    return due.length > 0;
  }

  #fire(thread: Thread): void {
    const { wait } = thread;
    if (wait === undefined || wait.for === 'children' || wait.for === 'mapRun') return;
    if (wait.for === 'task') {
      const heartbeat = (wait.heartbeatAt ?? Number.POSITIVE_INFINITY) <= this.#at;
      const timedOut = (wait.timeoutAt ?? Number.POSITIVE_INFINITY) <= this.#at;
      this.#taskTimedOut(thread, heartbeat && !timedOut);
      return;
    }
    delete thread.wait;
    if (wait.for === 'time') {
      this.#later(thread, () => this.#exit(thread, undefined));
    } else {
      this.#transitions += 1;
      this.#later(thread, () => this.#perform(thread));
    }
  }

  #taskTimedOut(thread: Thread, heartbeat: boolean): void {
    const state = this.#stateOf(thread);
    if (state.type !== 'Task') return;
    this.#taskEvent(thread, state.resource, 'TimedOut', { error: 'States.Timeout' });
    if (thread.wait?.for === 'task') this.#effects.push({ type: 'cancel', token: thread.wait.token });
    delete thread.wait;
    const failure: Failure = {
      error: 'States.Timeout',
      cause: '',
      ...(heartbeat ? { heartbeat: true as const } : {}),
    };
    this.#later(thread, () => this.#fail(thread, failure));
  }

  /** Queues work for a thread unless it has gone by then. */
  #later(thread: Thread, work: () => void | Promise<void>): void {
    this.#queue.push(() => (this.#threads.get(thread.id) === thread ? this.#guard(thread, work) : undefined));
  }

  /** Queues work that a running thread goes on with before any other's; the queue spares the stack. */
  #sooner(thread: Thread, work: () => void | Promise<void>): void {
    this.#queue.unshift(() =>
      this.#threads.get(thread.id) === thread ? this.#guard(thread, work) : undefined,
    );
  }

  /** Runs work of a thread; what it throws fails the thread's state. */
  #guard(thread: Thread, work: () => void | Promise<void>): void | Promise<void> {
    const handle = (error: unknown): void | Promise<void> => {
      if (!(error instanceof StateFailure)) throw error;
      return this.#guard(thread, () => this.#fail(thread, error.failure));
    };
    try {
      const done = work();
      return done instanceof Promise ? done.catch(handle) : done;
    } catch (error) {
      return handle(error);
    }
  }

  #task(stimulus: TaskStimulus): boolean {
    for (const thread of this.#threads.values()) {
      if (thread.wait?.for !== 'task' || thread.wait.token !== stimulus.token) continue;
      const state = this.#stateOf(thread);
      return state.type === 'Task' && this.#taskStimulus(thread, state, thread.wait, stimulus);
    }
    return false;
  }

  #taskStimulus(thread: Thread, state: TaskState, wait: TaskWait, stimulus: TaskStimulus): boolean {
    const { resource } = state;
    switch (stimulus.type) {
      case 'heartbeat':
        if (wait.heartbeatSeconds !== undefined) {
          thread.wait = { ...wait, heartbeatAt: this.#at + wait.heartbeatSeconds * 1000 };
        }
        return true;
      case 'returned': {
        if (wait.stage === 'submitted') return false;
        if (resource.pattern === 'request') {
          this.#taskSucceeded(thread, state, stimulus.output);
          return true;
        }
        this.#taskEvent(thread, resource, 'Submitted', {
          output: stimulus.output.text,
          outputDetails: whole,
        });
        const { child } = stimulus;
        thread.wait = { ...wait, stage: 'submitted', ...(child === undefined ? {} : { child }) };
        return true;
      }
      case 'raised': {
        if (wait.stage === 'submitted') return false;
        const { error, cause } = stimulus;
        this.#taskFailed(thread, resource, resource.pattern === 'sync' ? 'SubmitFailed' : 'Failed', {
          error,
          cause,
        });
        return true;
      }
      case 'succeeded':
        this.#taskSucceeded(thread, state, stimulus.output);
        return true;
      default: {
        const { error, cause } = stimulus;
        this.#taskFailed(thread, resource, 'Failed', {
          ...(error === undefined ? {} : { error }),
          ...(cause === undefined ? {} : { cause }),
        });
        return true;
      }
    }
  }

  #taskSucceeded(thread: Thread, state: TaskState, output: Datum): void {
    delete thread.wait;
    if (exceedsDataLimit(output.text)) {
      const failure = tooMuchData(state.resource.resourceType);
      this.#taskEvent(thread, state.resource, 'Failed', { error: failure.error, cause: failure.cause });
      this.#later(thread, () => this.#fail(thread, failure));
      return;
    }
    this.#taskEvent(thread, state.resource, 'Succeeded', { output: output.text, outputDetails: whole });
    this.#later(thread, () => this.#exit(thread, output));
  }

  #taskFailed(thread: Thread, resource: TaskResource, event: string, failure: Failure): void {
    delete thread.wait;
    this.#taskEvent(thread, resource, event, failure);
    this.#later(thread, () => this.#fail(thread, failure));
  }

  /** An event of a task, in the dialect of its resource. */
  #taskEvent(thread: Thread, resource: TaskResource, kind: string, details: object): void {
    if (resource.kind === 'function') {
      const holder = kind === 'Started' ? {} : { [`lambdaFunction${kind}EventDetails`]: details };
      thread.previous = this.#emit(`LambdaFunction${kind}`, thread.previous, holder);
      return;
    }
    const { resourceType, resource: name } = resource;
    thread.previous = this.#emit(`Task${kind}`, thread.previous, {
      [`task${kind}EventDetails`]: { resourceType, resource: name, ...details },
    });
  }

  /** Starts a thread at the beginning of a block. */
  #spawn(
    block: Block,
    from: {
      readonly parent?: Thread;
      readonly index: number;
      readonly previous: number;
      readonly input: Datum;
      readonly item?: Thread['item'];
    },
  ): void {
    const thread: Thread = {
      id: from.parent === undefined ? 0 : this.#nextThread++,
      ...(from.parent === undefined ? {} : { parent: from.parent.id }),
      index: from.index,
      block: block.path,
      variables: {},
      ...(from.item === undefined ? {} : { item: from.item }),
      previous: from.previous,
      state: block.startAt,
      input: from.input,
      entered: 0,
      enteredAt: this.#at,
      retryCount: 0,
      retries: [],
    };
    this.#threads.set(thread.id, thread);
    this.#later(thread, () => this.#enter(thread));
  }

  /** Enters the thread's state and goes on until it has to wait or has ended. */
  #enter(thread: Thread): void | Promise<void> {
    const state = this.#stateOf(thread);
    thread.enteredAt = this.#at;
    thread.retryCount = 0;
    thread.retries = [];
    this.#transitions += 1;
    thread.entered = this.#emit(`${state.type}StateEntered`, thread.previous, {
      stateEnteredEventDetails: { name: state.name, input: thread.input.text, inputDetails: whole },
    });
    thread.previous = thread.entered;
    return this.#perform(thread);
  }

  /** Does what the state is for; again for each attempt. */
  #perform(thread: Thread): void | Promise<void> {
    const state = this.#stateOf(thread);
    switch (state.type) {
      case 'Pass':
      case 'Succeed':
        return this.#exit(thread, undefined);
      case 'Task':
        return this.#schedule(thread, state);
      case 'Choice':
        return this.#choose(thread, state);
      case 'Wait':
        return this.#wait(thread, state);
      case 'Fail':
        return this.#failState(thread, state);
      case 'Parallel':
        return this.#fork(thread, state);
      case 'Map':
        return this.#iterate(thread, state);
    }
  }

  async #schedule(thread: Thread, state: TaskState): Promise<void> {
    const token = this.#token(thread);
    const scope = this.#scope(thread, state.resource.pattern === 'request' ? {} : { token });
    const input = state.arguments === undefined ? thread.input : await datumOf(state.arguments, scope);
    if (exceedsDataLimit(input.text)) throw new StateFailure(tooMuchData(state.name));
    const timeout = await numberOf(state.timeoutSeconds, 'TimeoutSeconds', scope, 1);
    const heartbeat = await numberOf(state.heartbeatSeconds, 'HeartbeatSeconds', scope, 1);
    const { resource } = state;
    const limits = {
      ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
      ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
    };
    this.#taskEvent(
      thread,
      resource,
      'Scheduled',
      resource.kind === 'function'
        ? { resource: resource.functionArn, input: input.text, inputDetails: whole, ...limits }
        : { region: this.#facts.region, parameters: input.text, ...limits },
    );
    const wait: TaskWait = {
      for: 'task',
      token,
      stage: 'scheduled',
      arguments: input,
      ...(timeout === undefined ? {} : { timeoutAt: this.#at + timeout * 1000 }),
      ...(heartbeat === undefined
        ? {}
        : { heartbeatSeconds: heartbeat, heartbeatAt: this.#at + heartbeat * 1000 }),
    };
    thread.wait = wait;
    // Threads that run next to this one are scheduled first, as AWS does.
    this.#later(thread, () => {
      this.#taskEvent(thread, resource, 'Started', {});
      thread.wait = { ...wait, stage: 'started' };
      this.#effects.push({ type: 'call', token, resource, arguments: input });
    });
  }

  async #choose(thread: Thread, state: ChoiceState): Promise<void> {
    const scope = this.#scope(thread);
    for (const [index, rule] of state.choices.entries()) {
      if (await truthOf(rule.condition, `Choices[${index}]/Condition`, scope)) {
        await this.#leave(thread, { ...rule, default: thread.input, scope });
        return;
      }
    }
    if (state.default === undefined) {
      throw new StateFailure({
        error: 'States.NoChoiceMatched',
        cause: this.#located(
          thread,
          'Failed to transition out of the state. The state does not point to a next state.',
        ),
      });
    }
    await this.#leave(thread, { ...state, next: state.default, default: thread.input, scope });
  }

  async #wait(thread: Thread, state: WaitState): Promise<void> {
    const scope = this.#scope(thread);
    let until = this.#at;
    if (state.seconds !== undefined) {
      until += ((await numberOf(state.seconds, 'Seconds', scope, 0)) ?? 0) * 1000;
    } else if (state.timestamp !== undefined) {
      until = await timeOf(state.timestamp, 'Timestamp', scope);
    }
    if (until - this.#at > longestWaitMs) {
      throw new StateFailure({
        error: 'States.Runtime',
        cause: this.#located(thread, 'Wait state delay is too long.'),
      });
    }
    if (until <= this.#at) return this.#exit(thread, undefined);
    thread.wait = { for: 'time', until };
  }

  async #failState(thread: Thread, state: FailState): Promise<void> {
    const scope = this.#scope(thread);
    const error = await textOf(state.error, 'Error', scope);
    const cause = await textOf(state.cause, 'Cause', scope);
    await this.#fail(thread, {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  async #fork(thread: Thread, state: ParallelState): Promise<void> {
    const scope = this.#scope(thread);
    const input = state.arguments === undefined ? thread.input : await datumOf(state.arguments, scope);
    if (exceedsDataLimit(input.text)) throw new StateFailure(tooMuchData(state.name));
    thread.previous = this.#emit('ParallelStateStarted', thread.previous, {});
    thread.wait = {
      for: 'children',
      results: state.branches.map(() => null),
      ended: 0,
      nextItem: state.branches.length,
      maxConcurrency: 0,
    };
    for (const [index, branch] of state.branches.entries()) {
      this.#spawn(branch, { parent: thread, index, previous: thread.previous, input });
    }
  }

  async #iterate(thread: Thread, state: MapState): Promise<void> {
    if (state.distributed !== undefined) return this.#distribute(thread, state, state.distributed);
    const scope = this.#scope(thread);
    const items = await itemsOf(state.items, thread.input.value, scope);
    const concurrency = (await numberOf(state.maxConcurrency, 'MaxConcurrency', scope, 0)) ?? 0;
    thread.previous = this.#emit('MapStateStarted', thread.previous, {
      mapStateStartedEventDetails: { length: items.length },
    });
    thread.wait = {
      for: 'children',
      results: items.map(() => null),
      ended: 0,
      items,
      nextItem: 0,
      maxConcurrency: concurrency === 0 ? inlineConcurrency : Math.min(concurrency, inlineConcurrency),
    };
    if (items.length === 0) return this.#join(thread, state, thread.previous);
    await this.#startIterations(thread, state, thread.previous);
  }

  /** Begins a Map Run: its executions are other executions, so all this one does is wait. */
  async #distribute(thread: Thread, state: MapState, distributed: DistributedMap): Promise<void> {
    const scope = this.#scope(thread);
    const token = this.#token(thread);
    const items =
      distributed.reader === undefined ? await itemsOf(state.items, thread.input.value, scope) : [];
    const plan = await planOf(state, distributed, scope, this.#facts, this.#draw());
    thread.previous = this.#emit('MapStateStarted', thread.previous, {
      mapStateStartedEventDetails: { length: items.length },
    });
    thread.previous = this.#emit('MapRunStarted', thread.previous, {
      mapRunStartedEventDetails: { mapRunArn: plan.arn },
    });
    thread.wait = { for: 'mapRun', token, plan, begun: false, redriveCount: 0 };
    this.#effects.push({ type: 'readItems', token, plan });
  }

  #mapRun(stimulus: MapRunStimulus): boolean {
    for (const thread of this.#threads.values()) {
      const { wait } = thread;
      if (wait?.for !== 'mapRun' || wait.token !== stimulus.token) continue;
      const state = this.#stateOf(thread);
      if (state.type !== 'Map' || state.distributed === undefined) return false;
      const { definition } = state.distributed;
      if (stimulus.type === 'items') {
        this.#later(thread, () => this.#runChildren(thread, state, wait, definition, stimulus.items));
      } else if (stimulus.type === 'mapRunSucceeded') {
        const succeeded = this.#emit('MapRunSucceeded', thread.previous, {});
        this.#later(thread, () => this.#leaveMap(thread, state, succeeded, stimulus.output));
      } else {
        const { error, cause } = stimulus;
        this.#later(thread, () => this.#mapRunFailed(thread, wait.begun, { error, cause }));
      }
      return true;
    }
    return false;
  }

  async #runChildren(
    thread: Thread,
    state: MapState,
    wait: MapRunWait,
    definition: string,
    read: readonly Item[] | undefined,
  ): Promise<void> {
    const { token, plan } = wait;
    try {
      const source = sourceOf(plan);
      const items = read ?? (await itemsOf(state.items, thread.input.value, this.#scope(thread)));
      const inputs = await childInputs(state, plan, items, (item, index) =>
        this.#scope(thread, { item: { index, ...item, source } }),
      );
      thread.wait = { ...wait, begun: true };
      this.#effects.push({ type: 'runChildren', token, plan, definition, inputs });
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      this.#effects.push({ type: 'endMapRun', plan, status: 'FAILED' });
      await this.#mapRunFailed(thread, false, error.failure);
    }
  }

  async #mapRunFailed(thread: Thread, begun: boolean, failure: Failure): Promise<void> {
    const { error, cause } = failure;
    thread.previous = this.#emit('MapRunFailed', thread.previous, {
      mapRunFailedEventDetails: { error, cause },
    });
    if (!begun) delete thread.wait;
    await this.#fail(thread, failure, begun);
  }

  /** Starts as many iterations as may run next to those that do. */
  async #startIterations(thread: Thread, state: MapState, previous: number): Promise<void> {
    for (;;) {
      const wait = thread.wait;
      if (wait?.for !== 'children' || wait.items === undefined) return;
      const running = [...this.#threads.values()].filter((child) => child.parent === thread.id).length;
      const index = wait.nextItem;
      const item = wait.items[index];
      if (item === undefined || running >= wait.maxConcurrency) return;
      wait.nextItem = index + 1;
      const place = { index, value: item.value, ...(item.key === undefined ? {} : { key: item.key }) };
      const input =
        state.itemSelector === undefined
          ? Datum.of(item.value)
          : await datumOf(state.itemSelector, this.#scope(thread, { item: place }));
      if (exceedsDataLimit(input.text)) throw new StateFailure(tooMuchData(state.name));
      const started = this.#emit('MapIterationStarted', previous, {
        mapIterationStartedEventDetails: { name: state.name, index },
      });
      this.#spawn(state.processor, { parent: thread, index, previous: started, input, item: place });
    }
  }

  /** A branch or iteration has ended well. */
  async #childEnded(child: Thread, output: Datum): Promise<void> {
    const parent = child.parent === undefined ? undefined : this.#threads.get(child.parent);
    if (parent === undefined) return this.#succeed(child, output);
    const state = this.#stateOf(parent);
    const { wait } = parent;
    if (wait?.for !== 'children') return;
    this.#threads.delete(child.id);
    wait.results[child.index] = output;
    wait.ended += 1;
    let last = child.previous;
    if (state.type === 'Map') {
      last = this.#emit('MapIterationSucceeded', last, {
        mapIterationSucceededEventDetails: { name: state.name, index: child.index },
      });
    }
    await this.#guard(parent, async () => {
      if (wait.ended === wait.results.length) await this.#join(parent, state, last);
      else if (state.type === 'Map') await this.#startIterations(parent, state, last);
    });
  }

  /** All branches or iterations have ended well. */
  #join(thread: Thread, state: State, previous: number): void | Promise<void> {
    const { wait } = thread;
    if (wait?.for !== 'children') return;
    const results = wait.results.map((result) => result?.text ?? 'null');
    return this.#leaveMap(thread, state, previous, Datum.ofText(`[${results.join(',')}]`));
  }

  #leaveMap(thread: Thread, state: State, previous: number, result: Datum): void | Promise<void> {
    this.#emit(`${state.type}StateSucceeded`, previous, {});
    // AWS lets the state's exit follow the last child, not the event just written.
    thread.previous = previous;
    delete thread.wait;
    if (exceedsDataLimit(result.text)) throw new StateFailure(tooMuchData(state.name));
    return this.#exit(thread, result);
  }

  /** Leaves a state that did its work; `result` is what a task or its children gave. */
  #exit(thread: Thread, result: Datum | undefined): void | Promise<void> {
    const state = this.#stateOf(thread);
    const scope = this.#scope(thread, result === undefined ? {} : { result });
    const next = 'next' in state ? state.next : undefined;
    return this.#leave(thread, {
      default: result ?? thread.input,
      scope,
      ...(state.assign === undefined ? {} : { assign: state.assign }),
      ...(state.output === undefined ? {} : { output: state.output }),
      ...(next === undefined ? {} : { next }),
    });
  }

  /** Evaluates `Assign` and `Output`, both with the variables as they were, and goes to the next state. */
  #leave(thread: Thread, way: Way): void | Promise<void> {
    if (way.assign === undefined && (way.output === undefined || way.output.kind === 'constant')) {
      const output = way.output === undefined ? way.default : Datum.of(evaluate(way.output, way.scope));
      return this.#left(thread, output, undefined, way.next);
    }
    return this.#evaluateAndLeave(thread, way);
  }

  async #evaluateAndLeave(thread: Thread, way: Way): Promise<void> {
    const assigned = way.assign === undefined ? undefined : await evaluate(way.assign, way.scope);
    const output = way.output === undefined ? way.default : await datumOf(way.output, way.scope);
    await this.#left(thread, output, assigned, way.next);
  }

  #left(thread: Thread, output: Datum, assigned: unknown, next: string | undefined): void | Promise<void> {
    const state = this.#stateOf(thread);
    if (exceedsDataLimit(output.text)) throw new StateFailure(tooMuchData(state.name));
    const variables = isRecord(assigned) ? Object.entries(assigned) : [];
    const texts: [string, string][] = variables.map(([name, value]) => [name, JSON.stringify(value)]);
    const all = texts.map(([name, text]) => name + text).join('');
    if (exceedsDataLimit(all)) throw new StateFailure(tooMuchData(state.name));
    if (variables.length > 0) thread.variables = { ...thread.variables, ...Object.fromEntries(variables) };
    thread.previous = this.#emit(`${state.type}StateExited`, thread.previous, {
      stateExitedEventDetails: {
        name: state.name,
        output: output.text,
        outputDetails: whole,
        ...(texts.length > 0
          ? { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: whole }
          : {}),
      },
    });
    if (next === undefined) return this.#childEnded(thread, output);
    thread.state = next;
    thread.input = output;
    this.#sooner(thread, () => this.#enter(thread));
  }

  /**
   * The thread's state has failed: try again, catch, or let what is around it fail.
   * @param fromInside whether what runs in the state failed, and not the state itself: then a redrive goes on inside
   */
  async #fail(thread: Thread, failed: Failure, fromInside = false): Promise<void> {
    const state = this.#stateOf(thread);
    let failure = failed;
    if (failed.location !== undefined) {
      const { location, error = '', cause = '' } = failed;
      thread.previous = this.#emit('EvaluationFailed', thread.previous, {
        evaluationFailedEventDetails: { state: state.name, location, error, cause },
      });
      failure = { error, cause: this.#located(thread, cause) };
    }
    const kept = fromInside ? thread.wait : undefined;
    if (!fromInside) this.#fallen = [];
    this.#abortChildren(thread, thread.previous);
    if (!fromInside) this.#fallen = [];
    delete thread.wait;
    if (state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map') {
      if (this.#retry(thread, state.retry, failure)) return;
      if (state.type !== 'Task') {
        thread.previous = this.#emit(`${state.type}StateFailed`, thread.previous, {});
      }
      for (const catcher of state.catch) {
        if (!matches(catcher.errorEquals, failure)) continue;
        const errorOutput = { Error: failure.error ?? null, Cause: failure.cause ?? null };
        const scope = this.#scope(thread, { errorOutput });
        this.#fallen = [];
        await this.#catch(thread, { ...catcher, default: Datum.of(errorOutput), scope });
        return;
      }
    }
    if (kept !== undefined) thread.wait = kept;
    await this.#failAround(thread, state, failure);
  }

  async #catch(thread: Thread, way: Way): Promise<void> {
    try {
      await this.#leave(thread, way);
    } catch (error) {
      // A catcher that cannot be evaluated is not caught by its own state again.
      if (!(error instanceof StateFailure)) throw error;
      const state = this.#stateOf(thread);
      const { location, cause = '', error: name = '' } = error.failure;
      if (location !== undefined) {
        thread.previous = this.#emit('EvaluationFailed', thread.previous, {
          evaluationFailedEventDetails: { state: state.name, location, error: name, cause },
        });
      }
      await this.#failAround(thread, state, {
        error: name,
        cause: location === undefined ? cause : this.#located(thread, cause),
      });
    }
  }

  async #failAround(thread: Thread, state: State, failure: Failure): Promise<void> {
    const parent = thread.parent === undefined ? undefined : this.#threads.get(thread.parent);
    if (parent === undefined) {
      this.#end('FAILED', failure, thread.previous);
      return;
    }
    const around = this.#stateOf(parent);
    const trigger = thread.previous;
    if (around.type === 'Map') {
      this.#emit('MapIterationFailed', trigger, {
        mapIterationFailedEventDetails: { name: around.name, index: thread.index },
      });
    }
    if (abortable.has(state.type)) this.#emit(`${state.type}StateAborted`, trigger, {});
    this.#threads.delete(thread.id);
    this.#fallen.push(thread);
    parent.previous = trigger;
    await this.#fail(parent, failure, true);
  }

  #retry(thread: Thread, retriers: readonly Retrier[], failure: Failure): boolean {
    const index = retriers.findIndex((retrier) => matches(retrier.errorEquals, failure));
    const retrier = retriers[index];
    if (retrier === undefined) return false;
    const attempts = thread.retries[index] ?? 0;
    if (attempts >= retrier.maxAttempts) return false;
    this.#fallen = [];
    const counts = retriers.map((_, position) => thread.retries[position] ?? 0);
    thread.retries = counts.with(index, attempts + 1);
    thread.retryCount += 1;
    const delay = Math.min(
      retrier.intervalSeconds * retrier.backoffRate ** attempts,
      retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY,
      longestWaitMs / 1000,
    );
    const seconds = retrier.jitter ? fractionOf(this.#draw()) * delay : delay;
    thread.wait = { for: 'retry', until: this.#at + Math.round(seconds * 1000) };
    return true;
  }

  /** Ends whatever runs inside a thread's Parallel or Map state. */
  #abortChildren(thread: Thread, trigger: number): void {
    const around = this.#threads.get(thread.id) === thread ? this.#stateOf(thread) : undefined;
    this.#cancel(thread);
    const children = [...this.#threads.values()].filter((child) => child.parent === thread.id);
    for (const child of children.sort((a, b) => a.index - b.index)) {
      if (around?.type === 'Map') {
        this.#emit('MapIterationAborted', trigger, {
          mapIterationAbortedEventDetails: { name: around.name, index: child.index },
        });
      }
      const state = this.#stateOf(child);
      if (child.entered > 0 && abortable.has(state.type))
        this.#emit(`${state.type}StateAborted`, trigger, {});
      this.#abortChildren(child, trigger);
      this.#threads.delete(child.id);
      this.#fallen.push(child);
    }
  }

  #cancel(thread: Thread): void {
    const { wait } = thread;
    if (wait?.for === 'mapRun') this.#effects.push({ type: 'endMapRun', plan: wait.plan, status: 'ABORTED' });
    if (wait?.for !== 'task') return;
    const { token, child } = wait;
    this.#effects.push({ type: 'cancel', token, ...(child === undefined ? {} : { child }) });
  }

  #succeed(thread: Thread, output: Datum): void {
    this.#emit('ExecutionSucceeded', thread.previous, {
      executionSucceededEventDetails: { output: output.text, outputDetails: whole },
    });
    this.#snapshot = { ...this.#snapshot, status: 'SUCCEEDED', output };
    this.#threads.clear();
  }

  /** Ends the execution other than well; what did not succeed is kept, for a redrive. */
  #end(status: 'FAILED' | 'TIMED_OUT' | 'ABORTED', why: Failure, previous = 0): void {
    const { error, cause } = why;
    const details = {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined || (cause === '' && error === 'States.Timeout') ? {} : { cause }),
    };
    const kind = status === 'FAILED' ? 'Failed' : status === 'ABORTED' ? 'Aborted' : 'TimedOut';
    this.#emit(`Execution${kind}`, previous, { [`execution${kind}EventDetails`]: details }, true);
    this.#snapshot = { ...this.#snapshot, status, ...details };
    for (const thread of this.#threads.values()) this.#cancel(thread);
    for (const thread of this.#fallen) this.#threads.set(thread.id, thread);
    for (const thread of this.#threads.values()) {
      // The threads inside a state that is to be done all over again are not gone on with.
      if (thread.wait?.for !== 'children' && thread.wait?.for !== 'mapRun') delete thread.wait;
    }
    this.#queue.length = 0;
  }

  #emit(type: string, previousEventId: number, details: object, last = false): number {
    if (this.#lastEventId >= historyLimit - 1 && !last) throw new HistoryFull();
    this.#lastEventId += 1;
    const id = this.#lastEventId;
    this.#events.push({ id, previousEventId, timestamp: this.#at / 1000, type, ...details });
    return id;
  }

  #stateOf(thread: Thread): State {
    const state = this.#machine.blocks.get(thread.block)?.states.get(thread.state);
    if (state === undefined)
      throw new Error(`The machine has no state ${thread.state} in its block ${thread.block}.`);
    return state;
  }

  #located(thread: Thread, cause: string): string {
    return `An error occurred while executing the state '${thread.state}' (entered at the event id #${thread.entered}). ${cause}`;
  }

  #draw(): Uint8Array {
    this.#draws += 1;
    return this.#randomness(this.#draws);
  }

  /** A token that cannot be guessed and no other task has: it names the place in the history and holds fresh randomness. */
  #token(thread: Thread): string {
    const place = `${this.#facts.arn}:${this.#lastEventId + 1}:${thread.id}`;
    const secret = createHash('sha256').update(place).update(this.#draw()).digest('base64url');
    return `${this.#facts.tokenPrefix}.${secret}`;
  }

  #scope(thread: Thread, occasion: Occasion = {}): Scope {
    return scopeOf(this.#setting, thread, this.#stateOf(thread), occasion);
  }
}
