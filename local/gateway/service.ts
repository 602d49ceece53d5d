/** What a service of the embedded cloud is to the gateway: a handler of HTTP requests that asks before it acts. */

/** Who is calling: a role of the assembly (a function, a state machine, a rule) or the machine's owner. */
export interface Principal {
  /** ARN of the role, or `arn:aws:iam::<account>:root` for the owner's credentials. */
  readonly arn: string;
  /** True for the owner, whom no policy restricts. */
  readonly owner: boolean;
}

/** One question to IAM: may this principal do this action on this resource? */
export interface AuthorizationQuery {
  /** IAM action, e.g. `states:StartExecution`. */
  readonly action: string;
  /** ARN of the resource, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  /** Condition keys known for this call, e.g. `{ 'states:StateMachineQualifier': 'live' }`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** A signed request that has reached its service, body read. */
export interface ServiceRequest {
  readonly method: string;
  /** Path without query string, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly principal: Principal;
  /**
   * Throws `AwsError` (`AccessDenied` or `AccessDeniedException`, 403) unless the principal's synthesised identity
   * policies, with the resource's own policy, allow the action. Every service calls it before it acts.
   */
  authorize(query: AuthorizationQuery): void;
}

/** The answer to send; a string body is UTF-8. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A service behind the gateway. */
export interface Service {
  /** The service's signing name: `s3`, `states`, `ses`, `events`, `scheduler`, `lambda`, `secretsmanager`, `dynamodb`, `sqs`. */
  readonly signingName: string;
  /** How error answers are written: JSON with `__type` (AWS JSON and REST JSON) or S3's XML. */
  readonly errorFormat: 'json' | 'xml';
  /** The operations implemented, for `local/README.md`'s table; anything else is answered 501 with its name. */
  readonly operations: readonly string[];
  handle(request: ServiceRequest): Promise<ServiceResponse>;
}
