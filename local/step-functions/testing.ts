/**
 * Runs state machines in process, in virtual time, with scripted tasks: for tests of workflows.
 *
 * ```ts
 * const harness = createEngineHarness({
 *   definitions: { approval: aslAsObjectOrText },
 *   invoke: (functionName, payload) => ({ outcome: 'approved' }),
 * });
 * const arn = await harness.start('approval', { proposalId: 'P-1' });
 * await harness.skip();                       // to the next timer
 * harness.status(arn);                        // { status: 'SUCCEEDED', output: … }
 * harness.history(arn);                       // AWS's history events
 * harness.close();
 * ```
 * Every definition is at `harness.arn(name)`, with version `:1` and alias `:live`, so nested executions find it.
 */
import { DatabaseSync } from 'node:sqlite';
import { Activity } from '../activity.ts';
import type { Clock, Timer } from '../clock.ts';
import type { HistoryEvent } from './core/history.ts';
import type { ExecutionStatus } from './core/snapshot.ts';
import type { IntegrationCall, StatusChange } from './ports.ts';
import { StepFunctionsService } from './service.ts';
import { StepFunctionsStore } from './store.ts';

const account = '123456789012';
const region = 'ap-southeast-3';

/** Time that stands still until it is moved; timers fire in order of due time, then of making. */
export class StillClock implements Clock {
  readonly mode = 'virtual';
  #now: number;
  #made = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void): Timer {
    const id = this.#made++;
    this.#timers.set(id, { at, callback });
    return { cancel: () => void this.#timers.delete(id) };
  }

  nextTimer(): number | undefined {
    const due = [...this.#timers.values()].map((timer) => timer.at);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async advanceTo(to: number, settled: () => Promise<void>): Promise<void> {
    for (;;) {
      await settled();
      const next = this.nextTimer();
      if (next === undefined || next > to) break;
      this.#now = Math.max(this.#now, next);
      for (const [id, timer] of this.#timers) {
        if (timer.at > next) continue;
        this.#timers.delete(id);
        timer.callback();
      }
    }
    this.#now = Math.max(this.#now, to);
  }
}

/** What a harness is made of. */
export interface HarnessOptions {
  /** State machines by name: ASL as an object or as JSON text. */
  readonly definitions: Readonly<Record<string, object | string>>;
  /**
   * Answers `lambda:invoke`: gets the function's name and payload, gives the payload of the answer. Throw
   * `LambdaFunctionError` or `AwsError` to fail.
   */
  readonly invoke?: (functionName: string, payload: unknown, call: IntegrationCall) => unknown;
  /** Answers all other calls, and `lambda:invoke` too if `invoke` is not given. */
  readonly integrate?: (call: IntegrationCall) => unknown;
  /** ISO time at the start; 2026-01-05T01:00:00Z (a Monday morning in Jakarta) by default. */
  readonly startAt?: string;
  /** Seed of tokens, uuids and jitter. */
  readonly seed?: number;
  /** Path of a database to keep, to be opened again by another harness; in memory by default. */
  readonly database?: string;
}

/** How an execution stands. */
export interface HarnessStatus {
  readonly status: ExecutionStatus;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

export type EngineHarness = ReturnType<typeof createEngineHarness>;

/** Makes a harness; see above. */
export function createEngineHarness(options: HarnessOptions) {
  const db = new DatabaseSync(options.database ?? ':memory:');
  const clock = new StillClock(Date.parse(options.startAt ?? '2026-01-05T01:00:00Z'));
  const activity = new Activity();
  const calls: IntegrationCall[] = [];
  const published: StatusChange[] = [];
  let transitions = 0;
  const seed = options.seed ?? 1;

  const arn = (name: string): string => `arn:aws:states:${region}:${account}:stateMachine:${name}`;
  const integrate = async (call: IntegrationCall): Promise<unknown> => {
    calls.push(call);
    if (options.invoke !== undefined && call.service === 'lambda' && call.action === 'invoke' && !call.sdk) {
      const { FunctionName: functionName, Payload: payload } = call.arguments as {
        readonly FunctionName: string;
        readonly Payload?: unknown;
      };
      const answer = await options.invoke(functionName, payload ?? null, call);
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: answer ?? null };
    }
    if (options.integrate === undefined) throw new Error(`Nothing answers ${call.service}:${call.action}.`);
    return options.integrate(call);
  };
  const ports = {
    db,
    clock,
    activity,
    account,
    region,
    integrate,
    authorizeAs: () => undefined,
    publish: (event: StatusChange) => void published.push(event),
    meter: {
      count: (_service: string, _operation: string, amounts?: { readonly amount?: number }) => {
        transitions += amounts?.amount ?? 1;
      },
    },
    chance: { next: () => seed },
  };
  const service = new StepFunctionsService(ports);
  const store = new StepFunctionsStore(db);
  const names = Object.keys(options.definitions);
  service.define({
    stateMachines: names.map((name) => {
      const definition = options.definitions[name] ?? {};
      return {
        arn: arn(name),
        name,
        definition: typeof definition === 'string' ? definition : JSON.stringify(definition),
        roleArn: `arn:aws:iam::${account}:role/states`,
      };
    }),
    versions: names.map((name) => ({ arn: `${arn(name)}:1`, stateMachineArn: arn(name) })),
    aliases: names.map((name) => ({
      arn: `${arn(name)}:live`,
      name: 'live',
      routing: [{ versionArn: `${arn(name)}:1`, weight: 100 }],
    })),
  });
  service.resume();

  const settle = (): Promise<void> => activity.whenIdle();
  const executionRow = (execution: string) => {
    const row = store.executionByArn(execution);
    if (row === undefined) throw new Error(`There is no execution ${execution}.`);
    return row;
  };
  const send = async (operation: string, body: object): Promise<void> => {
    await service.handle({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: Buffer.from(JSON.stringify(body)),
      principal: { arn: `arn:aws:iam::${account}:root`, owner: true },
      authorize: () => undefined,
    });
    await settle();
  };

  return {
    service,
    clock,
    activity,
    /** Every call a task made, oldest first. */
    calls,
    /** Every status event, oldest first. */
    published,
    /** The unqualified ARN of the machine with this name. */
    arn,
    /** State transitions so far, of all executions. */
    transitions: (): number => transitions,
    /** Waits until nothing is going on. */
    settle,
    /** Starts an execution and waits until it waits or has ended; gives its ARN. */
    async start(name: string, input: unknown = {}, executionName?: string): Promise<string> {
      const started = await service.startExecution({
        stateMachineArn: arn(name),
        input: JSON.stringify(input),
        ...(executionName === undefined ? {} : { name: executionName }),
      });
      await settle();
      return started.executionArn;
    },
    /** Moves time on by seconds, firing what comes due on the way. */
    async advance(seconds: number): Promise<void> {
      await clock.advanceTo(clock.now() + seconds * 1000, settle);
    },
    /** Moves time to the next timer and fires it; false if there is none. */
    async skip(): Promise<boolean> {
      await settle();
      const next = clock.nextTimer();
      if (next === undefined) return false;
      await clock.advanceTo(next, settle);
      return true;
    },
    /** Skips from timer to timer until there is none left, at most `limit` times. */
    async skipAll(limit = 1000): Promise<void> {
      for (let skips = 0; skips < limit; skips += 1) {
        await settle();
        const next = clock.nextTimer();
        if (next === undefined) return;
        await clock.advanceTo(next, settle);
      }
      throw new Error(`There were still timers after ${limit} skips.`);
    },
    sendTaskSuccess: (taskToken: string, output: unknown): Promise<void> =>
      send('SendTaskSuccess', { taskToken, output: JSON.stringify(output) }),
    sendTaskFailure: (taskToken: string, error?: string, cause?: string): Promise<void> =>
      send('SendTaskFailure', { taskToken, error, cause }),
    sendTaskHeartbeat: (taskToken: string): Promise<void> => send('SendTaskHeartbeat', { taskToken }),
    stop: (executionArn: string, error?: string, cause?: string): Promise<void> =>
      send('StopExecution', { executionArn, error, cause }),
    redrive: (executionArn: string): Promise<void> => send('RedriveExecution', { executionArn }),
    /** The whole history of an execution. */
    history(execution: string): readonly HistoryEvent[] {
      return store.history(executionRow(execution).id, 1, Number.MAX_SAFE_INTEGER);
    },
    /** The names of the states entered, in order. */
    path(execution: string): readonly string[] {
      return this.history(execution).flatMap((event) => {
        const details = event.stateEnteredEventDetails;
        if (typeof details !== 'object' || details === null || !('name' in details)) return [];
        return [String(details.name)];
      });
    },
    status(execution: string): HarnessStatus {
      const row = executionRow(execution);
      return {
        status: row.status,
        ...(row.output === null ? {} : { output: JSON.parse(row.output) as unknown }),
        ...(row.error === null ? {} : { error: row.error }),
        ...(row.cause === null ? {} : { cause: row.cause }),
      };
    },
    /** Executions of a machine, newest first. */
    executions(name: string): readonly string[] {
      return store
        .executions({ stateMachineArn: arn(name), before: Number.MAX_SAFE_INTEGER, limit: 1000 })
        .map((row) => row.arn);
    },
    /** Stops the service as a killed process would: what is under way is dropped. */
    close(): void {
      service.close();
      db.close();
    },
  };
}
