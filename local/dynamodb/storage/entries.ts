/** The entries of one table or index in SQLite: each at its partition and place, in their order. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Range } from './key-encoding.ts';

/** Where an entry lies. */
export interface Position {
  readonly partition: Uint8Array;
  readonly place: Uint8Array;
}

/** What lies there: the item as JSON, and what it counts in bytes. */
export interface Entry {
  readonly size: number;
  readonly item: string;
}

export class Entries {
  readonly #db: DatabaseSync;
  readonly #name: string;
  readonly #statements = new Map<string, StatementSync>();

  /** @param name of SQLite's table, which is made if it is not there */
  constructor(db: DatabaseSync, name: string) {
    this.#db = db;
    this.#name = name;
  }

  /** Makes SQLite's table. */
  create(): void {
    this.#db.exec(
      `CREATE TABLE ${this.#name} (id INTEGER PRIMARY KEY, partition BLOB NOT NULL, place BLOB NOT NULL,
        size INTEGER NOT NULL, item TEXT NOT NULL);
      CREATE UNIQUE INDEX ${this.#name}_at ON ${this.#name} (partition, place);`,
    );
  }

  get({ partition, place }: Position): Entry | undefined {
    const row = this.#statement('SELECT size, item FROM @ WHERE partition = ? AND place = ?').get(
      partition,
      place,
    );
    return row === undefined ? undefined : entryOf(row);
  }

  put({ partition, place }: Position, { size, item }: Entry): void {
    this.#statement(
      `INSERT INTO @ (partition, place, size, item) VALUES (?, ?, ?, ?)
        ON CONFLICT (partition, place) DO UPDATE SET size = excluded.size, item = excluded.item`,
    ).run(partition, place, size, item);
  }

  delete({ partition, place }: Position): void {
    this.#statement('DELETE FROM @ WHERE partition = ? AND place = ?').run(partition, place);
  }

  /** Entries of one partition in the order of their places, or in the opposite one. */
  *inPartition(partition: Uint8Array, { from, to }: Range, ascending: boolean): Generator<Entry> {
    const rows = this.#statement(
      `SELECT size, item FROM @ WHERE partition = ? AND place >= ? AND place < ? ORDER BY place ${ascending ? 'ASC' : 'DESC'}`,
    ).iterate(partition, from, to);
    for (const row of rows) yield entryOf(row);
  }

  /** Entries of all partitions in a range, those behind a position if one is given. */
  *inPartitions({ from, to }: Range, behind?: Position): Generator<Entry> {
    const rows = this.#statement(
      `SELECT size, item FROM @ WHERE (partition, place) > (?, ?) AND partition >= ? AND partition < ?
        ORDER BY partition, place`,
    ).iterate(behind?.partition ?? from, behind?.place ?? new Uint8Array(0), from, to);
    for (const row of rows) yield entryOf(row);
  }

  /** How many there are, and their sizes added up. */
  total(): { readonly count: number; readonly size: number } {
    const row = this.#statement('SELECT count(*) AS count, coalesce(sum(size), 0) AS size FROM @').get();
    return { count: Number(row?.count), size: Number(row?.size) };
  }

  /** @param sql with `@` for the name of SQLite's table */
  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql.replace('@', this.#name));
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function entryOf(row: Readonly<Record<string, unknown>>): Entry {
  return { size: Number(row.size), item: String(row.item) };
}
