/** The SQLite database that keeps tables, and the client tokens of transactions for as long as they count. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { atomically } from '../../transaction.ts';
import { DynamoDbError } from '../errors.ts';
import { Table } from './table.ts';
import type { TableDefinition } from './table-schema.ts';

/** The form in which this version keeps tables; a file of another form is not opened. */
const form = 1;

/** The file keeps tables in a form that this version does not read. */
class UnknownTableForm extends Error {
  override readonly name = 'UnknownTableForm';
  constructor(where: string) {
    super(
      `${where} was written by another version, whose tables this one does not read. Start with --fresh to forget it.`,
    );
  }
}

/** A transaction that was done under a client token. */
export interface DoneTransaction {
  /** A digest of what was asked. */
  readonly request: string;
  /** What its parts count when it is asked again, by table: bytes. */
  readonly sizes: readonly (readonly [table: string, size: number])[];
}

/** For how long a client token counts: milliseconds. AWS: "TransactWriteItems", idempotency. */
const tokenLife = 10 * 60_000;

export class TableDatabase {
  readonly #db: DatabaseSync;
  readonly #tables = new Map<string, Table>();
  readonly #tokens: {
    readonly find: StatementSync;
    readonly forget: StatementSync;
    readonly note: StatementSync;
  };

  /**
   * @param db open and not otherwise used
   * @param where it is, for messages
   * @throws {UnknownTableForm}
   */
  constructor(db: DatabaseSync, where = 'The database') {
    this.#db = db;
    const known = db.prepare('PRAGMA user_version').get()?.user_version;
    const isEmpty = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count === 0;
    if (!isEmpty && known !== form) throw new UnknownTableForm(where);
    if (isEmpty) {
      atomically(db, () =>
        db.exec(
          `CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, created_at INTEGER NOT NULL);
          CREATE TABLE tokens (token TEXT PRIMARY KEY, done TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
          CREATE INDEX tokens_at ON tokens (at);
          PRAGMA user_version = ${form};`,
        ),
      );
    }
    this.#tokens = {
      find: db.prepare('SELECT done FROM tokens WHERE token = ? AND at > ?'),
      forget: db.prepare('DELETE FROM tokens WHERE at <= ?'),
      note: db.prepare('INSERT OR REPLACE INTO tokens (token, done, at) VALUES (?, ?, ?)'),
    };
    for (const row of db.prepare('SELECT id, definition, created_at FROM tables').all()) {
      const definition: TableDefinition = JSON.parse(String(row.definition));
      this.#add(Number(row.id), definition, Number(row.created_at));
    }
  }

  /**
   * Opens the database in a file; `:memory:` for one that is forgotten when it is closed. Its write-ahead log survives a kill
   * of the process at any moment; it may come to 16 MiB, for each time that it is emptied all calls wait for the disk. Nothing
   * else may have it open.
   * @throws {UnknownTableForm}
   */
  static open(file: string): TableDatabase {
    const db = new DatabaseSync(file);
    try {
      db.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000;',
      );
      return new TableDatabase(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  table(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /** In order. */
  names(): readonly string[] {
    return [...this.#tables.keys()].sort();
  }

  /** @throws {DynamoDbError} `ResourceInUseException` for a name that is taken, and what `schemaOf` throws */
  create(definition: TableDefinition, now: number): Table {
    const name = definition.TableName;
    if (this.#tables.has(name)) {
      throw new DynamoDbError('ResourceInUseException', `Table already exists: ${name}`);
    }
    return this.atomically(() => {
      const { lastInsertRowid: id } = this.#db
        .prepare('INSERT INTO tables (name, definition, created_at) VALUES (?, ?, ?)')
        .run(name, JSON.stringify(definition), now);
      const table = this.#add(Number(id), definition, now);
      try {
        table.create();
      } catch (error) {
        this.#tables.delete(name);
        throw error;
      }
      return table;
    });
  }

  #add(id: number, definition: TableDefinition, createdAt: number): Table {
    const table = new Table(this.#db, id, definition, createdAt);
    this.#tables.set(definition.TableName, table);
    return table;
  }

  /** Does `work` wholly or not at all. */
  atomically<T>(work: () => T): T {
    return atomically(this.#db, work);
  }

  /** What was done under a client token, if that is not too long ago. */
  doneUnder(token: string, now: number): DoneTransaction | undefined {
    const row = this.#tokens.find.get(token, now - tokenLife);
    return row === undefined ? undefined : JSON.parse(String(row.done));
  }

  /** Notes what is done under a client token, and forgets those that count no more. */
  noteDone(token: string, done: DoneTransaction, now: number): void {
    this.#tokens.forget.run(now - tokenLife);
    this.#tokens.note.run(token, JSON.stringify(done), now);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}
