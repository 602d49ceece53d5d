/** Parses conditions, filters and key conditions. AWS: "Comparison operator and function reference in DynamoDB". */
import {
  type Call,
  keepingParsed,
  type Operand,
  Problems,
  parseOperand,
  redundantParentheses,
} from './syntax.ts';
import { Cursor } from './tokens.ts';

const comparators = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Comparator = (typeof comparators)[number];

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare';
      readonly operator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly choices: readonly Operand[] }
  | Call;

/** Something in an expression: a condition or an operand, and whether it stood in parentheses of its own. */
interface Parsed {
  readonly node: Condition | Operand;
  readonly grouped: boolean;
}

const functions = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

/** `IN` takes no more choices. */
const mostChoices = 100;

/** @throws {DynamoDbError} for what is no condition */
export const parseCondition = keepingParsed((kind, text): Condition => {
  const cursor = new Cursor(kind, text);
  const parser = new ConditionParser(cursor);
  const condition = parser.condition(parser.disjunction());
  cursor.expectEnd();
  parser.problems.raise(cursor);
  return condition;
});

class ConditionParser {
  readonly problems = new Problems();
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  disjunction(): Parsed {
    const left = this.#conjunction();
    if (!this.#cursor.acceptsWord('OR')) return left;
    const right = this.disjunction();
    return plain({ kind: 'or', left: this.condition(left), right: this.condition(right) });
  }

  #conjunction(): Parsed {
    const left = this.#negation();
    if (!this.#cursor.acceptsWord('AND')) return left;
    const right = this.#conjunction();
    return plain({ kind: 'and', left: this.condition(left), right: this.condition(right) });
  }

  #negation(): Parsed {
    if (!this.#cursor.acceptsWord('NOT')) return this.#comparison();
    return plain({ kind: 'not', condition: this.condition(this.#negation()) });
  }

  #comparison(): Parsed {
    const cursor = this.#cursor;
    const left = this.#unit();
    const operator = comparators.find((each) => cursor.accepts(each));
    if (operator !== undefined) {
      return plain({
        kind: 'compare',
        operator,
        left: this.#operand(left),
        right: this.#operand(this.#unit()),
      });
    }
    if (cursor.acceptsWord('BETWEEN')) {
      const operand = this.#operand(left);
      const low = this.#operand(this.#unit());
      if (!cursor.acceptsWord('AND')) throw cursor.unexpected();
      return plain({ kind: 'between', operand, low, high: this.#operand(this.#unit()) });
    }
    if (cursor.acceptsWord('IN')) {
      const operand = this.#operand(left);
      cursor.expect('(');
      const choices: Operand[] = [];
      do choices.push(this.#operand(this.#unit()));
      while (cursor.accepts(','));
      cursor.expect(')');
      if (choices.length > mostChoices) {
        throw cursor.refusal(
          `Too many operands for the IN operator; number of operands: ${choices.length + 1}`,
        );
      }
      return plain({ kind: 'in', operand, choices });
    }
    return left;
  }

  /** An operand, or anything in parentheses. */
  #unit(): Parsed {
    const cursor = this.#cursor;
    if (!cursor.accepts('(')) {
      const operand = parseOperand(cursor, this.problems);
      this.#checkFunctions(operand);
      return plain(operand);
    }
    const inner = this.disjunction();
    cursor.expect(')');
    if (inner.grouped) this.problems.note('parentheses', redundantParentheses);
    return { node: inner.node, grouped: true };
  }

  #checkFunctions(operand: Operand): void {
    if (operand.kind !== 'call') return;
    if (!functions.has(operand.name)) {
      this.problems.note('function', `Invalid function name; function: ${operand.name}`);
    }
    for (const each of operand.operands) {
      this.#checkFunctions(each);
      if (each.kind === 'call' && each.name !== 'size') this.#noteMisuse(each);
    }
  }

  /** Of functions only `size` has a value that can be compared. */
  #operand({ node }: Parsed): Operand {
    if (node.kind === 'path' || node.kind === 'value') return node;
    if (node.kind !== 'call') throw this.#cursor.unexpected();
    if (node.name !== 'size') this.#noteMisuse(node);
    return node;
  }

  /** All functions but `size` are conditions. */
  condition({ node }: Parsed): Condition {
    if (node.kind === 'path' || node.kind === 'value') throw this.#cursor.unexpected();
    if (node.kind === 'call' && node.name === 'size') this.#noteMisuse(node);
    return node;
  }

  #noteMisuse({ name }: Call): void {
    if (functions.has(name)) {
      this.problems.note(
        'misuse',
        `The function is not allowed to be used this way in an expression; function: ${name}`,
      );
    }
  }
}

function plain(node: Condition | Operand): Parsed {
  return { node, grouped: false };
}
