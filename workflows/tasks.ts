/**
 * The two things a machine can do: call a function, and run a child machine. Both carry the one retry policy and a
 * time limit, and both ask IAM for exactly what they use (CDK's own tasks also grant every version of a function).
 */
import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  QueryLanguage,
  TaskStateBase,
  type TaskStateBaseProps,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StepName } from '#functions/lambdas.ts';
import type { MachineName } from '#functions/machines.ts';
import type { References } from './references.ts';
import { retryPolicy } from './retry.ts';

/** The time at which the state was entered: the `now` of every function. */
const now = '{% $states.context.State.EnteredTime %}';

/** A JSON object whose strings may be JSONata expressions, `{% … %}`. */
export type Expressions = Readonly<Record<string, unknown>>;

/** What differs between tasks. */
interface TaskSettings {
  /** One line on why the state is there; shown in the console and in the drawing. */
  readonly comment?: string;
  /** Workflow variables to set from `$states.result`. */
  readonly assign?: Expressions;
  /** The state's output; by default the result itself. */
  readonly output?: unknown;
}

abstract class Task extends TaskStateBase {
  protected readonly taskMetrics = {};
  protected readonly taskPolicies: PolicyStatement[];
  readonly #resource: string;
  readonly #arguments: Expressions;

  constructor(
    scope: Construct,
    id: string,
    settings: TaskSettings & {
      resource: string;
      arguments: Expressions;
      timeout: Timeout;
      policies: PolicyStatement[];
    },
  ) {
    const props: TaskStateBaseProps = {
      queryLanguage: QueryLanguage.JSONATA,
      taskTimeout: settings.timeout,
      ...(settings.comment === undefined ? {} : { comment: settings.comment }),
      ...(settings.assign === undefined ? {} : { assign: settings.assign }),
      ...(settings.output === undefined ? {} : { outputs: settings.output }),
    };
    super(scope, id, props);
    this.#resource = settings.resource;
    this.#arguments = settings.arguments;
    this.taskPolicies = settings.policies;
    this.addRetry(retryPolicy);
  }

  protected _renderTask(): object {
    return { Resource: this.#resource, Arguments: this.#arguments };
  }
}

/** What a call of a step is made of. */
export interface CallSettings extends TaskSettings {
  readonly function: StepName;
  /** The step's event; `now` is added unless it brings its own. */
  readonly payload: Expressions;
  /** The task's time limit; longer than the Lambda's own. */
  readonly seconds?: number;
}

/** What a call that waits to be resumed is made of. */
export interface CallAndAwaitSettings extends TaskSettings {
  readonly function: StepName;
  readonly payload: Expressions;
  /** A JSONata expression for the whole seconds to wait. */
  readonly seconds: string;
}

/** What a child is run by. */
export interface ChildSettings extends TaskSettings {
  readonly machine: MachineName;
  /**
   * A JSONata expression (without `{% %}`) for the execution's name: it follows from the parent's, so the same step never
   * starts two children, and an administrator finds them by reading. A redriven parent starts the step's child again,
   * as `…-redrive-1`, because a name is never given twice.
   */
  readonly name: string;
  readonly input: Expressions;
  /** The time limit; longer than the child's own, so that the child is the one to say it was late. */
  readonly days: number;
}

/** Calls a step's Lambda, which finds the step by the payload, and continues with its answer (`$states.result.Payload`). */
export class CallFunction extends Task {
  constructor(scope: Construct, id: string, references: References, settings: CallSettings) {
    const functionArn = references.functionArn(settings.function);
    super(scope, id, {
      ...settings,
      resource: 'arn:aws:states:::lambda:invoke',
      arguments: {
        FunctionName: functionArn,
        Payload: { step: settings.function, now, ...settings.payload },
      },
      timeout: Timeout.duration(Duration.seconds(settings.seconds ?? 90)),
      policies: [invoke(functionArn)],
    });
  }
}

/**
 * Calls a function with the state's token and waits until the execution is resumed with it
 * (`$states.result` is what it is resumed with), or until the time limit.
 */
export class CallAndAwait extends Task {
  constructor(scope: Construct, id: string, references: References, settings: CallAndAwaitSettings) {
    const functionArn = references.functionArn(settings.function);
    super(scope, id, {
      ...settings,
      resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      arguments: {
        FunctionName: functionArn,
        Payload: {
          step: settings.function,
          ...settings.payload,
          taskToken: '{% $states.context.Task.Token %}',
          now,
        },
      },
      timeout: Timeout.jsonata(settings.seconds),
      policies: [invoke(functionArn)],
    });
  }
}

/**
 * The whole seconds from the entering of the state to a moment, for its time limit; a second at least.
 *
 * @param moment a JSONata expression (without `{% %}`) for an ISO 8601 timestamp
 */
export function secondsUntil(moment: string): string {
  return `{% $max([1, $ceil(($toMillis(${moment}) - $toMillis($states.context.State.EnteredTime)) / 1000)]) %}`;
}

/** What distinguishes the children of a redriven parent from those before. */
const ofRedrive =
  "($states.context.Execution.RedriveCount > 0 ? '-redrive-' & $string($states.context.Execution.RedriveCount) : '')";

/** Runs a child machine to its end and continues with its output (`$states.result.Output`). */
export class RunChild extends Task {
  constructor(scope: Construct, id: string, references: References, settings: ChildSettings) {
    const child = references.machine(settings.machine);
    super(scope, id, {
      ...settings,
      resource: 'arn:aws:states:::states:startExecution.sync:2',
      arguments: {
        StateMachineArn: child.aliasArn,
        Name: `{% ${settings.name} & ${ofRedrive} %}`,
        Input: settings.input,
      },
      timeout: Timeout.duration(Duration.days(settings.days)),
      // https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#connect-stepfunctions-permissions
      policies: [
        allow(['states:StartExecution'], [child.machineArn]),
        allow(['states:DescribeExecution', 'states:StopExecution'], [child.executionsArn]),
        allow(['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], [references.childEndedRuleArn]),
      ],
    });
  }
}

function invoke(functionArn: string): PolicyStatement {
  return allow(['lambda:InvokeFunction'], [functionArn]);
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
}
