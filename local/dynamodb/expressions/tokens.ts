/** The words and signs of an expression, and a cursor over them. AWS: "Using expressions in DynamoDB". */
import { validation } from '../errors.ts';

/** The expressions of a request, by the parameter that has them. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'sign' | 'unknown' | 'end';
  readonly text: string;
  /** Where it begins and ends in the expression. */
  readonly from: number;
  readonly to: number;
}

/** The longest expression: bytes. */
const longest = 4096;

const pattern =
  /\s+|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<number>\d+)|(?<sign><=|>=|<>|[=<>()[\],.+-])|(?<unknown>.)/gsu;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: found, index, groups = {} } of text.matchAll(pattern)) {
    const kind = (['word', 'name', 'value', 'number', 'sign', 'unknown'] as const).find(
      (each) => groups[each] !== undefined,
    );
    if (kind !== undefined) tokens.push({ kind, text: found, from: index, to: index + found.length });
  }
  return tokens;
}

/** Goes through the tokens of one expression; what does not fit is refused as AWS words it. */
export class Cursor {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws {DynamoDbError} for an expression that is empty or too long */
  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    const size = Buffer.byteLength(text);
    if (size > longest) {
      throw this.refusal(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
    }
    this.#tokens = tokensOf(text);
    if (this.#tokens.length === 0) throw this.refusal('The expression can not be empty;');
  }

  /** @param ahead how many tokens behind the next one */
  peek(ahead = 0): Token {
    const end = this.#text.length;
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '<EOF>', from: end, to: end };
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Takes the sign if it comes next. */
  accepts(sign: string): boolean {
    const token = this.peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  /** Takes the keyword, in whatever case, if it comes next. */
  acceptsWord(keyword: string): boolean {
    const token = this.peek();
    if (token.kind !== 'word' || token.text.toUpperCase() !== keyword) return false;
    this.#at += 1;
    return true;
  }

  /** @throws {DynamoDbError} when something else comes next */
  expect(sign: string): void {
    if (!this.accepts(sign)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  /** Nothing may stand where the next token does. */
  unexpected(): Error {
    const [before, token, after] = [this.#tokens[this.#at - 1], this.peek(), this.peek(1)];
    const near = this.#text.slice((before ?? token).from, after.to);
    return this.refusal(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  refusal(reason: string): Error {
    return refused(this.kind, reason);
  }
}

/** What is wrong with an expression of that kind. */
export function refused(kind: ExpressionKind, reason: string): Error {
  return validation(`Invalid ${kind}: ${reason}`);
}
