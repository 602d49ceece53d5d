/** A table with its indexes: where items lie in it, and how they come to lie there. */
import type { DatabaseSync } from 'node:sqlite';
import { type AttributeValue, attributeOf, type Item, typeOf } from '../values/attribute-value.ts';
import { areEqualItems } from '../values/compare.ts';
import { itemSize } from '../values/size.ts';
import { Entries, type Position } from './entries.ts';
import { keyBytes, partitionBytes, placeBytes } from './key-encoding.ts';
import {
  type IndexSchema,
  type KeyAttribute,
  type KeySchema,
  schemaOf,
  type TableDefinition,
  type TableSchema,
} from './table-schema.ts';

/** An item as it is kept, read only when its values are wanted. */
export class StoredItem {
  readonly text: string;
  /** Bytes, as DynamoDB counts them. */
  readonly size: number;
  #item: Item | undefined;

  constructor(text: string, size: number, item?: Item) {
    this.text = text;
    this.size = size;
    this.#item = item;
  }

  /** Whether it can have an attribute, as far as its text shows: cheaper than reading a large item that has it not. */
  mayHave(name: string): boolean {
    return this.#item === undefined
      ? this.text.includes(`${JSON.stringify(name)}:`)
      : Object.hasOwn(this.#item, name);
  }

  get item(): Item {
    this.#item ??= JSON.parse(this.text) as Item;
    return this.#item;
  }
}

/** An item as it will be kept. */
export function storedItem(item: Item, size = itemSize(item)): StoredItem {
  return new StoredItem(JSON.stringify(item), size, item);
}

/** What a write changed in one index: the sizes of the entry before and after, and whether it lies elsewhere now. */
export interface IndexChange {
  readonly index: IndexSchema;
  readonly oldSize?: number;
  readonly newSize?: number;
  readonly moved: boolean;
}

export class Table {
  readonly schema: TableSchema;
  readonly definition: TableDefinition;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly items: Entries;
  readonly indexes: readonly Index[];

  /** @param id of the table in the database */
  constructor(db: DatabaseSync, id: number, definition: TableDefinition, createdAt: number) {
    this.schema = schemaOf(definition);
    this.definition = definition;
    this.createdAt = createdAt;
    this.items = new Entries(db, `items_${id}`);
    this.indexes = this.schema.indexes.map(
      (index, number) => new Index(index, this.schema.key, new Entries(db, `items_${id}_${number}`)),
    );
  }

  /** Makes what the table is kept in. */
  create(): void {
    this.items.create();
    for (const { entries } of this.indexes) entries.create();
  }

  /** Where an item lies, by attributes that are its key. */
  positionOf(key: Item): Position {
    const { partition, sort } = this.schema.key;
    return {
      partition: partitionBytes(keyValue(key, partition)),
      place: placeBytes(sort === undefined ? [] : [keyBytes(keyValue(key, sort))]),
    };
  }

  /** The item that lies there. */
  read(position: Position): StoredItem | undefined {
    const entry = this.items.get(position);
    return entry === undefined ? undefined : new StoredItem(entry.item, entry.size);
  }

  /**
   * Writes an item where another was, or nothing; the indexes with it. In a transaction of the database.
   * @returns what it changed in the indexes
   */
  write(
    position: Position,
    old: StoredItem | undefined,
    next: StoredItem | undefined,
  ): readonly IndexChange[] {
    if (next !== undefined) this.items.put(position, { size: next.size, item: next.text });
    else if (old !== undefined) this.items.delete(position);
    return this.indexes.flatMap((index) => index.write(old, next) ?? []);
  }
}

/** An index of a table. */
export class Index {
  readonly schema: IndexSchema;
  readonly entries: Entries;
  readonly #table: KeySchema;

  constructor(schema: IndexSchema, table: KeySchema, entries: Entries) {
    this.schema = schema;
    this.entries = entries;
    this.#table = table;
  }

  /** Where an item lies in the index, by attributes that have both keys; nothing if it is not in the index. */
  positionOf(item: Item): Position | undefined {
    const { partition, sort } = this.schema.key;
    const at = attributeOf(item, partition.name);
    const place = sort === undefined ? undefined : attributeOf(item, sort.name);
    if (at === undefined || (sort !== undefined && place === undefined)) return undefined;
    const keys = [place, keyValue(item, this.#table.partition)];
    if (this.#table.sort !== undefined) keys.push(keyValue(item, this.#table.sort));
    return {
      partition: partitionBytes(at),
      place: placeBytes(keys.filter((key) => key !== undefined).map(keyBytes)),
    };
  }

  /** @returns nothing when what is in the index stays as it is */
  write(old: StoredItem | undefined, next: StoredItem | undefined): IndexChange | undefined {
    const before = this.#positionIn(old);
    const after = this.#positionIn(next);
    const oldEntry = before === undefined || old === undefined ? undefined : this.#projected(old);
    const newEntry = after === undefined || next === undefined ? undefined : this.#projected(next);
    if (oldEntry === undefined && newEntry === undefined) return undefined;
    const moved = before !== undefined && after !== undefined && !isSamePosition(before, after);
    if (oldEntry !== undefined && newEntry !== undefined && !moved) {
      if (areEqualItems(oldEntry.item, newEntry.item)) return undefined;
    } else if (before !== undefined) this.entries.delete(before);
    if (after !== undefined && newEntry !== undefined) {
      this.entries.put(after, { size: newEntry.size, item: newEntry.text });
    }
    return {
      index: this.schema,
      moved,
      ...(oldEntry === undefined ? {} : { oldSize: oldEntry.size }),
      ...(newEntry === undefined ? {} : { newSize: newEntry.size }),
    };
  }

  #positionIn(stored: StoredItem | undefined): Position | undefined {
    return stored?.mayHave(this.schema.key.partition.name) ? this.positionOf(stored.item) : undefined;
  }

  #projected(stored: StoredItem): StoredItem {
    const { projected } = this.schema;
    if (projected === undefined) return stored;
    return storedItem(
      Object.fromEntries(Object.entries(stored.item).filter(([name]) => projected.has(name))),
    );
  }
}

function isSamePosition(one: Position, other: Position): boolean {
  return Buffer.compare(one.partition, other.partition) === 0 && Buffer.compare(one.place, other.place) === 0;
}

/** A key attribute that was checked to be there. */
function keyValue(item: Item, { name, type }: KeyAttribute): AttributeValue {
  const value = attributeOf(item, name);
  if (value === undefined || typeOf(value) !== type) throw new TypeError(`No key attribute ${name}.`);
  return value;
}
