/**
 * The values of an item, as DynamoDB's JSON has them. What comes from outside is checked and brought into the one form in
 * which it is kept: numbers without needless zeros, and nothing besides the type and its value.
 * AWS: "AttributeValue" in the API reference; "Supported data types and naming rules in Amazon DynamoDB".
 */
import { DynamoDbError, invalidParameters, validation } from '../errors.ts';
import { normalNumber } from './number.ts';

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  /** Base64. */
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, or the members of a map. */
export type Item = Readonly<Record<string, AttributeValue>>;

export const attributeTypes = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const;
export type AttributeType = (typeof attributeTypes)[number];

export function isAttributeType(text: string): text is AttributeType {
  return (attributeTypes as readonly string[]).includes(text);
}

/** How deep lists and maps may lie in one another. */
const deepest = 32;

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new TypeError('A value without a type.');
}

/** The value's content, if it is of that type. */
export function textIn(value: AttributeValue | undefined, type: 'S' | 'N' | 'B'): string | undefined {
  if (value === undefined) return undefined;
  if (type === 'S') return 'S' in value ? value.S : undefined;
  if (type === 'N') return 'N' in value ? value.N : undefined;
  return 'B' in value ? value.B : undefined;
}

/** Members of a set, whatever their type. */
export function membersOf(value: AttributeValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  return 'BS' in value ? value.BS : undefined;
}

/** A set of that type. */
export function setOf(type: 'SS' | 'NS' | 'BS', members: readonly string[]): AttributeValue {
  if (type === 'SS') return { SS: members };
  return type === 'NS' ? { NS: members } : { BS: members };
}

/** An attribute of an item, which may be named as something that every object has. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Sets an attribute, whatever its name. */
export function setAttribute(
  item: Record<string, AttributeValue>,
  name: string,
  value: AttributeValue,
): void {
  if (name !== '__proto__') item[name] = value;
  else Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
}

/** An item of some of these attributes. */
export function itemOf(attributes: Iterable<readonly [string, AttributeValue]>): Item {
  const item: Record<string, AttributeValue> = {};
  for (const [name, value] of attributes) setAttribute(item, name, value);
  return item;
}

/**
 * Reads an item from a request.
 * @throws {DynamoDbError} for anything that is no map of values
 */
export function parseItem(input: unknown): Item {
  return parseMembers(input, 0);
}

function parseMembers(input: unknown, depth: number): Item {
  if (!isObject(input)) throw unexpected(input);
  const item: Record<string, AttributeValue> = {};
  for (const name of Object.keys(input)) setAttribute(item, name, parseValue(input[name], depth));
  return item;
}

/**
 * Reads a value from a request.
 * @param depth in how many lists and maps it lies
 * @throws {DynamoDbError}
 */
export function parseValue(input: unknown, depth = 0): AttributeValue {
  if (!isObject(input)) throw unexpected(input);
  const types = Object.keys(input).filter((type) => input[type] !== null && isAttributeType(type));
  const [type] = types;
  if (type === undefined) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (types.length > 1) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  const content = input[type];
  switch (type) {
    case 'S':
      return { S: textOf(content) };
    case 'N':
      return { N: normalNumber(textOf(content)) };
    case 'B':
      return { B: parseBinary(content) };
    case 'BOOL':
      if (typeof content !== 'boolean') throw unexpected(content);
      return { BOOL: content };
    case 'NULL':
      if (typeof content !== 'boolean') throw unexpected(content);
      if (!content) throw invalidParameters('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'L': {
      if (!Array.isArray(content)) throw unexpected(content);
      const inside = deeper(depth);
      return { L: content.map((member) => parseValue(member, inside)) };
    }
    case 'M':
      return { M: parseMembers(content, deeper(depth)) };
    default:
      return parseSet(type, content);
  }
}

function deeper(depth: number): number {
  if (depth >= deepest) {
    throw validation(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  return depth + 1;
}

function parseSet(type: string, content: unknown): AttributeValue {
  if (!Array.isArray(content)) throw unexpected(content);
  if (content.length === 0) {
    throw invalidParameters(
      type === 'SS'
        ? 'An string set  may not be empty'
        : type === 'NS'
          ? 'An number set  may not be empty'
          : 'Binary sets should not be empty',
    );
  }
  const members = content.map((member) =>
    type === 'NS' ? normalNumber(textOf(member)) : type === 'BS' ? parseBinary(member) : textOf(member),
  );
  if (new Set(members).size < members.length) {
    const collection = `Input collection [${content.join(', ')}]`;
    throw type === 'NS'
      ? validation('Input collection contains duplicates')
      : invalidParameters(
          type === 'BS'
            ? `${collection}of type BS contains duplicates.`
            : `${collection} contains duplicates.`,
        );
  }
  return setOf(type === 'SS' || type === 'NS' ? type : 'BS', members);
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function parseBinary(content: unknown): string {
  const text = textOf(content);
  if (!base64.test(text)) throw serialization(`Invalid Base64: ${text.slice(0, 40)}`);
  // The bits behind the last byte are nothing of the value.
  return text.endsWith('=') ? Buffer.from(text, 'base64').toString('base64') : text;
}

function textOf(content: unknown): string {
  if (typeof content !== 'string') throw unexpected(content);
  return content;
}

/** Another kind of JSON than the protocol has there. */
function unexpected(content: unknown): DynamoDbError {
  return serialization(
    typeof content === 'object'
      ? 'Start of structure or map found where not expected'
      : 'Unexpected value type in payload',
  );
}

function serialization(message: string): DynamoDbError {
  return new DynamoDbError('SerializationException', message);
}

function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
