/**
 * Reserved concurrency: how many of a function's calls may be under way at once.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
import { AwsError } from '../gateway/aws-error.ts';
import type { LambdaFunction } from './functions.ts';

/** The function runs as often as it may: HTTP status 429. */
export class TooManyRequests extends AwsError {
  readonly reason = 'ReservedFunctionConcurrentInvocationLimitExceeded';

  constructor() {
    super('TooManyRequestsException', 'Rate Exceeded.', 429);
  }
}

export class Concurrency {
  readonly #underWay = new Map<string, number>();

  /**
   * Counts a call that begins.
   * @returns to be called when it has ended
   * @throws {TooManyRequests}
   */
  begin({ arn, reservedConcurrency }: LambdaFunction): () => void {
    const before = this.#underWay.get(arn) ?? 0;
    if (reservedConcurrency !== undefined && before >= reservedConcurrency) throw new TooManyRequests();
    this.#underWay.set(arn, before + 1);
    return () => this.#underWay.set(arn, (this.#underWay.get(arn) ?? 1) - 1);
  }
}
