/**
 * The durable shell around the interpreter: it stores each step before it acts on it, calls tasks, keeps the timers
 * and takes everything up again after a restart. One execution takes its stimuli one after another.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Timer } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { tooLong } from './api-values.ts';
import { executionArn, isName, parseStateMachineArn } from './arns.ts';
import { failureOf, withMetadata } from './calls.ts';
import { Datum, dataLimit, exceedsDataLimit } from './core/datum.ts';
import { compileDefinition } from './core/definition.ts';
import type { ExecutionFacts } from './core/execution-facts.ts';
import { step } from './core/interpreter.ts';
import type { Machine } from './core/machine.ts';
import { decodeSnapshot, encodeSnapshot, nextDeadline, type Snapshot } from './core/snapshot.ts';
import { type Effect, type Step, type Stimulus, taskOf, unfinishedCalls } from './core/stimulus.ts';
import { executionName } from './execution-name.ts';
import { MapRuns } from './map-runs.ts';
import type { StatusChange, StepFunctionsPorts } from './ports.ts';
import type { ExecutionRow, StepFunctionsStore } from './store.ts';

/** An execution in memory: every unfinished one is. */
interface Live {
  readonly id: number;
  readonly machine: Machine;
  readonly facts: ExecutionFacts;
  readonly row: ExecutionRow;
  snapshot: Snapshot | undefined;
  /** Not yet stored: the row is written with the first step. */
  begun: boolean;
  lastAt: number;
  /** Settles when all stimuli so far are taken; rejects never. */
  tail: Promise<unknown>;
  timer?: { readonly at: number; readonly handle: Timer };
}

/** How to start an execution. */
export interface Start {
  /** Unqualified, of a version or of an alias. */
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
  /** The task that waits for it, for a nested execution. */
  readonly parentToken?: string;
}

/** Which definition an execution runs, and by which version or alias it came to it. */
interface Target {
  readonly unqualified: string;
  readonly definitionId: number;
  readonly versionArn: string | null;
  readonly aliasArn: string | null;
}

/** What a callback may report of a task. */
export type Callback = Extract<Stimulus, { type: 'succeeded' | 'failed' | 'heartbeat' }>;

/** Runs executions durably. */
export class Engine {
  /** The executions of distributed Maps. */
  readonly mapRuns: MapRuns;
  readonly #ports: StepFunctionsPorts;
  readonly #store: StepFunctionsStore;
  readonly #machines = new Map<number, Machine>();
  readonly #live = new Map<number, Live>();
  readonly #idsByArn = new Map<string, number>();
  readonly #seed: string;
  /** With a seed and in virtual time answers are heard in the order of their calls, whichever was quicker. */
  readonly #isRepeatable: boolean;
  #names = 0;
  #calls = 0;
  #handedOver: number[] = [];
  #closed = false;

  constructor(ports: StepFunctionsPorts, store: StepFunctionsStore) {
    this.#ports = ports;
    this.#store = store;
    this.mapRuns = new MapRuns(ports, store, {
      report: async (stimulus) => {
        const live = this.#byToken(stimulus.token);
        if (live !== undefined) await this.#deliver(live, stimulus);
      },
      startChild: (child) => this.#startChild(child),
      stopChild: async (arn) => {
        const row = this.#running(arn);
        if (row !== undefined) await this.stop(row, {});
      },
      redriveChild: async (arn) => {
        const row = this.#store.executionByArn(arn);
        if (row !== undefined) await this.redrive(row);
      },
    });
    this.#isRepeatable = ports.chance !== undefined && ports.clock.mode === 'virtual';
    this.#seed = ports.chance === undefined ? randomBytes(16).toString('hex') : String(ports.chance.next());
  }

  /** The compiled definition with this number. */
  machine(definitionId: number): Machine {
    let machine = this.#machines.get(definitionId);
    if (machine === undefined) {
      const row = this.#store.definition(definitionId);
      if (row === undefined) throw new Error(`There is no definition ${definitionId}.`);
      machine = compileDefinition(row.definition);
      this.#machines.set(definitionId, machine);
    }
    return machine;
  }

  /** Takes up every unfinished execution, as after a restart. */
  resume(): void {
    for (const { id, events } of this.#store.unannounced()) this.#announce(id, events);
    for (const id of this.#store.running()) {
      const live = this.#load(id);
      const { snapshot } = live;
      if (snapshot === undefined) continue;
      this.#arm(live);
      for (const effect of unfinishedCalls(live.machine, snapshot)) this.#perform(live, effect);
      for (const thread of snapshot.threads) {
        if (thread.wait?.for === 'task' && thread.wait.child !== undefined) {
          this.#reportChild(thread.wait.token, thread.wait.child);
        }
      }
    }
  }

  /** Stops: timers are disarmed and answers that still come are dropped, to be asked for again by `resume`. */
  close(): void {
    this.#closed = true;
    this.#store.close(stopping());
    this.#flushAnnounced();
    for (const live of this.#live.values()) live.timer?.handle.cancel();
    this.mapRuns.close();
    this.#live.clear();
    this.#idsByArn.clear();
  }

  /**
   * Starts an execution; the same name with the same input while it runs is the same execution.
   * @throws {AwsError} `InvalidName`, `InvalidExecutionInput`, `StateMachineDoesNotExist`, `ExecutionAlreadyExists`
   */
  async start(start: Start): Promise<{ readonly arn: string; readonly startedAt: number }> {
    const input = start.input ?? '{}';
    if (start.name !== undefined && !isName(start.name)) {
      throw new AwsError('InvalidName', `Invalid Name: '${start.name}'`);
    }
    checkInput(input);
    const target = this.#target(start.stateMachineArn);
    const known =
      start.parentToken === undefined ? undefined : this.#store.executionByParent(start.parentToken);
    if (known !== undefined) return known;
    const name = start.name ?? this.#newName(target.unqualified);
    const arn = executionArn(target.unqualified, name);
    const existing =
      start.name === undefined ? undefined : (this.#running(arn) ?? this.#store.executionByArn(arn));
    if (existing !== undefined) {
      if (existing.status === 'RUNNING' && existing.input === input) return existing;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    return this.#begin(target, name, input, start.parentToken ?? null);
  }

  /** Starts an execution of a distributed Map, unless it has been. */
  async #startChild(child: {
    readonly stateMachineArn: string;
    readonly name: string;
    readonly input: string;
    readonly definitionId: number;
  }): Promise<void> {
    const { stateMachineArn: unqualified, name, input, definitionId } = child;
    const arn = executionArn(unqualified, name);
    if ((this.#running(arn) ?? this.#store.executionByArn(arn)) !== undefined) return;
    await this.#begin({ unqualified, definitionId, versionArn: null, aliasArn: null }, name, input, null);
  }

  async #begin(
    target: Target,
    name: string,
    input: string,
    parentToken: string | null,
  ): Promise<{ readonly arn: string; readonly startedAt: number }> {
    const arn = executionArn(target.unqualified, name);
    const startedAt = this.#ports.clock.now();
    const row: ExecutionRow = {
      id: this.#store.takeExecutionId(),
      arn,
      name,
      stateMachineArn: target.unqualified,
      versionArn: target.versionArn,
      aliasArn: target.aliasArn,
      definitionId: target.definitionId,
      status: 'RUNNING',
      startedAt,
      stoppedAt: null,
      input,
      output: null,
      error: null,
      cause: null,
      redriveCount: 0,
      redrivenAt: null,
      parentToken,
    };
    const live = this.#hold(row, undefined);
    try {
      await this.#deliver(live, { type: 'start' });
    } catch (error) {
      this.#forget(live);
      throw error;
    }
    return { arn, startedAt };
  }

  /** What the execution with this ARN is, if it is under way. */
  #running(arn: string): ExecutionRow | undefined {
    const id = this.#idsByArn.get(arn);
    return id === undefined ? undefined : this.#live.get(id)?.row;
  }

  /** Which definition an ARN leads to, by the alias's weights if it is one. */
  #target(arn: string): Target {
    const { unqualified, qualifier } = parseStateMachineArn(arn);
    const missing = (): AwsError =>
      new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    if (qualifier === undefined) {
      const machine = this.#store.stateMachine(unqualified);
      if (machine === undefined) throw missing();
      return { unqualified, definitionId: machine.definitionId, versionArn: null, aliasArn: null };
    }
    const alias = this.#store.alias(arn);
    const versionArn = alias === undefined ? arn : this.#route(alias.routing, alias.arn);
    const version = this.#store.version(versionArn);
    if (version === undefined) throw missing();
    return { unqualified, definitionId: version.definitionId, versionArn, aliasArn: alias?.arn ?? null };
  }

  #route(
    routing: readonly { readonly versionArn: string; readonly weight: number }[],
    aliasArn: string,
  ): string {
    let left = (this.#bytes(`route ${aliasArn} ${this.#names++}`)[0] ?? 0) * (100 / 256);
    for (const { versionArn, weight } of routing) {
      left -= weight;
      if (left < 0) return versionArn;
    }
    return routing.at(-1)?.versionArn ?? aliasArn;
  }

  #newName(stateMachineArn: string): string {
    for (;;) {
      this.#names += 1;
      const name = executionName(this.#ports.clock.now(), this.#names, this.#seed);
      const arn = executionArn(stateMachineArn, name);
      if (this.#running(arn) === undefined && this.#store.executionByArn(arn) === undefined) return name;
    }
  }

  #bytes(of: string): Buffer {
    return createHash('sha256').update(`${this.#seed} ${of}`).digest();
  }

  /**
   * Reports a task's end or life to its execution.
   * @throws {AwsError} `InvalidToken` for what never was a token, `TaskTimedOut` when the task no longer waits
   */
  async callback(stimulus: Callback): Promise<void> {
    const live = this.#byToken(stimulus.token);
    if (live !== undefined && (await this.#deliver(live, stimulus))) return;
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }

  /**
   * The execution whose task a token names.
   * @throws {AwsError} `InvalidToken`
   */
  executionOfToken(token: string): ExecutionRow {
    const [, number = ''] = /^([0-9a-z]+)\.[\w-]{43}$/.exec(token) ?? [];
    const row = number === '' ? undefined : this.#store.execution(Number.parseInt(number, 36));
    if (row === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    return row;
  }

  #byToken(token: string): Live | undefined {
    const [, number = ''] = /^([0-9a-z]+)\.[\w-]{43}$/.exec(token) ?? [];
    return this.#live.get(Number.parseInt(number, 36));
  }

  /** Stops a running execution; one that has ended stays as it is. */
  async stop(row: ExecutionRow, why: { readonly error?: string; readonly cause?: string }): Promise<void> {
    const live = this.#live.get(row.id);
    if (live !== undefined) await this.#deliver(live, { type: 'stop', ...why });
  }

  /** Runs an execution on from the state where it failed. The caller has checked that it may be. */
  async redrive(row: ExecutionRow): Promise<void> {
    await this.#deliver(this.#load(row.id), { type: 'redrive' });
  }

  #load(id: number): Live {
    const held = this.#live.get(id);
    if (held !== undefined) return held;
    const row = this.#store.execution(id);
    const text = this.#store.snapshot(id);
    if (row === undefined || text === undefined) throw new Error(`Execution ${id} cannot be taken up.`);
    return this.#hold(row, decodeSnapshot(text));
  }

  #hold(row: ExecutionRow, snapshot: Snapshot | undefined): Live {
    const roleArn = this.#store.definition(row.definitionId)?.roleArn ?? '';
    const live: Live = {
      id: row.id,
      row,
      machine: this.machine(row.definitionId),
      facts: {
        arn: row.arn,
        name: row.name,
        input: Datum.ofText(row.input),
        startTime: row.startedAt,
        roleArn,
        stateMachineArn: row.stateMachineArn,
        stateMachineName: parseStateMachineArn(row.stateMachineArn).name,
        region: this.#ports.region,
        tokenPrefix: row.id.toString(36),
      },
      snapshot,
      begun: snapshot !== undefined,
      lastAt: 0,
      tail: Promise.resolve(),
    };
    this.#live.set(row.id, live);
    this.#idsByArn.set(row.arn, row.id);
    return live;
  }

  #forget(live: Live): void {
    this.#live.delete(live.id);
    this.#idsByArn.delete(live.facts.arn);
  }

  /** Queues a stimulus; resolves to whether it concerned anything, after all of it is stored. */
  #deliver(live: Live, stimulus: Stimulus, notBefore = 0): Promise<boolean> {
    const end = this.#ports.activity.begin();
    const done = live.tail.then(() => this.#take(live, stimulus, notBefore));
    live.tail = done.then(end, end);
    return done;
  }

  async #take(live: Live, stimulus: Stimulus, notBefore: number): Promise<boolean> {
    if (this.#closed) throw stopping();
    const at = Math.max(this.#ports.clock.now(), live.lastAt, notBefore);
    const before = live.snapshot;
    const made = await step(live.machine, live.facts, before, stimulus, at, (draw) =>
      this.#bytes(`${live.facts.arn} ${draw}`),
    );
    if (made === undefined) {
      if (stimulus.type === 'tick') this.#arm(live);
      return false;
    }
    if (this.#closed) throw stopping();
    const announcement = await this.#commit(live, made, at, before);
    live.snapshot = made.snapshot;
    live.lastAt = at;
    live.begun = true;
    this.#ports.meter?.count('states', 'transition', { amount: made.transitions });
    this.#arm(live);
    const ended = made.snapshot.status !== 'RUNNING';
    if (ended) this.#forget(live);
    if (announcement !== undefined) this.#announce(announcement.id, announcement.events);
    for (const effect of made.effects) this.#perform(live, effect);
    if (ended) this.mapRuns.childEnded(live.facts.arn, made.snapshot.status === 'SUCCEEDED');
    if (ended && live.row.parentToken !== null) this.#reportChild(live.row.parentToken, live.facts.arn);
    return true;
  }

  async #commit(
    live: Live,
    made: Step,
    at: number,
    before: Snapshot | undefined,
  ): Promise<{ readonly id: number; readonly events: readonly StatusChange[] } | undefined> {
    const { snapshot } = made;
    const ended = snapshot.status !== 'RUNNING';
    const announced: StatusChange[] = [];
    const begins = before?.redriveCount !== snapshot.redriveCount;
    if (begins && ended) {
      announced.push(this.#statusEvent(live, { ...snapshot, status: 'RUNNING' }, at));
    }
    const statusChanged = begins || before?.status !== snapshot.status;
    if (statusChanged) announced.push(this.#statusEvent(live, snapshot, at));
    const id = await this.#store.commit({
      executionId: live.id,
      events: made.events,
      ...(live.begun ? {} : { begun: live.row }),
      status: snapshot.status,
      stoppedAt: ended ? at : null,
      output: snapshot.output?.text ?? null,
      error: snapshot.error ?? null,
      cause: snapshot.cause ?? null,
      redriveCount: snapshot.redriveCount,
      redrivenAt: snapshot.redriveTime ?? null,
      snapshot: snapshot.status === 'SUCCEEDED' ? null : encodeSnapshot(snapshot),
      statusChanged,
      announcements: announced,
    });
    return id === undefined ? undefined : { id, events: announced };
  }

  /** AWS: "Step Functions Execution Status Change" events. */
  #statusEvent(live: Live, snapshot: Snapshot, at: number): StatusChange {
    const { row } = live;
    const { status } = snapshot;
    const ended = status !== 'RUNNING';
    const redrivable = ended && status !== 'SUCCEEDED';
    return {
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [row.arn],
      detail: {
        executionArn: row.arn,
        stateMachineArn: row.stateMachineArn,
        name: row.name,
        status,
        startDate: row.startedAt,
        stopDate: ended ? at : null,
        input: row.input,
        output: ended ? (snapshot.output?.text ?? null) : null,
        stateMachineVersionArn: row.versionArn,
        stateMachineAliasArn: row.aliasArn,
        redriveCount: snapshot.redriveCount,
        redriveDate: snapshot.redriveTime ?? null,
        redriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
        redriveStatusReason: redrivable ? null : `Execution is ${status} and cannot be redriven`,
        inputDetails: { included: true },
        outputDetails: ended && snapshot.output !== undefined ? { included: true } : null,
        error: ended ? (snapshot.error ?? null) : null,
        cause: ended ? (snapshot.cause ?? null) : null,
      },
    };
  }

  #announce(id: number, events: readonly StatusChange[]): void {
    const end = this.#ports.activity.begin();
    const handOver = async (): Promise<void> => {
      try {
        for (const event of events) await this.#ports.publish(event);
        if (this.#handedOver.push(id) === 1) setImmediate(() => this.#flushAnnounced());
      } catch {
        // Kept in the outbox: the next start hands it over again.
      } finally {
        end();
      }
    };
    void handOver();
  }

  #flushAnnounced(): void {
    const ids = this.#handedOver;
    this.#handedOver = [];
    if (ids.length > 0) this.#store.announced(ids);
  }

  #arm(live: Live): void {
    const at = live.snapshot === undefined ? undefined : nextDeadline(live.snapshot);
    if (live.timer !== undefined && live.timer.at === at) return;
    live.timer?.handle.cancel();
    delete live.timer;
    if (at === undefined || this.#closed) return;
    const handle = this.#ports.clock.at(at, () => {
      delete live.timer;
      // A timer of the machine may fire a little early; the deadline is when it counts.
      void this.#deliver(live, { type: 'tick' }, at).catch(() => undefined);
    });
    live.timer = { at, handle };
  }

  #perform(live: Live, effect: Effect): void {
    if (effect.type === 'cancel') {
      if (effect.child !== undefined) this.#stopChild(live, effect.child);
      return;
    }
    if (effect.type !== 'call') {
      const { arn, stateMachineArn, roleArn } = live.facts;
      this.mapRuns.perform({ executionArn: arn, stateMachineArn, roleArn }, effect);
      return;
    }
    const end = this.#ports.activity.begin();
    this.#calls += 1;
    void this.#call(live, effect, this.#calls)
      .catch(() => undefined)
      .finally(end);
  }

  async #call(live: Live, call: Extract<Effect, { type: 'call' }>, place: number): Promise<void> {
    const { token, resource } = call;
    let stimulus: Stimulus;
    try {
      if (resource.service === 'states' && !resource.sdk) {
        stimulus = { type: 'returned', token, ...(await this.#startNested(live, call)) };
      } else {
        stimulus = { type: 'returned', token, output: Datum.of(await this.#integrate(live, call)) };
      }
    } catch (error) {
      stimulus = { type: 'raised', token, ...failureOf(error, resource, token) };
    }
    if (this.#isRepeatable) await this.#ports.activity.turn(place);
    if (this.#closed) return;
    const taken = await this.#deliver(live, stimulus);
    if (taken && stimulus.type === 'returned' && stimulus.child !== undefined) {
      this.#reportChild(token, stimulus.child);
    }
  }

  async #integrate(live: Live, call: Extract<Effect, { type: 'call' }>): Promise<unknown> {
    const { resource, token } = call;
    const answer = await this.#ports.integrate({
      service: resource.service,
      action: resource.action,
      sdk: resource.sdk,
      arguments:
        resource.functionArn === undefined
          ? call.arguments.value
          : { FunctionName: resource.functionArn, Payload: call.arguments.value },
      roleArn: live.facts.roleArn,
      executionArn: live.facts.arn,
    });
    const fields = typeof answer === 'object' && answer !== null ? answer : {};
    if (resource.kind === 'function') return Reflect.get(fields, 'Payload') ?? null;
    return resource.sdk ? answer : withMetadata(fields, token);
  }

  async #startNested(
    live: Live,
    call: Extract<Effect, { type: 'call' }>,
  ): Promise<{ readonly output: Datum; readonly child?: string }> {
    const { resource, token } = call;
    const fields =
      typeof call.arguments.value === 'object' && call.arguments.value !== null ? call.arguments.value : {};
    const stateMachineArn: unknown = Reflect.get(fields, 'StateMachineArn');
    const name: unknown = Reflect.get(fields, 'Name');
    const input: unknown = Reflect.get(fields, 'Input');
    if (typeof stateMachineArn !== 'string') {
      throw new AwsError('ValidationException', 'The arguments must name a StateMachineArn.');
    }
    const { unqualified, qualifier } = parseStateMachineArn(stateMachineArn);
    this.#ports.authorizeAs(live.facts.roleArn, {
      action: 'states:StartExecution',
      resource: unqualified,
      ...(qualifier === undefined ? {} : { context: { 'states:StateMachineQualifier': qualifier } }),
    });
    const started = await this.start({
      stateMachineArn,
      ...(typeof name === 'string' ? { name } : {}),
      input:
        input === undefined || input === null
          ? '{}'
          : typeof input === 'string'
            ? input
            : JSON.stringify(input),
      parentToken: token,
    });
    const answer = { ExecutionArn: started.arn, StartDate: started.startedAt / 1000 };
    return {
      output: Datum.of(withMetadata(answer, token)),
      ...(resource.pattern === 'sync' ? { child: started.arn } : {}),
    };
  }

  /** Reports to a waiting task that its nested execution has ended, if it has and the task does wait. */
  #reportChild(token: string, childArn: string): void {
    const parent = this.#byToken(token);
    const wait = parent?.snapshot === undefined ? undefined : taskOf(parent.snapshot, token);
    if (parent === undefined || wait?.stage !== 'submitted') return;
    const row = this.#running(childArn) === undefined ? this.#store.executionByArn(childArn) : undefined;
    if (row === undefined || row.status === 'RUNNING') return;
    const state = parent.machine.blocks.get(wait.block)?.states.get(wait.state);
    const parsed = state?.type === 'Task' && state.resource.parsedOutput;
    const stimulus: Stimulus =
      row.status === 'SUCCEEDED'
        ? { type: 'succeeded', token, output: Datum.of(describeNested(row, parsed)) }
        : {
            type: 'failed',
            token,
            error: 'States.TaskFailed',
            cause: JSON.stringify(describeNested(row, parsed)),
          };
    void this.#deliver(parent, stimulus).catch(() => undefined);
  }

  #stopChild(live: Live, childArn: string): void {
    const row = this.#running(childArn);
    if (row === undefined) return;
    try {
      this.#ports.authorizeAs(live.facts.roleArn, { action: 'states:StopExecution', resource: childArn });
    } catch {
      // AWS stops nested executions as far as the role may; else they run on.
      return;
    }
    void this.stop(row, {}).catch(() => undefined);
  }
}

function checkInput(input: string): void {
  if (exceedsDataLimit(input)) throw tooLong('input', dataLimit);
  try {
    JSON.parse(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${message}'`);
  }
}

function stopping(): AwsError {
  return new AwsError('ServiceUnavailable', 'The service is stopping.', 503);
}

/** A nested execution's end, as its parent's task gives it: in the alphabetical order that AWS has. */
function describeNested(row: ExecutionRow, parsed: boolean): Record<string, unknown> {
  const data = (text: string): unknown => (parsed ? JSON.parse(text) : text);
  return {
    ...(row.cause === null ? {} : { Cause: row.cause }),
    ...(row.error === null ? {} : { Error: row.error }),
    ExecutionArn: row.arn,
    Input: data(row.input),
    InputDetails: { Included: true },
    Name: row.name,
    ...(row.output === null ? {} : { Output: data(row.output), OutputDetails: { Included: true } }),
    StartDate: row.startedAt,
    StateMachineArn: row.stateMachineArn,
    Status: row.status,
    StopDate: row.stoppedAt,
  };
}
