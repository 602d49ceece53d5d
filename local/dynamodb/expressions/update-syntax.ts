/** Parses update expressions. AWS: "Using update expressions in DynamoDB". */
import { type Path, parsePath } from './path.ts';
import { keepingParsed, type Operand, Problems, parseGrouped, parseOperand } from './syntax.ts';
import { Cursor } from './tokens.ts';

/** What is assigned: an operand, or the sum or difference of two. */
export type Assigned =
  | Operand
  | { readonly kind: 'sum'; readonly operator: '+' | '-'; readonly left: Operand; readonly right: Operand };

export type Action =
  | { readonly section: 'SET'; readonly path: Path; readonly assigned: Assigned }
  | { readonly section: 'REMOVE'; readonly path: Path }
  | { readonly section: 'ADD' | 'DELETE'; readonly path: Path; readonly value: string };

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const functions = new Set(['if_not_exists', 'list_append']);

/** @throws {DynamoDbError} for what is no update */
export const parseUpdate = keepingParsed((kind, text): readonly Action[] => {
  const cursor = new Cursor(kind, text);
  const problems = new Problems();
  const seen = new Set<string>();
  const actions: Action[] = [];
  do {
    const section = sections.find((each) => cursor.acceptsWord(each));
    if (section === undefined) throw cursor.unexpected();
    if (seen.has(section)) {
      problems.note('section', `The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do actions.push(parseAction(cursor, section, problems));
    while (cursor.accepts(','));
  } while (cursor.peek().kind !== 'end');
  problems.raise(cursor);
  return actions;
});

function parseAction(cursor: Cursor, section: (typeof sections)[number], problems: Problems): Action {
  const path = parsePath(cursor, (reason) => problems.note('reserved', reason));
  if (section === 'REMOVE') return { section, path };
  if (section !== 'SET') {
    if (cursor.peek().kind !== 'value') throw cursor.unexpected();
    return { section, path, value: cursor.next().text };
  }
  cursor.expect('=');
  return { section, path, assigned: parseAssigned(cursor, problems) };
}

function parseAssigned(cursor: Cursor, problems: Problems): Assigned {
  if (cursor.accepts('(')) {
    const inner = parseAssigned(cursor, problems);
    cursor.expect(')');
    if (inner.kind === 'sum') return inner;
    return parseSum(cursor, problems, inner);
  }
  const left = parseOperand(cursor, problems);
  checkFunctions(left, problems);
  return parseSum(cursor, problems, left);
}

function parseSum(cursor: Cursor, problems: Problems, left: Operand): Assigned {
  const operator = (['+', '-'] as const).find((each) => cursor.accepts(each));
  if (operator === undefined) return left;
  const right = parseGrouped(cursor, problems);
  checkFunctions(right, problems);
  return { kind: 'sum', operator, left, right };
}

function checkFunctions(operand: Operand, problems: Problems): void {
  if (operand.kind !== 'call') return;
  if (!functions.has(operand.name)) {
    problems.note('function', `Invalid function name; function: ${operand.name}`);
  }
  for (const each of operand.operands) checkFunctions(each, problems);
}
