/** Lambda: functions of the assembly run in worker threads, called and answered as AWS does. */

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { DeclaredResource } from '../declared-resource.ts';
import { uuidOf } from '../derived-id.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { UsageMeter } from '../usage/meter.ts';
import { AsynchronousEvents, type FailedEvent } from './asynchronous-events.ts';
import { Concurrency, TooManyRequests } from './concurrency.ts';
import type { FunctionClock, FunctionSetup, Outcome } from './function-thread.ts';
import { functionsOf, type LambdaFunction } from './functions.ts';
import type { KeptEnvironments } from './kept-environments.ts';
import { FunctionThreads } from './threads.ts';

export interface LambdaPorts {
  /** The service's database; it makes its own table, `lambda_event`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly meter: UsageMeter;
  readonly account: string;
  readonly region: string;
  /** The folder for compiled code of functions. */
  readonly codeCache: string;
  /** The folder for what functions print. */
  readonly logDirectory: string;
  /** The variables that AWS gives to every function: credentials of its role, endpoint, region. */
  environmentOf(roleArn: string): Readonly<Record<string, string>>;
  /** Puts an event that failed for good into its queue. */
  sendToQueue(
    roleArn: string,
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** How far the function's `Date` is ahead of the machine's: milliseconds; used unless time is virtual. */
  ahead(): number;
  /** Functions of a cloud before this one, and for one after it. */
  readonly kept?: KeptEnvironments | undefined;
}

/** The largest request and response: bytes. AWS: "Lambda quotas". */
const largestPayload = 6 * 1024 * 1024;
const largestEvent = 1024 * 1024;

/** The result of a synchronous invocation. */
export interface Invocation {
  /** JSON text. */
  readonly payload: string;
  readonly failed: boolean;
}

export class LambdaService implements Service {
  readonly signingName = 'lambda';
  readonly errorFormat = 'json';
  readonly operations = ['Invoke'];
  readonly #ports: LambdaPorts;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #setups = new Map<string, FunctionSetup>();
  readonly #threads: FunctionThreads;
  readonly #events: AsynchronousEvents;
  readonly #concurrency = new Concurrency();
  #requests = 0;

  constructor(ports: LambdaPorts) {
    this.#ports = ports;
    this.#events = new AsynchronousEvents({
      ...ports,
      run: (functionArn, payload, requestId) => this.#run(this.#find(functionArn), payload, requestId),
      functionOf: (functionArn) => this.#find(functionArn),
      giveUp: (event) => this.#giveUp(event),
    });
    const { codeCache, kept } = ports;
    this.#threads = new FunctionThreads({
      codeCache,
      kept,
      setupOf: (arn) => {
        const target = this.#functions.get(arn);
        return target && this.#setupOf(target);
      },
    });
  }

  /** Makes the assembly's functions known. @throws {UnsupportedFeature} */
  define(resources: readonly DeclaredResource[], assetOf: (s3Key: string) => string): void {
    for (const each of functionsOf(resources, assetOf)) this.#functions.set(each.arn, each);
  }

  /** Takes up the asynchronous events that a stop or a kill left undone. Once, after everything is defined. */
  resume(): void {
    this.#events.resume();
  }

  /** The functions' names. */
  get names(): readonly string[] {
    return [...this.#functions.values()].map(({ name }) => name);
  }

  /** The file of what a function printed, if there is such a function. */
  logFile(name: string): string | undefined {
    return this.names.includes(name) ? join(this.#ports.logDirectory, `${name}.log`) : undefined;
  }

  /**
   * Invokes a function and waits for its answer. The caller's right must have been judged.
   * @param payload JSON text
   * @throws {AwsError} `ResourceNotFoundException`, `RequestTooLargeException`, `TooManyRequestsException`
   */
  async invoke(functionArn: string, payload: string): Promise<Invocation> {
    if (Buffer.byteLength(payload) > largestPayload) throw tooLarge(largestPayload);
    const { payload: answer, failed } = await this.#run(this.#find(functionArn), payload, this.#requestId());
    return { payload: answer, failed };
  }

  /**
   * Queues an event for a function; it is kept until it was handled or has failed for good.
   * @throws {AwsError} `ResourceNotFoundException`, `RequestTooLargeException`
   */
  enqueue(functionArn: string, payload: string): void {
    if (Buffer.byteLength(payload) > largestEvent) throw tooLarge(largestEvent);
    this.#events.add(this.#find(functionArn).arn, payload, this.#requestId());
  }

  /** The function's unqualified ARN, which permissions name. @throws {AwsError} `ResourceNotFoundException` */
  resourceOf(functionArn: string): string {
    return this.#find(functionArn).arn;
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path)?.[1];
    if (name === undefined || request.method !== 'POST') {
      throw new AwsError(
        'NotImplemented',
        `lambda: ${request.method} ${request.path} is not known here.`,
        501,
      );
    }
    const given = decodeURIComponent(name);
    const { account, region } = this.#ports;
    const arn = given.startsWith('arn:') ? given : `arn:aws:lambda:${region}:${account}:function:${given}`;
    const resource = this.resourceOf(arn);
    request.authorize({ action: 'lambda:InvokeFunction', resource });
    const payload = request.body.length === 0 ? '{}' : request.body.toString('utf8');
    refuseOtherThanJson(payload);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') return { status: 204 };
    if (type === 'Event') {
      this.enqueue(resource, payload);
      return { status: 202 };
    }
    let answer: Invocation;
    try {
      answer = await this.invoke(resource, payload);
    } catch (error) {
      if (error instanceof TooManyRequests) return refusal(error);
      throw error;
    }
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amz-executed-version': '$LATEST',
        ...(answer.failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
      },
      body: answer.payload,
    };
  }

  /** Ends all functions, or leaves them to the next cloud. */
  async close(): Promise<void> {
    this.#events.close();
    await this.#threads.close();
  }

  #find(functionArn: string): LambdaFunction {
    const arn = functionArn.split(':').slice(0, 7).join(':');
    const qualifier = functionArn.split(':')[7];
    const found = this.#functions.get(arn);
    if (found === undefined || (qualifier !== undefined && qualifier !== '$LATEST')) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn}`, 404);
    }
    return found;
  }

  #requestId(): string {
    this.#requests += 1;
    return uuidOf(`lambda/${this.#ports.clock.now()}/${this.#requests}`);
  }

  async #run(target: LambdaFunction, payload: string, requestId: string): Promise<Outcome> {
    const leave = this.#concurrency.begin(target);
    const end = this.#ports.activity.begin();
    try {
      const setup = this.#setupOf(target);
      const clock = this.#functionClock();
      const logFile = join(this.#ports.logDirectory, `${target.name}.log`);
      const outcome = await this.#threads.invoke(setup, { requestId, payload, clock, logFile });
      this.#ports.meter.count('lambda', 'invocation', { ms: outcome.ms, memoryMb: target.memoryMb });
      return outcome;
    } finally {
      leave();
      end();
    }
  }

  #functionClock(): FunctionClock {
    const { clock } = this.#ports;
    return clock.mode === 'virtual' ? { frozenAt: clock.now(), ahead: 0 } : { ahead: this.#ports.ahead() };
  }

  /** What a function is started with, always the same. */
  #setupOf(target: LambdaFunction): FunctionSetup {
    const known = this.#setups.get(target.arn);
    if (known !== undefined) return known;
    const { region } = this.#ports;
    const setup: FunctionSetup = {
      moduleUrl: target.moduleUrl,
      taskRoot: target.taskRoot,
      exportName: target.exportName,
      functionName: target.name,
      functionArn: target.arn,
      logGroupName: target.logGroupName,
      memoryMb: target.memoryMb,
      timeoutMs: target.timeoutMs,
      variables: {
        ...this.#ports.environmentOf(target.roleArn),
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_LAMBDA_FUNCTION_NAME: target.name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: target.logGroupName,
        AWS_LAMBDA_LOG_STREAM_NAME: `${target.name}/[$LATEST]`,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        LAMBDA_TASK_ROOT: fileURLToPath(target.taskRoot).replace(/\/$/, ''),
        // There is no daemon to send traces to: a segment that is not sampled is not sent, and without AWS_EXECUTION_ENV
        // the libraries that would make one stay quiet.
        _X_AMZN_TRACE_ID: 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
        TZ: ':UTC',
        ...target.variables,
      },
    };
    this.#setups.set(target.arn, setup);
    return setup;
  }

  async #giveUp(event: FailedEvent): Promise<void> {
    const target = this.#find(event.functionArn);
    if (target.failureQueueArn === undefined) return;
    const error = event.error === undefined ? undefined : errorOf(event.error);
    const body = target.failureIsDestination
      ? JSON.stringify({
          version: '1.0',
          timestamp: new Date(this.#ports.clock.now()).toISOString(),
          requestContext: {
            requestId: event.requestId,
            functionArn: `${target.arn}:$LATEST`,
            condition: event.condition,
            approximateInvokeCount: event.attempts,
          },
          requestPayload: JSON.parse(event.payload),
          ...(error && {
            responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
            responsePayload: error,
          }),
        })
      : event.payload;
    await this.#ports.sendToQueue(target.roleArn, target.failureQueueArn, body, {
      RequestID: event.requestId,
      ErrorCode: error ? '200' : '429',
      ErrorMessage: error ? String(error.errorMessage ?? '').slice(0, 1024) : 'Rate Exceeded.',
    });
  }
}

/** The answer 429, which says what was exceeded besides that something was. */
function refusal({ code, message, reason, status }: TooManyRequests): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Reason: reason, Type: 'User', message }),
  };
}

/** @throws {AwsError} `InvalidRequestContentException` */
function refuseOtherThanJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function tooLarge(limit: number): AwsError {
  return new AwsError(
    'RequestTooLargeException',
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    413,
  );
}

function errorOf(payload: string): { readonly errorType?: string; readonly errorMessage?: string } {
  const parsed: unknown = JSON.parse(payload);
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}
