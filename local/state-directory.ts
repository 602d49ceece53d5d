/** The folder in which a cloud keeps everything, and that no two clouds use at once. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process runs a cloud in this folder. */
export class StateInUse extends Error {
  override readonly name = 'StateInUse';
  constructor(directory: string, pid: number) {
    super(
      `The embedded cloud in ${directory} is already running as process ${pid}. Stop it, or choose another folder.`,
    );
  }
}

export class StateDirectory {
  readonly path: string;
  readonly #lock: string;

  /**
   * @param fresh forgets what is there
   * @throws {StateInUse}
   */
  constructor(directory: string, fresh: boolean) {
    this.path = resolve(directory);
    this.#lock = join(this.path, 'process.pid');
    const pid = existsSync(this.#lock) ? Number(readFileSync(this.#lock, 'utf8')) : 0;
    if (pid > 0 && pid !== process.pid && isAlive(pid)) throw new StateInUse(this.path, pid);
    if (fresh) rmSync(this.path, { recursive: true, force: true });
    mkdirSync(join(this.path, 'objects'), { recursive: true });
    mkdirSync(join(this.path, 'logs'), { recursive: true });
    writeFileSync(this.#lock, String(process.pid));
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
    rmSync(this.#lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
