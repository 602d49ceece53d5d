/** Conditions and filters with their placeholders looked up: functions from an item to whether it fits. */
import {
  type AttributeType,
  type AttributeValue,
  attributeTypes,
  type Item,
  isAttributeType,
  membersOf,
  typeOf,
} from '../values/attribute-value.ts';
import { areEqual, compareValues } from '../values/compare.ts';
import { binarySize } from '../values/size.ts';
import { type Comparator, type Condition, parseCondition } from './condition-syntax.ts';
import { arePathsEqual, type Path, showPath, valueAt } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import type { Call, Operand } from './syntax.ts';
import { type ExpressionKind, refused } from './tokens.ts';

/** Whether an item fits; an item that is not there is an empty one. */
export type Test = (item: Item) => boolean;

/** A condition that was looked up. */
export interface BoundCondition {
  readonly test: Test;
  /** Attributes that it speaks of. */
  readonly attributes: ReadonlySet<string>;
}

/** An operand that was looked up. */
interface Bound {
  readonly read: (item: Item) => AttributeValue | undefined;
  /** For what is known whatever the item. */
  readonly type?: AttributeType;
  readonly value?: AttributeValue;
  readonly path?: Path;
}

/** @throws {DynamoDbError} for what no item could be asked */
export function bindCondition(
  kind: ExpressionKind,
  text: string,
  placeholders: Placeholders,
): BoundCondition {
  const binder = new Binder(kind, placeholders);
  const test = binder.condition(parseCondition(kind, text));
  return { test, attributes: binder.attributes };
}

/** How many operands each function takes. */
const arity: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

class Binder {
  readonly attributes = new Set<string>();
  readonly #kind: ExpressionKind;
  readonly #placeholders: Placeholders;

  constructor(kind: ExpressionKind, placeholders: Placeholders) {
    this.#kind = kind;
    this.#placeholders = placeholders;
  }

  condition(condition: Condition): Test {
    switch (condition.kind) {
      case 'and': {
        const [left, right] = [this.condition(condition.left), this.condition(condition.right)];
        return (item) => left(item) && right(item);
      }
      case 'or': {
        const [left, right] = [this.condition(condition.left), this.condition(condition.right)];
        return (item) => left(item) || right(item);
      }
      case 'not': {
        const test = this.condition(condition.condition);
        return (item) => !test(item);
      }
      case 'compare':
        return this.#comparison(
          condition.operator,
          this.#operand(condition.left),
          this.#operand(condition.right),
        );
      case 'between':
        return this.#between(
          this.#operand(condition.operand),
          this.#operand(condition.low),
          this.#operand(condition.high),
        );
      case 'in': {
        const operand = this.#operand(condition.operand);
        const choices = condition.choices.map((choice) => this.#operand(choice));
        return (item) => {
          const value = operand.read(item);
          return value !== undefined && choices.some((choice) => isEqualTo(value, choice.read(item)));
        };
      }
      default:
        return this.#function(condition);
    }
  }

  #operand(operand: Operand): Bound {
    switch (operand.kind) {
      case 'value': {
        const value = this.#placeholders.value(this.#kind, operand.name);
        return { read: () => value, type: typeOf(value), value };
      }
      case 'path': {
        const path = this.#placeholders.path(this.#kind, operand.path);
        if (typeof path[0] === 'string') this.attributes.add(path[0]);
        return { read: (item) => valueAt(item, path), path };
      }
      default:
        return this.#size(operand);
    }
  }

  #size(call: Call): Bound {
    const [of] = this.#operands(call);
    if (of === undefined) throw this.#refusal('size of nothing');
    if (of.type === 'N' || of.type === 'BOOL' || of.type === 'NULL') {
      throw this.#wrongOperand('operator or function', 'size', of.type);
    }
    return {
      type: 'N',
      read: (item) => {
        const size = sizeOf(of.read(item));
        return size === undefined ? undefined : { N: String(size) };
      },
    };
  }

  #operands({ name, operands }: Call): readonly Bound[] {
    const bound = operands.map((each) => this.#operand(each));
    if (bound.length !== arity[name]) {
      throw this.#refusal(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${bound.length}`,
      );
    }
    const [first, second] = bound;
    if (first !== undefined && second !== undefined) this.#expectDistinct(name, first, second);
    return bound;
  }

  #function(call: Call): Test {
    const { name } = call;
    const [first, second] = this.#operands(call);
    if (first === undefined) throw this.#refusal('A function without operands.');
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      if (first.path === undefined) {
        throw this.#refusal(`Operator or function requires a document path; operator or function: ${name}`);
      }
      const wanted = name === 'attribute_exists';
      return (item) => (first.read(item) !== undefined) === wanted;
    }
    if (second === undefined) throw this.#refusal('A function without its second operand.');
    switch (name) {
      case 'attribute_type':
        return this.#attributeType(first, second);
      case 'begins_with':
        for (const { type } of [first, second]) {
          if (type !== undefined && type !== 'S' && type !== 'B') {
            throw this.#wrongOperand('operator or function', name, type);
          }
        }
        return (item) => beginsWith(first.read(item), second.read(item));
      default:
        return (item) => contains(first.read(item), second.read(item));
    }
  }

  #attributeType(first: Bound, second: Bound): Test {
    const wanted = second.value !== undefined && 'S' in second.value ? second.value.S : undefined;
    if (wanted === undefined) {
      const type = second.type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
      throw this.#wrongOperand('operator or function', 'attribute_type', type);
    }
    if (!isAttributeType(wanted)) {
      throw this.#refusal(
        `Invalid attribute type name found; type: ${wanted}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
      );
    }
    return (item) => {
      const value = first.read(item);
      return value !== undefined && typeOf(value) === wanted;
    };
  }

  #comparison(operator: Comparator, left: Bound, right: Bound): Test {
    this.#expectDistinct(operator, left, right);
    if (operator === '=') return (item) => isEqualTo(left.read(item), right.read(item));
    if (operator === '<>') return (item) => !isEqualTo(left.read(item), right.read(item));
    this.#expectOrdered(operator, [left, right]);
    const holds = orders[operator];
    return (item) => {
      const [one, other] = [left.read(item), right.read(item)];
      const order = one === undefined || other === undefined ? undefined : compareValues(one, other);
      return order !== undefined && holds(order);
    };
  }

  /** Of values that are known whatever the item, only texts, numbers and binaries have an order. */
  #expectOrdered(operator: string, operands: readonly Bound[]): void {
    for (const { type } of operands) {
      if (type !== undefined && type !== 'S' && type !== 'N' && type !== 'B') {
        throw this.#wrongOperand('operator', operator, type);
      }
    }
  }

  #between(operand: Bound, low: Bound, high: Bound): Test {
    this.#expectOrdered('BETWEEN', [operand, low, high]);
    if (low.value !== undefined && high.value !== undefined) {
      const bounds =
        `lower bound operand: AttributeValue: ${show(low.value)}, ` +
        `upper bound operand: AttributeValue: ${show(high.value)}`;
      if (low.type !== high.type) {
        throw this.#refusal(
          `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
        );
      }
      if ((compareValues(low.value, high.value) ?? 0) > 0) {
        throw this.#refusal(
          `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
        );
      }
    }
    return (item) => {
      const [value, from, to] = [operand.read(item), low.read(item), high.read(item)];
      if (value === undefined || from === undefined || to === undefined) return false;
      const [above, below] = [compareValues(value, from), compareValues(value, to)];
      return above !== undefined && below !== undefined && above >= 0 && below <= 0;
    };
  }

  #expectDistinct(operator: string, first: Bound, second: Bound): void {
    if (first.path === undefined || second.path === undefined) return;
    if (!arePathsEqual(first.path, second.path)) return;
    throw this.#refusal(
      'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${operator}, first operand: ${showPath(first.path)}`,
    );
  }

  #wrongOperand(what: string, name: string, type: string): Error {
    return this.#refusal(
      `Incorrect operand type for operator or function; ${what}: ${name}, operand type: ${type}`,
    );
  }

  #refusal(reason: string): Error {
    return refused(this.#kind, reason);
  }
}

const orders: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** What is not there is equal to nothing. */
function isEqualTo(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  return one !== undefined && other !== undefined && areEqual(one, other);
}

function beginsWith(value: AttributeValue | undefined, start: AttributeValue | undefined): boolean {
  if (value === undefined || start === undefined) return false;
  if ('S' in value && 'S' in start) return value.S.startsWith(start.S);
  if (!('B' in value && 'B' in start)) return false;
  const [bytes, first] = [Buffer.from(value.B, 'base64'), Buffer.from(start.B, 'base64')];
  return bytes.subarray(0, first.length).equals(first);
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) {
    return 'B' in part && Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  }
  if ('L' in value) return value.L.some((member) => areEqual(member, part));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  return 'BS' in value && 'B' in part && value.BS.includes(part.B);
}

/** Of a text its UTF-16 units, of a binary its bytes, of the rest its members. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if ('S' in value) return value.S.length;
  if ('B' in value) return binarySize(value.B);
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return membersOf(value)?.length;
}

/** As AWS shows a value in messages. */
function show(value: AttributeValue): string {
  const type = attributeTypes.find((each) => each in value);
  return `{${type}:${Object.values(value).join()}}`;
}
