/** Projections: of an item only what lies at some paths. AWS: "Projection expressions in DynamoDB". */
import { type AttributeValue, attributeOf, type Item, setAttribute } from '../values/attribute-value.ts';
import { type Path, parsePath, pathsClash } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { keepingParsed, Problems } from './syntax.ts';
import { Cursor, refused } from './tokens.ts';

/** An item's wanted part. */
export type Projection = (item: Item) => Item;

/** A projection that was looked up. */
export interface BoundProjection {
  readonly project: Projection;
  /** Attributes that it speaks of. */
  readonly attributes: ReadonlySet<string>;
}

const kind = 'ProjectionExpression';

const parseProjection = keepingParsed((of, text): readonly Path[] => {
  const cursor = new Cursor(of, text);
  const problems = new Problems();
  const paths: Path[] = [];
  do paths.push(parsePath(cursor, (reason) => problems.note('reserved', reason)));
  while (cursor.accepts(','));
  cursor.expectEnd();
  problems.raise(cursor);
  return paths;
});

/** @throws {DynamoDbError} */
export function bindProjection(text: string, placeholders: Placeholders): BoundProjection {
  const paths = parseProjection(kind, text).map((path) => placeholders.path(kind, path));
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const clash = pathsClash(earlier, path);
      if (clash !== undefined) throw refused(kind, clash);
    }
  }
  return {
    project: projectionOf(paths),
    attributes: new Set(paths.map(([name]) => String(name))),
  };
}

/** Of items only what lies at these paths, none of which reaches into another. */
export function projectionOf(paths: readonly Path[]): Projection {
  const wanted = new Wanted();
  for (const path of paths) wanted.add(path);
  return (item) => wanted.membersOf(item) ?? {};
}

/** The paths as a tree. */
class Wanted {
  readonly #inside = new Map<string | number, Wanted>();

  add(path: Path): void {
    const [step, ...rest] = path;
    if (step === undefined) return;
    let inside = this.#inside.get(step);
    if (inside === undefined) {
      inside = new Wanted();
      this.#inside.set(step, inside);
    }
    inside.add(rest);
  }

  /** @returns nothing where nothing of the item is wanted */
  membersOf(item: Item): Item | undefined {
    const found: Record<string, AttributeValue> = {};
    let any = false;
    for (const [name, inside] of this.#inside) {
      const member = typeof name === 'string' ? attributeOf(item, name) : undefined;
      const part = member === undefined ? undefined : inside.#partOf(member);
      if (typeof name !== 'string' || part === undefined) continue;
      setAttribute(found, name, part);
      any = true;
    }
    return any ? found : undefined;
  }

  #partOf(value: AttributeValue): AttributeValue | undefined {
    if (this.#inside.size === 0) return value;
    if ('M' in value) {
      const members = this.membersOf(value.M);
      return members === undefined ? undefined : { M: members };
    }
    if (!('L' in value)) return undefined;
    const members = [...this.#inside]
      .filter(([index]) => typeof index === 'number')
      .sort(([one], [other]) => Number(one) - Number(other))
      .flatMap(([index, inside]) => {
        const member = value.L[Number(index)];
        return (member === undefined ? undefined : inside.#partOf(member)) ?? [];
      });
    return members.length === 0 ? undefined : { L: members };
  }
}
