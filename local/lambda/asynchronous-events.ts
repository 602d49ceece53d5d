/** Events that functions are handed and nobody waits for: kept until handled, tried again, given up in the end. */
import type { DatabaseSync } from 'node:sqlite';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { Outcome } from './execution-environment.ts';

/** An event that failed for good. */
export interface FailedEvent {
  readonly functionArn: string;
  readonly requestId: string;
  readonly payload: string;
  /** The error object as JSON text. */
  readonly error: string;
  readonly attempts: number;
}

interface Options {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  run(functionArn: string, payload: string, requestId: string): Promise<Outcome>;
  retriesOf(functionArn: string): number;
  giveUp(event: FailedEvent): Promise<void>;
}

/** Lambda waits one minute before the first retry and two before the second. AWS: "How Lambda handles errors and retries". */
const waits = [60_000, 120_000];

interface Row {
  readonly id: number;
  readonly functionArn: string;
  readonly payload: string;
  readonly requestId: string;
  readonly attempts: number;
  readonly due: number;
}

export class AsynchronousEvents {
  readonly #options: Options;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    options.db.exec(`
      CREATE TABLE IF NOT EXISTS lambda_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, function_arn TEXT NOT NULL, payload TEXT NOT NULL,
        request_id TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL
      ) STRICT`);
  }

  add(functionArn: string, payload: string, requestId: string): void {
    const due = this.#options.clock.now();
    const { lastInsertRowid } = this.#options.db
      .prepare(
        'INSERT INTO lambda_event (function_arn, payload, request_id, attempts, due) VALUES (?, ?, ?, 0, ?)',
      )
      .run(functionArn, payload, requestId, due);
    this.#arm({ id: Number(lastInsertRowid), functionArn, payload, requestId, attempts: 0, due });
  }

  resume(): void {
    for (const row of this.#options.db.prepare('SELECT * FROM lambda_event ORDER BY id').all()) {
      this.#arm({
        id: Number(row.id),
        functionArn: String(row.function_arn),
        payload: String(row.payload),
        requestId: String(row.request_id),
        attempts: Number(row.attempts),
        due: Number(row.due),
      });
    }
  }

  close(): void {
    this.#closed = true;
  }

  #arm(row: Row): void {
    this.#options.clock.at(row.due, () => {
      if (!this.#closed) void this.#options.activity.during(() => this.#attempt(row));
    });
  }

  async #attempt(row: Row): Promise<void> {
    const { db, clock, run, retriesOf, giveUp } = this.#options;
    try {
      const outcome = await run(row.functionArn, row.payload, row.requestId);
      // A stop that ended the function in mid-flight is no failure of it: the event is taken up at the next start.
      if (this.#closed) return;
      const attempts = row.attempts + 1;
      if (outcome.failed && attempts <= retriesOf(row.functionArn)) {
        const due = clock.now() + (waits[attempts - 1] ?? 120_000);
        db.prepare('UPDATE lambda_event SET attempts = ?, due = ? WHERE id = ?').run(attempts, due, row.id);
        this.#arm({ ...row, attempts, due });
        return;
      }
      if (outcome.failed) await giveUp({ ...row, attempts, error: outcome.payload });
    } catch (error) {
      // The function is gone, or may not write to its queue: AWS drops the event then, too.
      if (this.#closed) return;
      console.error(`lambda: an event for ${row.functionArn} is lost: ${String(error)}`);
    }
    db.prepare('DELETE FROM lambda_event WHERE id = ?').run(row.id);
  }
}
