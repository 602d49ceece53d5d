/** The AWS JSON protocol: the operation in a header, its input and output as JSON. */
import { AwsError } from './aws-error.ts';
import type { ServiceRequest, ServiceResponse } from './service.ts';

/** The operation that `X-Amz-Target` names. */
export function operationOf(request: ServiceRequest): string {
  return (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
}

/** The request's input; an object. @throws {AwsError} `SerializationException` */
export function inputOf(request: ServiceRequest): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(request.body.toString('utf8') || '{}');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Refused below, as everything that is no JSON object is.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

/** A JSON answer. */
export function jsonAnswer(output: object): ServiceResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(output),
  };
}

/** An answer of a service that speaks REST with JSON bodies, and of the cloud's own pages. */
export function restAnswer(output: unknown): ServiceResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
}

/** What a service answers to an operation that it does not have. */
export function notImplemented(service: string, operation: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `The embedded cloud does not implement ${service}:${operation || '(no operation named)'}.`,
    501,
  );
}
