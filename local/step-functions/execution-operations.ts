/** Operations on executions and their histories. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import { type Operations, paged, pageToken, seconds, tooLong } from './api-values.ts';
import { parseExecutionArn, parseStateMachineArn } from './arns.ts';
import type { HistoryEvent } from './core/history.ts';
import type { Engine } from './engine.ts';
import type { Parameters } from './parameters.ts';
import type { StepFunctionsPorts } from './ports.ts';
import { whyNotRedrivable } from './redrivability.ts';
import { describedMachine, stateMachineOf } from './state-machine-operations.ts';
import type { ExecutionRow, StepFunctionsStore } from './store.ts';

/** The longest error name and cause that a callback or a stop may give. AWS: API reference. */
const longestError = 256;
const longestCause = 32_768;

export class ExecutionOperations {
  readonly handlers: Operations;
  readonly #ports: StepFunctionsPorts;
  readonly #store: StepFunctionsStore;
  readonly #engine: Engine;

  constructor(ports: StepFunctionsPorts, store: StepFunctionsStore, engine: Engine) {
    this.#ports = ports;
    this.#store = store;
    this.#engine = engine;
    this.handlers = {
      StartExecution: (parameters, request) => this.#startExecution(parameters, request),
      StartSyncExecution: (parameters, request) => this.#startSyncExecution(parameters, request),
      DescribeExecution: (parameters, request) => this.#describeExecution(parameters, request),
      DescribeStateMachineForExecution: (parameters, request) =>
        this.#describeForExecution(parameters, request),
      ListExecutions: (parameters, request) => this.#listExecutions(parameters, request),
      StopExecution: (parameters, request) => this.#stopExecution(parameters, request),
      RedriveExecution: (parameters, request) => this.#redriveExecution(parameters, request),
      GetExecutionHistory: (parameters, request) => this.#getExecutionHistory(parameters, request),
    };
  }

  /**
   * Starts an execution whose starter's rights are already judged.
   * @throws {AwsError} as `StartExecution` does
   */
  async start(start: {
    readonly stateMachineArn: string;
    readonly name?: string;
    readonly input?: string;
  }): Promise<{ readonly executionArn: string; readonly startDate: number }> {
    const { arn, startedAt } = await this.#engine.start(start);
    return { executionArn: arn, startDate: seconds(startedAt) };
  }

  async #startExecution(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const stateMachineArn = parameters.text('stateMachineArn');
    const { unqualified, qualifier } = parseStateMachineArn(stateMachineArn);
    request.authorize({
      action: 'states:StartExecution',
      resource: unqualified,
      ...(qualifier === undefined ? {} : { context: { 'states:StateMachineQualifier': qualifier } }),
    });
    const name = parameters.optionalText('name');
    const input = parameters.optionalText('input');
    return this.start({
      stateMachineArn,
      ...(name === undefined ? {} : { name }),
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Standard machines, the only ones here, cannot be run synchronously. */
  #startSyncExecution(parameters: Parameters, request: ServiceRequest): never {
    const arn = parameters.text('stateMachineArn');
    request.authorize({
      action: 'states:StartSyncExecution',
      resource: parseStateMachineArn(arn).unqualified,
    });
    stateMachineOf(this.#store, arn);
    throw new AwsError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }

  #describeExecution(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#execution(parameters, request, 'DescribeExecution');
    const reason = this.#whyNotRedrivable(row);
    const mapRunArn = this.#engine.mapRuns.store.ofChild(row.arn);
    return {
      ...listed(row),
      ...(mapRunArn === undefined ? {} : { mapRunArn }),
      input: row.input,
      inputDetails: { included: true },
      ...(row.output === null ? {} : { output: row.output, outputDetails: { included: true } }),
      ...(row.error === null ? {} : { error: row.error }),
      ...(row.cause === null ? {} : { cause: row.cause }),
      redriveCount: row.redriveCount,
      ...redriveStatusOf(reason, mapRunArn),
    };
  }

  #whyNotRedrivable(row: ExecutionRow): string | undefined {
    return whyNotRedrivable(row, this.#store.historyLength(row.id), this.#ports.clock.now());
  }

  /** Executions of a Map Run, with how many items each has. */
  #listOfMapRun(mapRunArn: string, parameters: Parameters, request: ServiceRequest): object {
    request.authorize({ action: 'states:ListExecutions', resource: mapRunArn });
    const { store } = this.#engine.mapRuns;
    if (store.get(mapRunArn) === undefined) {
      throw new AwsError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
    }
    const status = parameters.optionalText('statusFilter');
    const redrives = parameters.optionalText('redriveFilter');
    const all = store.children(mapRunArn).flatMap(({ arn, items }) => {
      const row = this.#store.executionByArn(arn);
      if (row === undefined || (status !== undefined && row.status !== status)) return [];
      if (redrives !== undefined && (redrives === 'REDRIVEN') !== row.redriveCount > 0) return [];
      return [{ ...listed(row), mapRunArn, itemCount: items }];
    });
    return paged('executions', all.reverse(), parameters);
  }

  #listExecutions(parameters: Parameters, request: ServiceRequest): object {
    const mapRunArn = parameters.optionalText('mapRunArn');
    const ofMachine = parameters.optionalText('stateMachineArn');
    if (mapRunArn !== undefined && ofMachine === undefined) {
      return this.#listOfMapRun(mapRunArn, parameters, request);
    }
    if (mapRunArn !== undefined) {
      throw new AwsError('ValidationException', 'Expected either stateMachineArn or mapRunArn.');
    }
    if (parameters.optionalText('redriveFilter') !== undefined) {
      throw new AwsError('ValidationException', 'redriveFilter is only for the executions of a Map Run.');
    }
    const arn = parameters.text('stateMachineArn');
    const { unqualified, qualifier } = parseStateMachineArn(arn);
    request.authorize({ action: 'states:ListExecutions', resource: unqualified });
    stateMachineOf(this.#store, unqualified);
    const limit = parameters.number('maxResults', 0, 1000) || 100;
    const status = parameters.optionalText('statusFilter');
    const rows = this.#store.executions({
      stateMachineArn: unqualified,
      ...(status === undefined ? {} : { status }),
      ...(qualifier === undefined ? {} : { qualified: arn }),
      before: parameters.page() ?? Number.MAX_SAFE_INTEGER,
      limit: limit + 1,
    });
    const last = rows[limit - 1];
    return {
      executions: rows.slice(0, limit).map(listed),
      ...(rows.length > limit && last !== undefined ? { nextToken: pageToken(last.id) } : {}),
    };
  }

  async #stopExecution(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const row = this.#execution(parameters, request, 'StopExecution');
    await this.#engine.stop(row, errorAndCause(parameters));
    const stopped = this.#store.execution(row.id)?.stoppedAt ?? this.#ports.clock.now();
    return { stopDate: seconds(stopped) };
  }

  async #redriveExecution(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const row = this.#execution(parameters, request, 'RedriveExecution');
    const reason = this.#whyNotRedrivable(row) ?? byParentOnly(this.#engine.mapRuns.store.ofChild(row.arn));
    if (reason !== undefined) throw new AwsError('ExecutionNotRedrivable', reason);
    await this.#engine.redrive(row);
    return { redriveDate: seconds(this.#store.execution(row.id)?.redrivenAt ?? this.#ports.clock.now()) };
  }

  #getExecutionHistory(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#execution(parameters, request, 'GetExecutionHistory');
    const limit = parameters.number('maxResults', 0, 1000) || 100;
    const reverse = parameters.flag('reverseOrder');
    const withData = parameters.flag('includeExecutionData', true);
    const length = this.#store.historyLength(row.id);
    const from = parameters.page() ?? (reverse ? length : 1);
    const events = [
      ...this.#store.history(
        row.id,
        ...(reverse ? ([from - limit + 1, from] as const) : ([from, from + limit - 1] as const)),
      ),
    ];
    if (reverse) events.reverse();
    const next = reverse ? from - limit : from + limit;
    const more = reverse ? next >= 1 : next <= length;
    return {
      events: withData ? events : events.map(withoutData),
      ...(more ? { nextToken: pageToken(next) } : {}),
    };
  }

  #execution(parameters: Parameters, request: ServiceRequest, action: string): ExecutionRow {
    const arn = parameters.text('executionArn');
    parseExecutionArn(arn);
    request.authorize({ action: `states:${action}`, resource: arn });
    const row = this.#store.executionByArn(arn);
    if (row === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return row;
  }

  #describeForExecution(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#execution(parameters, request, 'DescribeStateMachineForExecution');
    const mapRunArn = this.#engine.mapRuns.store.ofChild(row.arn);
    // A Map Run's executions run a part of the state machine that is named after the Map.
    const [stateMachineArn = '', label] = row.stateMachineArn.split('/');
    const machine = stateMachineOf(this.#store, stateMachineArn);
    return {
      ...describedMachine(this.#store, machine, row.definitionId),
      ...(mapRunArn === undefined ? {} : { mapRunArn, label }),
      updateDate: seconds(machine.updatedAt),
    };
  }
}

/** The error and cause that a caller gives.  */
export function errorAndCause(parameters: Parameters): { readonly error?: string; readonly cause?: string } {
  const error = parameters.optionalText('error');
  const cause = parameters.optionalText('cause');
  if (error !== undefined && error.length > longestError) throw tooLong('error', longestError);
  if (cause !== undefined && cause.length > longestCause) throw tooLong('cause', longestCause);
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

/** An execution of a Map Run is redriven with what the Map is in, not by itself. */
function byParentOnly(mapRunArn: string | undefined): string | undefined {
  return mapRunArn === undefined
    ? undefined
    : 'Execution is part of a Map Run and is redriven by its parent execution';
}

/** @param reason why the execution cannot be redriven */
function redriveStatusOf(reason: string | undefined, mapRunArn: string | undefined): object {
  if (reason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  return { redriveStatus: mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

/** An execution as lists show it. */
function listed(row: ExecutionRow): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.stateMachineArn,
    name: row.name,
    status: row.status,
    startDate: seconds(row.startedAt),
    ...(row.stoppedAt === null ? {} : { stopDate: seconds(row.stoppedAt) }),
    ...(row.versionArn === null ? {} : { stateMachineVersionArn: row.versionArn }),
    ...(row.aliasArn === null ? {} : { stateMachineAliasArn: row.aliasArn }),
    redriveCount: row.redriveCount,
    ...(row.redrivenAt === null ? {} : { redriveDate: seconds(row.redrivenAt) }),
  };
}

/** An event as `includeExecutionData: false` wants it. */
function withoutData(event: HistoryEvent): object {
  const hidden = new Set(['input', 'output', 'parameters', 'assignedVariables']);
  return Object.fromEntries(
    Object.entries(event).map(([name, details]) => [
      name,
      typeof details === 'object' && details !== null
        ? Object.fromEntries(Object.entries(details).filter(([key]) => !hidden.has(key)))
        : details,
    ]),
  );
}
