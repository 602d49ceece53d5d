/** The folder in which a cloud keeps everything, and that no two clouds use at once. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process runs a cloud in this folder. */
export class StateInUse extends Error {
  override readonly name = 'StateInUse';
  constructor(directory: string, process: string) {
    super(
      `The embedded cloud in ${directory} is already running as process ${process}. Stop it, or choose another folder.`,
    );
  }
}

/**
 * What outlasts forgetting: the lock, which is held while the rest is forgotten, and the note of the DynamoDB program
 * that a killed run may have left behind.
 */
const lasting = new Set(['lock.sqlite', 'process.pid', 'dynamodb.pid']);

export class StateDirectory {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /**
   * @param fresh forgets what is there
   * @throws {StateInUse}
   */
  constructor(directory: string, fresh: boolean) {
    this.path = resolve(directory);
    // Secrets lie here, and what people sent.
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    const pidFile = this.file('process.pid');
    // A lock of SQLite's on a database that stays empty: the system itself lets it go when the process ends, however
    // it ends, so that no stale note of a process keeps anyone out.
    this.#lock = new DatabaseSync(this.file('lock.sqlite'));
    try {
      this.#lock.exec('BEGIN EXCLUSIVE');
    } catch {
      this.#lock.close();
      throw new StateInUse(this.path, existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '(unknown)');
    }
    writeFileSync(pidFile, String(process.pid));
    if (fresh) {
      for (const name of readdirSync(this.path)) {
        if (!lasting.has(name)) rmSync(this.file(name), { recursive: true, force: true });
      }
    }
    mkdirSync(this.file('objects'), { recursive: true });
    mkdirSync(this.file('logs'), { recursive: true });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /**
   * Opens a database. Its write-ahead log survives a kill of the process at any moment; what was committed in the last
   * moments before the machine itself loses power may be lost, which a laptop's cloud can bear.
   */
  database(name: string): DatabaseSync {
    const db = new DatabaseSync(this.file(name));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
    return db;
  }

  /** Lets another process have the folder. */
  release(): void {
    rmSync(this.file('process.pid'), { force: true });
    this.#lock.close();
  }
}
