/**
 * Runs the executions of distributed Maps: as many at a time as the plan says, until all have ended or too many have
 * failed. What it knows is in `map-run-store.ts` and in the executions themselves; the rest is rebuilt from these.
 */
import { createHash } from 'node:crypto';
import { executionArn } from './arns.ts';
import { failureOf } from './calls.ts';
import { Datum } from './core/datum.ts';
import { exceedsTolerance, type MapRunPlan } from './core/distributed-map.ts';
import { uuidOf } from './core/functions.ts';
import { readResource } from './core/resource.ts';
import type { MapRunEffect, Stimulus } from './core/stimulus.ts';
import { readItems, type S3Call } from './item-reader.ts';
import { type ChildRow, type MapRunRow, MapRunStore } from './map-run-store.ts';
import type { StepFunctionsPorts } from './ports.ts';
import { type ChildResult, resultText, writeResults } from './result-writer.ts';
import type { StepFunctionsStore } from './store.ts';

/** What Map Runs need of the engine. */
export interface MapRunEngine {
  /** Takes a stimulus for the execution that waits under its token. */
  report(stimulus: Extract<Stimulus, { token: string }>): Promise<void>;
  startChild(child: {
    readonly stateMachineArn: string;
    readonly name: string;
    readonly input: string;
    readonly definitionId: number;
  }): Promise<void>;
  stopChild(arn: string): Promise<void>;
  redriveChild(arn: string): Promise<void>;
}

/** Whose Map Run it is. */
export interface MapRunOwner {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
}

/** A Map Run under way. */
interface LiveRun {
  row: MapRunRow;
  readonly owner: MapRunOwner;
  /** Executions yet to be started, and to be redriven. */
  readonly waiting: ChildRow[];
  readonly running: Map<string, ChildRow>;
  failedItems: number;
  readonly totalItems: number;
  ending: boolean;
}

const exceeded = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
} as const;

export class MapRuns {
  readonly store: MapRunStore;
  readonly #ports: StepFunctionsPorts;
  readonly #executions: StepFunctionsStore;
  readonly #engine: MapRunEngine;
  readonly #live = new Map<string, LiveRun>();
  readonly #byChild = new Map<string, LiveRun>();

  constructor(ports: StepFunctionsPorts, executions: StepFunctionsStore, engine: MapRunEngine) {
    this.#ports = ports;
    this.#executions = executions;
    this.#engine = engine;
    this.store = new MapRunStore(ports.db);
  }

  /** Does what a step asked for; again after a restart. */
  perform(owner: MapRunOwner, effect: MapRunEffect): void {
    const end = this.#ports.activity.begin();
    void this.#perform(owner, effect)
      .catch(() => undefined)
      .finally(end);
  }

  #perform(owner: MapRunOwner, effect: MapRunEffect): Promise<void> {
    switch (effect.type) {
      case 'readItems':
        return this.#read(owner, effect);
      case 'runChildren':
        return this.#runChildren(owner, effect);
      case 'redriveMapRun':
        return this.#redrive(owner, effect);
      case 'endMapRun':
        return this.#end(effect);
    }
  }

  async #read(
    owner: MapRunOwner,
    { token, plan }: Extract<MapRunEffect, { type: 'readItems' }>,
  ): Promise<void> {
    const known = this.store.get(plan.arn);
    if (known?.definitionId != null) return this.#goOn(owner, known);
    if (known === undefined) {
      this.store.put({
        arn: plan.arn,
        executionArn: owner.executionArn,
        token,
        plan,
        definitionId: null,
        status: 'RUNNING',
        startedAt: this.#ports.clock.now(),
        stoppedAt: null,
        redriveCount: 0,
        redrivenAt: null,
      });
    }
    const { roleArn, stateMachineArn } = owner;
    try {
      this.#ports.authorizeAs(roleArn, { action: 'states:StartExecution', resource: stateMachineArn });
    } catch (error) {
      return this.#fail(plan, token, failureOf(error, states, token));
    }
    if (plan.reader === undefined) return this.#engine.report({ type: 'items', token });
    try {
      const items = await readItems(plan.reader, this.#s3(owner));
      return await this.#engine.report({ type: 'items', token, items });
    } catch (error) {
      const { cause } = failureOf(error, s3Resource, token);
      return this.#fail(plan, token, { error: 'States.ItemReaderFailed', cause });
    }
  }

  #s3(owner: MapRunOwner): S3Call {
    const { roleArn, executionArn: arn } = owner;
    return (action, input) =>
      this.#ports.integrate({
        service: 's3',
        action,
        sdk: true,
        arguments: input,
        roleArn,
        executionArn: arn,
      });
  }

  async #fail(
    plan: MapRunPlan,
    token: string,
    failure: { readonly error: string; readonly cause: string },
  ): Promise<void> {
    this.#close(plan.arn, 'FAILED');
    await this.#engine.report({ type: 'mapRunFailed', token, ...failure });
  }

  #close(arn: string, status: MapRunRow['status']): void {
    const row = this.store.get(arn);
    if (row === undefined || row.status !== 'RUNNING') return;
    this.store.put({ ...row, status, stoppedAt: this.#ports.clock.now() });
  }

  async #runChildren(
    owner: MapRunOwner,
    { plan, definition, inputs }: Extract<MapRunEffect, { type: 'runChildren' }>,
  ): Promise<void> {
    const row = this.store.get(plan.arn);
    if (row === undefined) return;
    if (row.definitionId === null) {
      const { stateMachineArn } = plan;
      this.#executions.transaction(() => {
        const definitionId = this.#executions.definitionId(stateMachineArn, definition, owner.roleArn);
        const named = inputs.map((input, index) => ({
          ...input,
          arn: executionArn(stateMachineArn, childName(plan.arn, index)),
        }));
        this.store.putChildren(row, definitionId, named);
      });
    }
    const begun = this.store.get(plan.arn);
    if (begun !== undefined) await this.#goOn(owner, begun);
  }

  /** Takes a Map Run whose executions are known up where it stands. */
  async #goOn(owner: MapRunOwner, row: MapRunRow, redriven = false): Promise<void> {
    if (this.#live.has(row.arn)) return;
    const children = this.store.children(row.arn);
    const run: LiveRun = {
      row,
      owner,
      waiting: [],
      running: new Map(),
      failedItems: 0,
      totalItems: children.reduce((sum, { items }) => sum + items, 0),
      ending: false,
    };
    for (const child of children) {
      if (child.status === 'RUNNING') run.running.set(child.arn, child);
      else if (child.status === null || (redriven && child.status !== 'SUCCEEDED')) run.waiting.push(child);
      else if (child.status !== 'SUCCEEDED') run.failedItems += child.items;
    }
    if (row.status !== 'RUNNING') return this.#report(run);
    this.#live.set(row.arn, run);
    for (const arn of run.running.keys()) this.#byChild.set(arn, run);
    await this.#pump(run);
  }

  /** Starts as many executions as may run next to those that do; ends the run when there is nothing more to do. */
  async #pump(run: LiveRun): Promise<void> {
    if (run.ending) return;
    if (exceedsTolerance(run.row.plan, run.failedItems, run.totalItems)) return this.#finish(run, 'FAILED');
    while (run.waiting.length > 0 && run.running.size < run.row.plan.maxConcurrency) {
      const child = run.waiting.shift();
      if (child === undefined) break;
      run.running.set(child.arn, child);
      this.#byChild.set(child.arn, run);
      void this.#start(run, child);
    }
    if (run.running.size === 0 && run.waiting.length === 0) await this.#finish(run, 'SUCCEEDED');
  }

  async #start(run: LiveRun, child: ChildRow): Promise<void> {
    const end = this.#ports.activity.begin();
    try {
      if (child.status === null) {
        await this.#engine.startChild({
          stateMachineArn: run.row.plan.stateMachineArn,
          name: child.arn.split(':').at(-1) ?? '',
          input: child.input,
          definitionId: run.row.definitionId ?? 0,
        });
      } else await this.#engine.redriveChild(child.arn);
    } catch {
      // Only a service that stops starts none: the next one does.
    } finally {
      end();
    }
  }

  /** Notes that an execution, perhaps one of a Map Run, has ended. */
  childEnded(arn: string, succeeded: boolean): void {
    const run = this.#byChild.get(arn);
    const child = run?.running.get(arn);
    if (run === undefined || child === undefined) return;
    run.running.delete(arn);
    this.#byChild.delete(arn);
    if (!succeeded) run.failedItems += child.items;
    const end = this.#ports.activity.begin();
    void this.#pump(run)
      .catch(() => undefined)
      .finally(end);
  }

  async #finish(run: LiveRun, status: 'SUCCEEDED' | 'FAILED'): Promise<void> {
    run.ending = true;
    for (const arn of run.running.keys()) {
      this.#byChild.delete(arn);
      await this.#engine.stopChild(arn);
    }
    this.#live.delete(run.row.arn);
    this.#close(run.row.arn, status);
    const row = this.store.get(run.row.arn);
    if (row !== undefined) await this.#report({ ...run, row });
  }

  /** Reports to the waiting state how the run ended. */
  async #report(run: LiveRun): Promise<void> {
    const { token, plan, status } = run.row;
    if (status !== 'SUCCEEDED' && status !== 'FAILED') return;
    const results = this.store.children(run.row.arn).map(({ arn, input }): ChildResult => {
      const execution = this.#executions.executionByArn(arn);
      return { arn, input, ...(execution === undefined ? {} : { execution }) };
    });
    const { writer } = plan;
    let output = Datum.ofText(status === 'FAILED' ? 'null' : resultText(results, writer));
    if (writer?.arguments !== undefined) {
      try {
        const manifest = await writeResults(plan.arn, results, writer, this.#s3(run.owner));
        output = Datum.of({ MapRunArn: plan.arn, ResultWriterDetails: manifest });
      } catch (error) {
        const { cause } = failureOf(error, s3Resource, token);
        this.store.put({ ...run.row, status: 'FAILED' });
        await this.#engine.report({
          type: 'mapRunFailed',
          token,
          error: 'States.ResultWriterFailed',
          cause,
        });
        return;
      }
    }
    await this.#engine.report(
      status === 'SUCCEEDED'
        ? { type: 'mapRunSucceeded', token, output }
        : { type: 'mapRunFailed', token, ...exceeded },
    );
  }

  async #redrive(
    owner: MapRunOwner,
    { token, plan, redriveCount }: Extract<MapRunEffect, { type: 'redriveMapRun' }>,
  ): Promise<void> {
    const row = this.store.get(plan.arn);
    if (row === undefined) return;
    if (row.redriveCount >= redriveCount) return this.#goOn(owner, row, row.status === 'RUNNING');
    const redriven: MapRunRow = {
      ...row,
      status: 'RUNNING',
      stoppedAt: null,
      redriveCount,
      redrivenAt: this.#ports.clock.now(),
    };
    this.store.put(redriven);
    const { roleArn } = owner;
    try {
      const resource = executionArn(plan.stateMachineArn, '*');
      this.#ports.authorizeAs(roleArn, { action: 'states:RedriveExecution', resource });
    } catch (error) {
      return this.#fail(plan, token, failureOf(error, states, token));
    }
    await this.#goOn(owner, redriven, true);
  }

  async #end({ plan, status }: Extract<MapRunEffect, { type: 'endMapRun' }>): Promise<void> {
    this.#close(plan.arn, status);
    const run = this.#live.get(plan.arn);
    if (run === undefined) return;
    run.ending = true;
    this.#live.delete(plan.arn);
    for (const arn of run.running.keys()) {
      this.#byChild.delete(arn);
      await this.#engine.stopChild(arn);
    }
  }

  /** Changes the limits of a Map Run that is under way. */
  update(
    row: MapRunRow,
    limits: Partial<
      Pick<MapRunPlan, 'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage'>
    >,
  ): void {
    const changed = { ...row, plan: { ...row.plan, ...limits } };
    this.store.put(changed);
    const run = this.#live.get(row.arn);
    if (run === undefined) return;
    run.row = changed;
    const end = this.#ports.activity.begin();
    void this.#pump(run)
      .catch(() => undefined)
      .finally(end);
  }

  /** Forgets what is under way, as the engine does when it stops. */
  close(): void {
    this.#live.clear();
    this.#byChild.clear();
  }
}

/** A name that is always the same for the same execution of a run, so that none is started twice. */
function childName(mapRunArn: string, index: number): string {
  return uuidOf(createHash('sha256').update(`${mapRunArn} ${index}`).digest());
}

const states = known('arn:aws:states:::states:startExecution');
const s3Resource = known('arn:aws:states:::aws-sdk:s3:getObject');

function known(resource: string) {
  const read = readResource(resource);
  if ('unknown' in read) throw new Error(`${read.unknown} is not known.`);
  return read;
}
