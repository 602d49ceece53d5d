/** What `#names` and `:values` of a request's expressions stand for, and which of them were used. */
import { DynamoDbError, validation } from '../errors.ts';
import { type AttributeValue, parseValue } from '../values/attribute-value.ts';
import type { Path } from './path.ts';
import { type ExpressionKind, refused } from './tokens.ts';

const placeholderName = { '#': /^#[A-Za-z0-9_]+$/, ':': /^:[A-Za-z0-9_]+$/ };

export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unused: { readonly names: Set<string>; readonly values: Set<string> };

  /**
   * @param names `ExpressionAttributeNames` as it came
   * @param values `ExpressionAttributeValues` as it came
   * @throws {DynamoDbError} for what could be no placeholder and no value
   */
  constructor(names: unknown, values: unknown) {
    this.#names = new Map(
      entriesOf('ExpressionAttributeNames', '#', names).map(([name, meaning]) => {
        if (typeof meaning !== 'string') {
          throw new DynamoDbError('SerializationException', 'Unexpected value type in payload');
        }
        return [name, meaning];
      }),
    );
    this.#values = new Map(
      entriesOf('ExpressionAttributeValues', ':', values).map(([name, meaning]) => [
        name,
        this.#value(name, meaning),
      ]),
    );
    this.#unused = { names: new Set(this.#names.keys()), values: new Set(this.#values.keys()) };
  }

  #value(name: string, meaning: unknown): AttributeValue {
    try {
      return parseValue(meaning);
    } catch (error) {
      if (!(error instanceof DynamoDbError) || error.code !== 'ValidationException') throw error;
      throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
    }
  }

  /** A path with names in place of placeholders. @throws {DynamoDbError} for one that stands for nothing */
  path(kind: ExpressionKind, parsed: Path): Path {
    return parsed.some(isPlaceholder)
      ? parsed.map((step) => (isPlaceholder(step) ? this.#name(kind, step) : step))
      : parsed;
  }

  #name(kind: ExpressionKind, placeholder: string): string {
    const name = this.#names.get(placeholder);
    if (name === undefined) {
      throw refused(
        kind,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.#unused.names.delete(placeholder);
    return name;
  }

  /** @throws {DynamoDbError} for a placeholder that stands for nothing */
  value(kind: ExpressionKind, placeholder: string): AttributeValue {
    const value = this.#values.get(placeholder);
    if (value === undefined) {
      throw refused(
        kind,
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.#unused.values.delete(placeholder);
    return value;
  }

  /** @throws {DynamoDbError} if a placeholder is in no expression */
  expectAllUsed(): void {
    for (const [parameter, unused] of [
      ['ExpressionAttributeNames', this.#unused.names],
      ['ExpressionAttributeValues', this.#unused.values],
    ] as const) {
      if (unused.size > 0) {
        throw validation(
          `Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(', ')}}`,
        );
      }
    }
  }
}

function isPlaceholder(step: string | number): step is string {
  return typeof step === 'string' && step.startsWith('#');
}

function entriesOf(parameter: string, sign: '#' | ':', given: unknown): [string, unknown][] {
  if (given === undefined || given === null) return [];
  const entries = Object.entries(given);
  if (entries.length === 0) throw validation(`${parameter} must not be empty`);
  for (const [name] of entries) {
    if (!placeholderName[sign].test(name)) {
      throw validation(`${parameter} contains invalid key: Syntax error; key: "${name}"`);
    }
  }
  return entries;
}
