/** The measurements that alarms and the dashboard are made of. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MachineName } from '#functions/machines.ts';
import type { Stage } from '../stage.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Machines } from './machines.ts';

const period = Duration.minutes(5);

export class Signals {
  readonly undelivered: IMetric;
  readonly failedInvocations: IMetric;
  readonly apiErrors: IMetric;
  readonly apiLatency: IMetric;
  readonly bounceRate: IMetric;
  readonly #machines: Machines;
  readonly #stage: Stage;

  constructor(parts: {
    readonly stage: Stage;
    readonly machines: Machines;
    readonly deadLetters: DeadLetters;
    readonly api: HttpApi;
  }) {
    this.#stage = parts.stage;
    this.#machines = parts.machines;
    this.undelivered = parts.deadLetters.undelivered.metricApproximateNumberOfMessagesVisible({ period });
    this.failedInvocations = parts.deadLetters.failed.metricApproximateNumberOfMessagesVisible({ period });
    this.apiErrors = parts.api.metricServerError({ period });
    this.apiLatency = parts.api.metricLatency({ period, statistic: 'p95' });
    this.bounceRate = new Metric({
      namespace: 'AWS/SES',
      metricName: 'Reputation.BounceRate',
      statistic: 'max',
      period,
    });
  }

  /** Executions of a machine that began. */
  started(name: MachineName): IMetric {
    return this.#machines.machine(name).metricStarted({ period, label: name });
  }

  /** Executions of a machine that ended as they should. */
  succeeded(name: MachineName): IMetric {
    return this.#machines.machine(name).metricSucceeded({ period, label: name });
  }

  /** Executions of a machine that failed, were aborted or ran out of time. */
  unfinished(name: MachineName): IMetric {
    const machine = this.#machines.machine(name);
    // Ids are shared by all metrics of a graph.
    const suffix = name.replace('-', '_');
    return new MathExpression({
      expression: `failed_${suffix} + aborted_${suffix} + late_${suffix}`,
      usingMetrics: {
        [`failed_${suffix}`]: machine.metricFailed({ period }),
        [`aborted_${suffix}`]: machine.metricAborted({ period }),
        [`late_${suffix}`]: machine.metricTimedOut({ period }),
      },
      label: name,
      period,
    });
  }

  /** A Lambda metric of every function of the stage, for graphs (alarms cannot search). */
  ofEachFunction(metricName: 'Errors' | 'Throttles' | 'Duration', statistic: 'Sum' | 'p95'): IMetric {
    return search(
      `{AWS/Lambda,FunctionName} MetricName="${metricName}" FunctionName="jaring-${this.#stage.name}-"`,
      statistic,
    );
  }

  /** What the functions count themselves: everything in the namespace of our service. */
  counted(): IMetric {
    return search('Namespace="Jaring" service="jaring"', 'Sum');
  }
}

function search(terms: string, statistic: string): IMetric {
  return new MathExpression({
    expression: `SEARCH('${terms}', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}
