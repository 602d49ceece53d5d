/** What DynamoDB refuses, in its own words. AWS: "Error handling with DynamoDB" and the errors of each API operation. */
import { AwsError } from '../gateway/aws-error.ts';

/** An error that carries more than its message, which the answer has besides it. */
export class DynamoDbError extends AwsError {
  /** Members of the answer besides the code and the message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code, message);
    this.details = details;
  }
}

/** A request that cannot be right, whatever the table holds. */
export function validation(message: string): DynamoDbError {
  return new DynamoDbError('ValidationException', message);
}

/** What AWS says of a parameter outside of its limits. @param value as AWS shows it, quotes included, or `null` */
export function constraint(value: string, parameter: string, must: string): DynamoDbError {
  return validation(
    `1 validation error detected: Value ${value} at '${parameter}' failed to satisfy constraint: Member must ${must}`,
  );
}

/** What AWS says of values that fit no item. */
export function invalidParameters(reason: string): DynamoDbError {
  return validation(`One or more parameter values were invalid: ${reason}`);
}

/** There is no such table. */
export function resourceNotFound(): DynamoDbError {
  return new DynamoDbError('ResourceNotFoundException', 'Requested resource not found');
}

/** @param met the item that was there, if the caller asked to see it */
export function conditionalCheckFailed(met?: object): DynamoDbError {
  return new DynamoDbError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    met === undefined ? {} : { Item: met },
  );
}

/** Why one part of a transaction did not happen; `None` for a part that could have. */
export interface CancellationReason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: object;
}

/** @param reasons one for each part, in their order */
export function transactionCanceled(reasons: readonly CancellationReason[]): DynamoDbError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new DynamoDbError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

/** Something that AWS has and this engine does not. @param what as its name ends a sentence */
export function notKnown(what: string): AwsError {
  return new AwsError('NotImplemented', `The embedded cloud's DynamoDB does not know ${what}.`, 501);
}
