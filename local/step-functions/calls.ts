/** Task calls: how answers and failures of the called services appear to a state machine. */
import { createHash } from 'node:crypto';
import { AwsError } from '../gateway/aws-error.ts';
import { uuidOf } from './core/functions.ts';
import type { TaskResource } from './core/resource.ts';
import { LambdaFunctionError } from './ports.ts';

/** The names AWS's integrations give services in errors and causes, where not just the name with a capital. */
const sdkNames: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDb',
  sfn: 'Sfn',
  sqs: 'Sqs',
  sns: 'Sns',
  eventbridge: 'EventBridge',
  secretsmanager: 'SecretsManager',
  sesv2: 'SesV2',
};

/** What errors of optimised integrations begin with, and what their causes call the service. */
const optimisedNames: Readonly<Record<string, readonly [string, string]>> = {
  dynamodb: ['DynamoDB', 'AmazonDynamoDBv2'],
  events: ['EventBridge', 'AmazonEventBridge'],
  sns: ['SNS', 'AmazonSNS'],
  sqs: ['SQS', 'AmazonSQS'],
  states: ['StepFunctions', 'AWSStepFunctions'],
};

/** A request id that is always the same for the same call, so that histories can be repeated. */
function requestIdOf(token: string): string {
  return uuidOf(createHash('sha256').update(`request ${token}`).digest());
}

/** An answer as optimised integrations give it: with metadata, its fields in alphabetical order. */
export function withMetadata(answer: object, token: string): object {
  const requestId = requestIdOf(token);
  const fields: Record<string, unknown> = {
    ...answer,
    SdkHttpMetadata: {
      AllHttpHeaders: { 'x-amzn-RequestId': [requestId] },
      HttpHeaders: { 'x-amzn-RequestId': requestId },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
  return Object.fromEntries(
    Object.keys(fields)
      .toSorted()
      .map((name) => [name, fields[name]]),
  );
}

/**
 * The error name and cause of a call that failed: a function's own error as it is; a service's exception under the
 * service's name, worded as AWS's SDK for Java words it.
 */
export function failureOf(
  thrown: unknown,
  resource: TaskResource,
  token: string,
): { readonly error: string; readonly cause: string } {
  if (thrown instanceof LambdaFunctionError) {
    return { error: thrown.errorType, cause: JSON.stringify(thrown.payload) };
  }
  if (!(thrown instanceof AwsError)) {
    return { error: 'States.TaskFailed', cause: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  const requestId = requestIdOf(token);
  const denied = thrown.code.startsWith('AccessDenied');
  if (resource.sdk) {
    const service =
      sdkNames[resource.service] ??
      `${resource.service.slice(0, 1).toUpperCase()}${resource.service.slice(1)}`;
    return {
      error: `${service}.${denied ? `${service}Exception` : exceptionName(thrown.code)}`,
      cause: `${thrown.message} (Service: ${service}, Status Code: ${thrown.status}, Request ID: ${requestId})`,
    };
  }
  const [prefix, service] = optimisedNames[resource.service] ?? ['Lambda', 'AWSLambda'];
  return {
    error: `${prefix}.${denied ? `${service.replace(/v2$/, '')}Exception` : exceptionName(thrown.code)}`,
    cause: `${thrown.message} (Service: ${service}; Status Code: ${thrown.status}; Error Code: ${thrown.code}; Request ID: ${requestId}; Proxy: null)`,
  };
}

function exceptionName(code: string): string {
  return code.endsWith('Exception') ? code : `${code}Exception`;
}
