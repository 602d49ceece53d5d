/** What the Step Functions service needs from the embedded cloud around it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { AuthorizationQuery } from '../gateway/service.ts';

/** One call of a Task state to another service, to be made with the rights of the state machine's role. */
export interface IntegrationCall {
  /** The service in the task's resource: `lambda`, `sqs`; for `aws-sdk:dynamodb:putItem` it is `dynamodb`. */
  readonly service: string;
  /** The action in the task's resource in camel case: `invoke`, `putItem`. */
  readonly action: string;
  /** True for `arn:aws:states:::aws-sdk:<service>:<action>`, which takes and answers exactly what the API does. */
  readonly sdk: boolean;
  /** The state's evaluated `Arguments`. */
  readonly arguments: unknown;
  /** The state machine's role: the call is judged by its policies. */
  readonly roleArn: string;
  /** The execution the call is made for. */
  readonly executionArn: string;
}

/**
 * A Lambda function that ran and failed (`FunctionError` in Invoke's answer). The task's error is `errorType`, its
 * cause the function's error object as JSON text, as AWS's optimised integration has it.
 */
export class LambdaFunctionError extends Error {
  readonly errorType: string;
  readonly payload: unknown;

  /**
   * @param payload the function's error object, `{errorType, errorMessage, stackTrace?}`; a time-out has
   *   `errorType: 'Sandbox.Timedout'`
   */
  constructor(payload: unknown) {
    const fields = typeof payload === 'object' && payload !== null ? payload : {};
    const text = (name: string): string | undefined => {
      const value: unknown = Reflect.get(fields, name);
      return typeof value === 'string' ? value : undefined;
    };
    super(text('errorMessage') ?? 'The function failed.');
    this.name = 'LambdaFunctionError';
    this.errorType = text('errorType') ?? 'Lambda.Unknown';
    this.payload = payload;
  }
}

/** An event of the service for EventBridge's default bus. */
export interface StatusChange {
  readonly source: 'aws.states';
  readonly detailType: 'Step Functions Execution Status Change';
  readonly detail: Readonly<Record<string, unknown>>;
  /** The execution's ARN. */
  readonly resources: readonly string[];
}

/** Where tokens, uuids and jitter come from; seeded, so that virtual time can be repeated to the byte. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
}

/** The part of the usage meter that the service uses. */
interface TransitionMeter {
  count(service: string, operation: string, amounts?: { readonly amount?: number }): void;
}

/** The service's surroundings. */
export interface StepFunctionsPorts {
  /** The service's database; it makes its own tables, named `sfn_*`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Account id, 12 digits. */
  readonly account: string;
  readonly region: string;
  /**
   * Makes a task's call. For `lambda`/`invoke` it resolves to `{StatusCode, ExecutedVersion, Payload}` with `Payload`
   * parsed; else to the operation's answer. It throws `LambdaFunctionError` when the function itself failed and
   * `AwsError` for everything the called service refuses. It is called again after a restart if it had not returned.
   */
  integrate(call: IntegrationCall): Promise<unknown>;
  /** Throws `AwsError` unless the role's policies allow the action; for nested executions. */
  authorizeAs(roleArn: string, query: AuthorizationQuery): void;
  /** Hands an event to EventBridge; called after the change is committed, again if the process died in between. */
  publish(event: StatusChange): void | Promise<void>;
  readonly meter?: TransitionMeter;
  /** The machine's own randomness by default. */
  readonly chance?: Chance;
}

/** A state machine of the assembly, intrinsics resolved. */
interface StateMachineResource {
  readonly arn: string;
  readonly name: string;
  /** The definition as JSON text, substitutions already made. */
  readonly definition: string;
  readonly roleArn: string;
}

/** A published version: `arn` ends in its number. */
interface StateMachineVersionResource {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly description?: string;
}

/** An alias: `arn` ends in its name. */
interface StateMachineAliasResource {
  readonly arn: string;
  readonly name: string;
  readonly routing: readonly { readonly versionArn: string; readonly weight: number }[];
}

/** What the assembly holds for this service. */
export interface StateMachineResources {
  readonly stateMachines: readonly StateMachineResource[];
  readonly versions?: readonly StateMachineVersionResource[];
  readonly aliases?: readonly StateMachineAliasResource[];
}
