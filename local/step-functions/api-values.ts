/** How times, pages and errors are written in answers. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import type { Parameters } from './parameters.ts';

/** An operation: its parameters in, its answer out. */
type Operation = (parameters: Parameters, request: ServiceRequest) => object | Promise<object>;

/** Operations by their names in the API. */
export type Operations = Readonly<Record<string, Operation>>;

/** Seconds since the epoch, as the API has times, of milliseconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** A limit of the API on the length of a parameter. */
export function tooLong(name: string, limit: number): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
  );
}

/** The token that leads on from a place in a list. */
export function pageToken(position: number): string {
  return Buffer.from(`page ${position}`).toString('base64url');
}

/** One page of a list that is all in memory. */
export function paged(name: string, all: readonly object[], parameters: Parameters): object {
  const from = parameters.page() ?? 0;
  const limit = parameters.number('maxResults', 0, 1000) || 100;
  const next = from + limit;
  return { [name]: all.slice(from, next), ...(next < all.length ? { nextToken: pageToken(next) } : {}) };
}
