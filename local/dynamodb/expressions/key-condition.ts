/**
 * Key conditions: one value of the partition key, and what the sort key must be.
 * AWS: "Key condition expressions for the Query operation in DynamoDB".
 */
import { invalidParameters, validation } from '../errors.ts';
import type { KeyAttribute } from '../storage/table-schema.ts';
import { type AttributeValue, typeOf } from '../values/attribute-value.ts';
import { compareValues } from '../values/compare.ts';
import { type Comparator, type Condition, parseCondition } from './condition-syntax.ts';
import type { Placeholders } from './placeholders.ts';
import type { Operand } from './syntax.ts';
import { refused } from './tokens.ts';

/** What is asked of one key attribute. */
export type KeyTest =
  | { readonly operator: Exclude<Comparator, '<>'>; readonly value: AttributeValue }
  | { readonly operator: 'begins_with'; readonly value: AttributeValue }
  | { readonly operator: 'between'; readonly value: AttributeValue; readonly high: AttributeValue };

export interface KeyCondition {
  readonly partition: AttributeValue;
  readonly sort?: KeyTest;
}

const kind = 'KeyConditionExpression';

/** What stands on the other side when a comparison is turned round. */
const turned: Readonly<Record<Exclude<Comparator, '<>'>, Exclude<Comparator, '<>'>>> = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Reads a key condition for a table's or an index's key.
 * @throws {DynamoDbError} for what does not name the partition, or says more than the key can be asked
 */
export function bindKeyCondition(
  text: string,
  placeholders: Placeholders,
  partitionKey: KeyAttribute,
  sortKey: KeyAttribute | undefined,
): KeyCondition {
  const tests = new Map<string, KeyTest>();
  for (const condition of conjuncts(parseCondition(kind, text))) {
    const [name, test] = keyTest(condition, placeholders);
    if (tests.has(name))
      throw refused(kind, 'KeyConditionExpressions must only contain one condition per key');
    tests.set(name, test);
  }
  if (tests.size > 2) throw validation('Conditions can be of length 1 or 2 only');
  const partition = tests.get(partitionKey.name);
  if (partition === undefined) throw missed(partitionKey);
  if (partition.operator !== '=') throw validation('Query key condition not supported');
  expectType(partition, partitionKey);
  if (tests.size === 1) return { partition: partition.value };
  if (sortKey === undefined) throw validation('Query key condition not supported');
  const sort = tests.get(sortKey.name);
  if (sort === undefined) throw missed(sortKey);
  expectType(sort, sortKey);
  return { partition: partition.value, sort };
}

function missed({ name }: KeyAttribute): Error {
  return validation(`Query condition missed key schema element: ${name}`);
}

function expectType(test: KeyTest, key: KeyAttribute): void {
  const values = test.operator === 'between' ? [test.value, test.high] : [test.value];
  if (values.some((value) => typeOf(value) !== key.type)) {
    throw invalidParameters('Condition parameter type does not match schema type');
  }
  for (const value of values) {
    if (('S' in value && value.S === '') || ('B' in value && value.B === '')) {
      throw validation(
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an ' +
          `empty ${'S' in value ? 'string' : 'binary'} value. Key: ${key.name}`,
      );
    }
  }
}

function conjuncts(condition: Condition): readonly Condition[] {
  if (condition.kind === 'and') return [...conjuncts(condition.left), ...conjuncts(condition.right)];
  if (condition.kind === 'or' || condition.kind === 'not' || condition.kind === 'in') {
    throw refused(kind, `Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`);
  }
  return [condition];
}

function keyTest(condition: Condition, placeholders: Placeholders): readonly [string, KeyTest] {
  switch (condition.kind) {
    case 'compare': {
      const { operator, left, right } = condition;
      if (operator === '<>') throw refused(kind, 'Invalid operator used in KeyConditionExpression: <>');
      const isTurned = left.kind === 'value' && right.kind === 'path';
      const [name, value] = isTurned ? [right, left] : [left, right];
      return [
        keyName(name, operator, placeholders),
        { operator: isTurned ? turned[operator] : operator, value: keyValue(value, placeholders) },
      ];
    }
    case 'between': {
      const [value, high] = [keyValue(condition.low, placeholders), keyValue(condition.high, placeholders)];
      if (typeOf(value) === typeOf(high) && (compareValues(value, high) ?? 0) > 0) {
        throw refused(
          kind,
          'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
            `lower bound operand: AttributeValue: {${typeOf(value)}:${Object.values(value).join()}}, ` +
            `upper bound operand: AttributeValue: {${typeOf(high)}:${Object.values(high).join()}}`,
        );
      }
      return [keyName(condition.operand, 'BETWEEN', placeholders), { operator: 'between', value, high }];
    }
    default: {
      if (condition.kind !== 'call' || condition.name !== 'begins_with') {
        const name = condition.kind === 'call' ? condition.name : condition.kind;
        throw refused(kind, `Invalid operator used in KeyConditionExpression: ${name}`);
      }
      const [key, start] = condition.operands;
      if (key === undefined || start === undefined || condition.operands.length > 2) {
        throw refused(
          kind,
          `Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: ${condition.operands.length}`,
        );
      }
      const value = keyValue(start, placeholders);
      const type = typeOf(value);
      if (type !== 'S' && type !== 'B') {
        throw refused(
          kind,
          `Incorrect operand type for operator or function; operator or function: begins_with, operand type: ${type}`,
        );
      }
      return [keyName(key, 'begins_with', placeholders), { operator: 'begins_with', value }];
    }
  }
}

function keyName(operand: Operand, operator: string, placeholders: Placeholders): string {
  if (operand.kind === 'call')
    throw refused(kind, 'KeyConditionExpressions cannot contain nested operations');
  if (operand.kind === 'value') {
    throw refused(
      kind,
      `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
    );
  }
  const [name, ...nested] = placeholders.path(kind, operand.path);
  if (nested.length > 0)
    throw refused(kind, 'KeyConditionExpressions cannot have conditions on nested attributes');
  return String(name);
}

function keyValue(operand: Operand, placeholders: Placeholders): AttributeValue {
  if (operand.kind === 'value') return placeholders.value(kind, operand.name);
  throw refused(
    kind,
    operand.kind === 'call'
      ? 'KeyConditionExpressions cannot contain nested operations'
      : 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
  );
}
