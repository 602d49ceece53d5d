/** Fields of a state evaluated to the type they must have, with AWS's causes when they have another. */
import { Datum } from './datum.ts';
import { evaluate, type Scope, type Template } from './expression.ts';
import { type Failure, queryEvaluationFailure, type StateFailure } from './failure.ts';

/** The value of a field as data to pass on. */
export async function datumOf(template: Template, scope: Scope): Promise<Datum> {
  const value = evaluate(template, scope);
  return Datum.of(value instanceof Promise ? await value : value);
}

/**
 * A whole number not less than `least`, or undefined for a field that is not there.
 * @param most the largest number it may be; a field with one may have a fraction
 */
export async function numberOf(
  template: Template | undefined,
  field: string,
  scope: Scope,
  least: number,
  most?: number,
): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const value = await evaluate(template, scope);
  if (typeof value !== 'number') throw unexpectedType(template, field, 'number', value);
  if (most !== undefined) {
    if (value >= least && value <= most) return value;
    throw queryEvaluationFailure(
      field,
      `The ${field} parameter must be a number between ${least} and ${most}, but was ${JSON.stringify(value)}`,
    );
  }
  if (!Number.isInteger(value) || value < least) {
    throw queryEvaluationFailure(
      field,
      `The ${field} parameter must be an integer not less than ${least}, but was ${JSON.stringify(value)}`,
    );
  }
  return value;
}

/** A truth value. */
export async function truthOf(template: Template, field: string, scope: Scope): Promise<boolean> {
  const value = await evaluate(template, scope);
  if (typeof value !== 'boolean') throw unexpectedType(template, field, 'boolean', value);
  return value;
}

/** A text, or undefined for a field that is not there. */
export async function textOf(
  template: Template | undefined,
  field: string,
  scope: Scope,
): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const value = await evaluate(template, scope);
  if (typeof value !== 'string') throw unexpectedType(template, field, 'string', value);
  return value;
}

/** Milliseconds of an ISO 8601 date-time with an offset. */
export async function timeOf(template: Template, field: string, scope: Scope): Promise<number> {
  const text = (await textOf(template, field, scope)) ?? '';
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw queryEvaluationFailure(
    field,
    `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${text}`,
  );
}

/** One item of a Map. */
export interface Item {
  readonly value: unknown;
  /** Set when the items are an object's fields. */
  readonly key?: string;
}

/** A Map's items: an array's elements or an object's keys and values. */
export async function itemsOf(
  template: Template | undefined,
  input: unknown,
  scope: Scope,
): Promise<readonly Item[]> {
  const value = template === undefined ? input : await evaluate(template, scope);
  if (Array.isArray(value)) return value.map((item: unknown) => ({ value: item }));
  if (isRecord(value)) {
    return Object.entries(value).map(([key, field]) => ({ key, value: { Key: key, Value: field } }));
  }
  throw unexpectedType(template ?? { kind: 'constant', value }, 'Items', 'array', value);
}

/** Why data longer than 256 KiB fails the state or task `name`. */
export function tooMuchData(name: string): Failure {
  return {
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function unexpectedType(template: Template, field: string, expected: string, value: unknown): StateFailure {
  const source = template.kind === 'expression' ? template.expression.source : JSON.stringify(value);
  return queryEvaluationFailure(
    field,
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`,
  );
}
