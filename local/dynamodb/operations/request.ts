/** Reading requests: parameters within their limits, the table, the key, the expressions. */
import { textOf } from '../../declared-resource.ts';
import type { Axis, Charge } from '../capacity.ts';
import { type DynamoDbError, invalidParameters, notKnown, resourceNotFound, validation } from '../errors.ts';
import { Placeholders } from '../expressions/placeholders.ts';
import type { ExpressionKind } from '../expressions/tokens.ts';
import type { TableDatabase } from '../storage/database.ts';
import type { Table } from '../storage/table.ts';
import { type KeyAttribute, type KeySchema, namesOf } from '../storage/table-schema.ts';
import { type AttributeValue, attributeOf, type Item, parseItem, typeOf } from '../values/attribute-value.ts';
import { itemSize } from '../values/size.ts';

export type Input = Readonly<Record<string, unknown>>;

/** What operations work with. */
export interface Context {
  readonly database: TableDatabase;
  /** Milliseconds since the epoch, in the cloud's time. */
  readonly now: () => number;
  readonly account: string;
  readonly region: string;
}

/** What an operation answers: the answer's members as JSON, and what was consumed. */
export interface Outcome {
  readonly members: readonly string[];
  readonly charges: readonly Charge[];
  /** What a transaction's capacity is said to be of. */
  readonly axis?: Axis;
}

/** A member of the answer. @param json its value, as JSON */
export function member(name: string, json: string): string {
  return `"${name}":${json}`;
}

/** Limits of parameters, by parameter. */
type Limits = Readonly<Record<string, readonly string[]>>;

export const capacityModes = ['INDEXES', 'TOTAL', 'NONE'] as const;

/** Parameters that many operations have. */
export const commonLimits: Limits = {
  ReturnConsumedCapacity: capacityModes,
  ReturnItemCollectionMetrics: ['SIZE', 'NONE'],
};

/**
 * Refuses values that a parameter does not take, all at once.
 * @throws {DynamoDbError}
 */
export function expectWithin(input: Input, limits: Limits): void {
  const wrong = Object.entries(limits).flatMap(([name, allowed]) => {
    const value = input[name];
    if (value === undefined || value === null || allowed.includes(String(value))) return [];
    return [
      `Value '${String(value)}' at '${parameterName(name)}' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${allowed.join(', ')}]`,
    ];
  });
  if (wrong.length > 0) {
    throw validation(
      `${wrong.length} validation error${wrong.length > 1 ? 's' : ''} detected: ${wrong.join('; ')}`,
    );
  }
}

function parameterName(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** @throws {DynamoDbError} for a name that no table could have, or that none has */
export function tableOf({ database }: Context, given: unknown): Table {
  const name = tableName(given);
  const table = database.table(name);
  if (table === undefined) throw resourceNotFound();
  return table;
}

const longestName = 255;

/** The table's name, of a name or an ARN. @throws {DynamoDbError} */
export function tableName(given: unknown): string {
  const refuse = (value: string, must: string): DynamoDbError =>
    validation(
      `1 validation error detected: Value ${value} at 'tableName' failed to satisfy constraint: Member must ${must}`,
    );
  const name = textOf(given);
  if (name === undefined) throw refuse('null', 'not be null');
  const arn = /^arn:aws[^:]*:dynamodb:[^:]*:[^:]*:table\/(.+)$/.exec(name);
  if (arn?.[1] !== undefined) return arn[1];
  if (name === '') throw refuse(`'${name}'`, 'have length greater than or equal to 1');
  if (name.length > longestName) {
    throw refuse(`'${name}'`, `have length less than or equal to ${longestName}`);
  }
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    throw refuse(`'${name}'`, 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  return name;
}

/**
 * Looks up the request's placeholders.
 * @param kinds the expressions that the operation takes
 * @param legacy parameters of the older kind that the operation takes at AWS
 * @throws {DynamoDbError} `NotImplemented` for a parameter of the older kind
 */
export function placeholdersOf(
  operation: string,
  input: Input,
  kinds: readonly ExpressionKind[],
  legacy: readonly string[] = [],
): Placeholders {
  const given = (name: string): boolean => input[name] !== undefined && input[name] !== null;
  const expressions = kinds.filter(given);
  const older = legacy.filter(given);
  if (older.length > 0 && expressions.length > 0) {
    throw validation(
      'Can not use both expression and non-expression parameters in the same request: ' +
        `Non-expression parameters: {${older.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    );
  }
  if (older[0] !== undefined)
    throw notKnown(`${older[0]} of ${operation}, a legacy parameter; use an expression`);
  if (given('ExpressionAttributeNames') && expressions.length === 0) {
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  }
  // A projection has no values.
  const withValues = kinds.filter((kind) => kind !== 'ProjectionExpression');
  if (given('ExpressionAttributeValues') && !withValues.some(given)) {
    const [only, ...others] = withValues;
    throw validation(
      'ExpressionAttributeValues can only be specified when using expressions' +
        (only === undefined
          ? ''
          : others.length === 0
            ? `: ${only} is null`
            : `: ${withValues.join(' and ')} are null`),
    );
  }
  return new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
}

/** The expression in a request, if it has that one. @throws {DynamoDbError} */
export function expressionIn(input: Input, kind: ExpressionKind): string | undefined {
  const given = input[kind];
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string') throw validation(`${kind} must be a string.`);
  return given;
}

/** The key in a request, as values. @throws {DynamoDbError} for what is no map of values */
export function keyIn(input: Input, name = 'Key'): Item {
  const given = input[name];
  if (given === undefined || given === null) {
    throw validation(
      `1 validation error detected: Value null at '${parameterName(name)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return parseItem(given);
}

/** @throws {DynamoDbError} for a key that is not the table's */
export function expectKey({ key: schema }: { readonly key: KeySchema }, key: Item): void {
  const names = namesOf(schema);
  if (Object.keys(key).length !== names.length) throw noMatch();
  for (const attribute of attributesOf(schema)) {
    const value = attributeOf(key, attribute.name);
    if (value === undefined || typeOf(value) !== attribute.type) throw noMatch();
    expectKeyValue(attribute, value);
  }
  expectKeySize(schema, key);
}

export function noMatch(): DynamoDbError {
  return validation('The provided key element does not match the schema');
}

export function attributesOf({ partition, sort }: KeySchema): readonly KeyAttribute[] {
  return sort === undefined ? [partition] : [partition, sort];
}

/** @throws {EmptyKeyValue} */
export function expectKeyValue({ name }: KeyAttribute, value: AttributeValue): void {
  const empty = emptinessOf(value);
  if (empty !== undefined) {
    throw emptyKeyValue(
      `The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${name}`,
    );
  }
}

/** What a value without content would be. */
export function emptinessOf(value: AttributeValue): 'string' | 'binary' | undefined {
  if ('S' in value && value.S === '') return 'string';
  return 'B' in value && value.B === '' ? 'binary' : undefined;
}

const emptyKeyValues = new WeakSet<Error>();

/** A key attribute without content: refused at once, in a transaction too. */
export function emptyKeyValue(reason: string): DynamoDbError {
  const error = validation(`One or more parameter values are not valid. ${reason}`);
  emptyKeyValues.add(error);
  return error;
}

export function isEmptyKeyValue(error: Error): boolean {
  return emptyKeyValues.has(error);
}

const largest = { partition: 2048, sort: 1024 };

/** @throws {DynamoDbError} for a key that is too large; AWS words it without a blank */
export function expectKeySize({ partition, sort }: KeySchema, key: Item): void {
  const sizeOf = ({ name }: KeyAttribute): number => {
    const value = attributeOf(key, name);
    return value === undefined ? 0 : itemSize({ '': value });
  };
  if (sizeOf(partition) > largest.partition) {
    throw invalidParameters(
      `Size of hashkey has exceeded the maximum size limit of${largest.partition} bytes`,
    );
  }
  if (sort !== undefined && sizeOf(sort) > largest.sort) {
    throw invalidParameters(
      `Aggregated size of all range keys has exceeded the size limit of ${largest.sort} bytes`,
    );
  }
}
