/**
 * The one stack that every Lambda runs in: settings parsed once, event parsed by its schema, logs, metrics and
 * traces. Three doors, by who calls: Step Functions, EventBridge, the HTTP API.
 *
 * Business time is a value that comes with the event (`now`); nothing below asks a clock.
 * Functions are invoked at least once, so every logic given to these is safe to run again.
 */
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { Environment, StepName } from '#functions/lambdas.ts';
import { dynamoDb } from '#functions/runtime/clients.ts';
import { environmentOf } from '#functions/runtime/environment.ts';
import { asError, InvalidEvent } from '#functions/runtime/errors.ts';
import { logger, metrics, tracer } from '#functions/runtime/observability.ts';
import { createStore, type Store } from '#functions/store/store.ts';

/** What the stack gives a function's logic with its event. */
export interface Tools<Step extends StepName> {
  readonly env: Environment<Step>;
  /** The table's store; only a function that is given a table has one. */
  readonly store: Environment<Step> extends { TABLE_NAME: string } ? Store : undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

let made: Store | undefined;

/** One store in a container: its client keeps its connections from one event to the next. */
function storeOf(env: object): Store | undefined {
  if (!('TABLE_NAME' in env) || typeof env.TABLE_NAME !== 'string') return undefined;
  made ??= createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  return made;
}

function toolsOf<Step extends StepName>(step: Step): Tools<Step> {
  const env = environmentOf(step);
  return { env, store: storeOf(env), logger, metrics } as Tools<Step>;
}

/** Business time as it travels in events: ISO 8601 in UTC. */
export const nowSchema = z.iso.datetime();

type LambdaHandler<Result> = (event: unknown, context: Context) => Promise<Result>;

/** Most invocations count nothing; Powertools' own middleware would warn of each of them. */
function publish() {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
const publishMetrics = { after: publish, onError: publish };

/** Wraps a function in the stack. The event's ids go on every log line; its content does not. */
function inStack<Step extends StepName, Result>(
  step: Step,
  run: (event: unknown, tools: Tools<Step>) => Promise<Result>,
): LambdaHandler<Result> {
  return middy<unknown, Result>()
    .use([
      injectLambdaContext(logger, { resetKeys: true }),
      ...(tracer === undefined ? [] : [captureLambdaHandler(tracer, { captureResponse: false })]),
      publishMetrics,
    ])
    .handler(async (event: unknown) => {
      logger.appendKeys({ step, ...idsOf(event) });
      try {
        return await run(event, toolsOf(step));
      } catch (error) {
        logger.error('The function failed.', asError(error));
        throw error;
      }
    });
}

/** Ids by which log lines of one proposal are found. */
const loggedIds = z.object({ proposalId: z.string().optional(), askId: z.string().optional() }).catch({});
function idsOf(event: unknown) {
  return loggedIds.parse(event);
}

function parseEvent<Schema extends z.ZodType>(step: StepName, schema: Schema, event: unknown) {
  const result = schema.safeParse(event);
  if (!result.success) throw new InvalidEvent(step, result.error);
  return result.data;
}

/**
 * A task of a state machine: its payload in, its result out, its error's name as the state's error.
 *
 * @throws `InvalidEvent` for a payload that does not fit the schema, which no `Retry` should retry
 */
export function taskHandler<Step extends StepName, Schema extends z.ZodType, Result>(
  step: Step,
  schema: Schema,
  logic: (event: z.output<Schema>, tools: Tools<Step>) => Promise<Result>,
): LambdaHandler<Result> {
  return inStack(step, (event, tools) => logic(parseEvent(step, schema, event), tools));
}

const eventBridgeEvent = z.object({ time: nowSchema, detail: z.unknown() });

/**
 * A target of an EventBridge rule. Logic gets the event's `detail`, parsed, and its `time` as `now`.
 * Delivery is at least once and in no order; what throws is delivered again and ends in the dead-letter queue.
 */
export function eventHandler<Step extends StepName, Schema extends z.ZodType>(
  step: Step,
  detailSchema: Schema,
  logic: (detail: z.output<Schema>, tools: Tools<Step> & { now: string }) => Promise<void>,
): LambdaHandler<void> {
  return inStack(step, (event, tools) => {
    const { time, detail } = parseEvent(step, eventBridgeEvent, event);
    return logic(parseEvent(step, detailSchema, detail), { ...tools, now: time });
  });
}

/** A request as the HTTP API passes it on, with its body decoded. */
export interface HttpRequest {
  method: string;
  path: string;
  pathParameters: Record<string, string>;
  query: Record<string, string>;
  /** Names in lower case; cookies are apart. */
  headers: Record<string, string>;
  /** As the browser sent them: `name=value`. */
  cookies: string[];
  body: string;
  /** When the request reached the API; ISO 8601. */
  now: string;
}

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  /** Whole `Set-Cookie` values, which the payload format wants apart from the other headers. */
  cookies?: string[];
  body: string;
}

const stringsByName = z.record(z.string(), z.string());

/**
 * The part of the payload format 2.0 that is used
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
const httpEvent = z.object({
  rawPath: z.string(),
  headers: stringsByName.default({}),
  cookies: z.array(z.string()).default([]),
  queryStringParameters: stringsByName.default({}),
  pathParameters: stringsByName.default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ timeEpoch: z.number(), http: z.object({ method: z.string() }) }),
});

/** What a caller gets when the function itself failed: no detail, and what to do. */
const failedAnswer: HttpAnswer = {
  statusCode: 500,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: 'Terjadi kesalahan di pihak kami. Silakan coba lagi beberapa menit lagi.\nSomething failed on our side. Please try again in a few minutes.\n',
};

/**
 * A route of the HTTP API.
 *
 * @param failed the answer when logic throws; the error is logged and never shown
 */
export function httpHandler<Step extends StepName>(
  step: Step,
  logic: (request: HttpRequest, tools: Tools<Step>) => Promise<HttpAnswer>,
  failed: HttpAnswer = failedAnswer,
): LambdaHandler<HttpAnswer> {
  return inStack(step, async (event, tools) => {
    const parsed = parseEvent(step, httpEvent, event);
    try {
      return await logic(
        {
          method: parsed.requestContext.http.method,
          path: parsed.rawPath,
          pathParameters: parsed.pathParameters,
          query: parsed.queryStringParameters,
          headers: Object.fromEntries(
            Object.entries(parsed.headers).map(([header, value]) => [header.toLowerCase(), value]),
          ),
          cookies: parsed.cookies,
          body: parsed.isBase64Encoded ? Buffer.from(parsed.body, 'base64').toString('utf8') : parsed.body,
          now: new Date(parsed.requestContext.timeEpoch).toISOString(),
        },
        tools,
      );
    } catch (error) {
      tools.logger.error('The request failed.', asError(error));
      return failed;
    }
  });
}
