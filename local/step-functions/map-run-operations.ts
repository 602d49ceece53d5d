/** Operations on Map Runs: the executions of distributed Maps. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import { type Operations, paged, seconds } from './api-values.ts';
import { parseExecutionArn } from './arns.ts';
import type { Engine } from './engine.ts';
import type { ChildRow, MapRunRow, MapRunStore } from './map-run-store.ts';
import type { Parameters } from './parameters.ts';

export class MapRunOperations {
  readonly handlers: Operations;
  readonly #engine: Engine;
  readonly #store: MapRunStore;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#store = engine.mapRuns.store;
    this.handlers = {
      DescribeMapRun: (parameters, request) => this.#describeMapRun(parameters, request),
      ListMapRuns: (parameters, request) => this.#listMapRuns(parameters, request),
      UpdateMapRun: (parameters, request) => this.#updateMapRun(parameters, request),
    };
  }

  #describeMapRun(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#mapRun(parameters, request, 'DescribeMapRun');
    const children = this.#store.children(row.arn);
    const { plan } = row;
    const byDefault =
      plan.toleratedFailureCount === undefined && plan.toleratedFailurePercentage === undefined;
    return {
      mapRunArn: row.arn,
      executionArn: row.executionArn,
      status: row.status,
      startDate: seconds(row.startedAt),
      ...(row.stoppedAt === null ? {} : { stopDate: seconds(row.stoppedAt) }),
      maxConcurrency: plan.maxConcurrency,
      toleratedFailureCount: plan.toleratedFailureCount ?? 0,
      toleratedFailurePercentage: plan.toleratedFailurePercentage ?? (byDefault ? 0 : 100),
      itemCounts: counts(row, children, ({ items }) => items),
      executionCounts: counts(row, children, () => 1),
      redriveCount: row.redriveCount,
      ...(row.redrivenAt === null ? {} : { redriveDate: seconds(row.redrivenAt) }),
    };
  }

  #listMapRuns(parameters: Parameters, request: ServiceRequest): object {
    const executionArn = parameters.text('executionArn');
    parseExecutionArn(executionArn);
    request.authorize({ action: 'states:ListMapRuns', resource: executionArn });
    const all = this.#store.of(executionArn).map((row) => ({
      executionArn,
      mapRunArn: row.arn,
      stateMachineArn: row.plan.stateMachineArn,
      startDate: seconds(row.startedAt),
      ...(row.stoppedAt === null ? {} : { stopDate: seconds(row.stoppedAt) }),
    }));
    return paged('mapRuns', all, parameters);
  }

  #updateMapRun(parameters: Parameters, request: ServiceRequest): object {
    const row = this.#mapRun(parameters, request, 'UpdateMapRun');
    const concurrency = parameters.number('maxConcurrency', 0, 10_000);
    const count = parameters.number('toleratedFailureCount', 0, Number.MAX_SAFE_INTEGER);
    const percentage = parameters.number('toleratedFailurePercentage', 0, 100);
    if (concurrency === undefined && count === undefined && percentage === undefined) {
      throw new AwsError('ValidationException', 'Expected a limit to change.');
    }
    if (row.status === 'RUNNING') {
      this.#engine.mapRuns.update(row, {
        ...(concurrency === undefined ? {} : { maxConcurrency: concurrency === 0 ? 10_000 : concurrency }),
        ...(count === undefined ? {} : { toleratedFailureCount: count }),
        ...(percentage === undefined ? {} : { toleratedFailurePercentage: percentage }),
      });
    }
    return {};
  }

  #mapRun(parameters: Parameters, request: ServiceRequest, action: string): MapRunRow {
    const arn = parameters.text('mapRunArn');
    if (!/^arn:[\w-]+:states:[\w-]+:\d{12}:mapRun:[^:]+\/[^:]+:[^:]+$/.test(arn)) {
      throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    }
    request.authorize({ action: `states:${action}`, resource: arn });
    const row = this.#store.get(arn);
    if (row === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return row;
  }
}

/** How many of a Map Run's items or executions stand how. */
function counts(row: MapRunRow, children: readonly ChildRow[], weight: (child: ChildRow) => number): object {
  const sum = (status: string | null): number =>
    children.filter((child) => child.status === status).reduce((total, child) => total + weight(child), 0);
  const written = row.status === 'SUCCEEDED' && row.plan.writer?.arguments !== undefined;
  return {
    pending: sum(null),
    running: sum('RUNNING'),
    succeeded: sum('SUCCEEDED'),
    failed: sum('FAILED'),
    timedOut: sum('TIMED_OUT'),
    aborted: sum('ABORTED'),
    total: children.reduce((total, child) => total + weight(child), 0),
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
    resultsWritten: written ? children.reduce((total, child) => total + weight(child), 0) : 0,
  };
}
