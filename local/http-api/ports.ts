/** What the HTTP APIs need from the embedded cloud around them. */
import type { DatabaseSync } from 'node:sqlite';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { Meter } from '../event-bridge/ports.ts';

/** A synchronous invocation on behalf of an API. */
export interface FunctionCall {
  /** ARN of the function, perhaps with a version or alias. */
  readonly functionArn: string;
  /** The event, payload format 2.0. */
  readonly payload: unknown;
  readonly servicePrincipal: 'apigateway.amazonaws.com';
  /** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<route path>`, which the function's permission must match. */
  readonly sourceArn: string;
}

/** The function's answer, or that it failed. */
export type FunctionAnswer =
  | { readonly outcome: 'returned'; readonly payload: unknown }
  | { readonly outcome: 'failed' };

export interface HttpApiPorts {
  /** The service's database; it makes its own table, `http_api_port`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly account: string;
  readonly region: string;
  /** Throws `AwsError` when the function's resource policy does not allow the API, or there is no such function. */
  invoke(call: FunctionCall): Promise<FunctionAnswer>;
  readonly meter?: Meter;
}
