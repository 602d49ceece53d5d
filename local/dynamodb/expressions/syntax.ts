/** What conditions, filters and updates are made of, before their placeholders are looked up. */
import { type Path, parsePath } from './path.ts';
import type { Cursor, ExpressionKind } from './tokens.ts';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly name: string }
  | Call;

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly operands: readonly Operand[];
}

/** What is wrong with an expression that can be parsed, most serious first: only the first is reported. */
const ranks = ['parentheses', 'function', 'misuse', 'section', 'reserved'] as const;
type Rank = (typeof ranks)[number];

/** Collects what is wrong while an expression is parsed. */
export class Problems {
  readonly #found = new Map<Rank, string>();

  note(rank: Rank, reason: string): void {
    if (!this.#found.has(rank)) this.#found.set(rank, reason);
  }

  /** @throws {DynamoDbError} if anything was wrong */
  raise(cursor: Cursor): void {
    for (const rank of ranks) {
      const reason = this.#found.get(rank);
      if (reason !== undefined) throw cursor.refusal(reason);
    }
  }
}

/** A value, a path or a function with its operands in parentheses. */
export function parseOperand(cursor: Cursor, problems: Problems): Operand {
  const token = cursor.peek();
  if (token.kind === 'value') return { kind: 'value', name: cursor.next().text };
  const after = cursor.peek(1);
  if (token.kind === 'word' && after.kind === 'sign' && after.text === '(') {
    cursor.next();
    cursor.next();
    const operands: Operand[] = [];
    do operands.push(parseGrouped(cursor, problems));
    while (cursor.accepts(','));
    cursor.expect(')');
    return { kind: 'call', name: token.text, operands };
  }
  return { kind: 'path', path: parsePath(cursor, (reason) => problems.note('reserved', reason)) };
}

/** An operand that may stand in parentheses. */
export function parseGrouped(cursor: Cursor, problems: Problems): Operand {
  if (!cursor.accepts('(')) return parseOperand(cursor, problems);
  const next = cursor.peek();
  if (next.kind === 'sign' && next.text === '(') problems.note('parentheses', redundantParentheses);
  const operand = parseGrouped(cursor, problems);
  cursor.expect(')');
  return operand;
}

export const redundantParentheses = 'The expression has redundant parentheses;';

/** How many parsed expressions of one kind are kept. */
const mostKept = 500;

/** Parses each text once, as long as there are not too many. */
export function keepingParsed<Parsed>(
  parse: (kind: ExpressionKind, text: string) => Parsed,
): (kind: ExpressionKind, text: string) => Parsed {
  const kept = new Map<string, Parsed>();
  return (kind, text) => {
    const key = `${kind} ${text}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const parsed = parse(kind, text);
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, parsed);
    return parsed;
  };
}
