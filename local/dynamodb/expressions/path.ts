/** Paths into an item: an attribute, then members of maps by name and of lists by number. AWS: "Expression attributes". */
import { type AttributeValue, attributeOf, type Item } from '../values/attribute-value.ts';
import { isReserved } from './reserved-words.ts';
import type { Cursor } from './tokens.ts';

/** Names and positions; of a path that is only parsed, names that begin with `#` are placeholders. */
export type Path = readonly (string | number)[];

/** The deepest path that DynamoDB takes. */
const deepest = 32;

/**
 * Parses a path.
 * @param problem receives a reserved word, which is reported only if the rest can be parsed
 */
export function parsePath(cursor: Cursor, problem: (reason: string) => void): Path {
  const path: (string | number)[] = [parseName(cursor, problem)];
  for (;;) {
    if (cursor.accepts('.')) path.push(parseName(cursor, problem));
    else if (cursor.accepts('[')) {
      if (cursor.peek().kind !== 'number') throw cursor.unexpected();
      const index = Number(cursor.next().text);
      if (index > 2 ** 31 - 1)
        throw cursor.refusal(`List index is not within the allowable range; index: [${index}]`);
      path.push(index);
      cursor.expect(']');
    } else break;
  }
  if (path.length > deepest)
    problem(`The document path has too many nesting elements; nesting levels: ${path.length}`);
  return path;
}

function parseName(cursor: Cursor, problem: (reason: string) => void): string {
  const { kind, text } = cursor.peek();
  if (kind !== 'word' && kind !== 'name') throw cursor.unexpected();
  cursor.next();
  if (kind === 'word' && isReserved(text)) {
    problem(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
  }
  return text;
}

/** The value at a path, if there is one. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  const [name] = path;
  let value = typeof name === 'string' ? attributeOf(item, name) : undefined;
  for (let depth = 1; depth < path.length && value !== undefined; depth += 1) {
    const step = path[depth];
    if (typeof step === 'string') value = 'M' in value ? attributeOf(value.M, step) : undefined;
    else if (step !== undefined) value = 'L' in value ? value.L[step] : undefined;
  }
  return value;
}

/** As AWS shows it in messages. */
export function showPath(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

export function arePathsEqual(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

/** What is wrong with two paths of one expression, if they reach into one another. */
export function pathsClash(one: Path, other: Path): string | undefined {
  const shared = Math.min(one.length, other.length);
  for (let depth = 0; depth < shared; depth += 1) {
    const [a, b] = [one[depth], other[depth]];
    if (typeof a !== typeof b) return clash('conflict', one, other);
    if (a !== b) return undefined;
  }
  return clash('overlap', one, other);
}

function clash(how: 'conflict' | 'overlap', one: Path, other: Path): string {
  return (
    `Two document paths ${how} with each other; must remove or rewrite one of these paths; ` +
    `path one: ${showPath(one)}, path two: ${showPath(other)}`
  );
}
