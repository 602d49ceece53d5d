/** Events of asynchronous invocations, for which no caller waits: kept until handled, tried again, given up in the end. */
import type { DatabaseSync } from 'node:sqlite';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { TooManyRequests } from './concurrency.ts';
import type { Outcome } from './function-thread.ts';
import type { LambdaFunction } from './functions.ts';

/** An event that failed for good. */
export interface FailedEvent {
  readonly functionArn: string;
  readonly requestId: string;
  readonly payload: string;
  /** The error object of the last attempt as JSON text; absent if the function was too busy at every attempt. */
  readonly error?: string;
  readonly attempts: number;
  /** Why it was given up, as destinations are informed. */
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';
}

interface Options {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  /** @throws {TooManyRequests} when the function runs as often as it may */
  run(functionArn: string, payload: string, requestId: string): Promise<Outcome>;
  functionOf(functionArn: string): LambdaFunction;
  giveUp(event: FailedEvent): Promise<void>;
}

/** Lambda waits one minute before the first retry and two before the second. AWS: "How Lambda handles errors and retries". */
const waits = [60_000, 120_000];

/** The pause after a call that was refused doubles from a second to five minutes. AWS: the same page. */
function pauseAfter(refusals: number): number {
  return Math.min(1000 * 2 ** (refusals - 1), 300_000);
}

interface Row {
  readonly id: number;
  readonly functionArn: string;
  readonly payload: string;
  readonly requestId: string;
  readonly attempts: number;
  readonly due: number;
  /** When it came, ms. */
  readonly created: number;
  /** How often the function was too busy. */
  readonly refusals: number;
}

export class AsynchronousEvents {
  readonly #options: Options;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    options.db.exec(`
      CREATE TABLE IF NOT EXISTS lambda_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, function_arn TEXT NOT NULL, payload TEXT NOT NULL,
        request_id TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL,
        created INTEGER NOT NULL, refusals INTEGER NOT NULL DEFAULT 0
      ) STRICT`);
    const kept = options.db.prepare("SELECT 1 FROM pragma_table_info('lambda_event') WHERE name = 'created'");
    if (kept.get() === undefined) {
      // State that was written before events knew their age: they are as old as their next attempt.
      options.db.exec(`
        ALTER TABLE lambda_event ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE lambda_event ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
        UPDATE lambda_event SET created = due`);
    }
  }

  add(functionArn: string, payload: string, requestId: string): void {
    const due = this.#options.clock.now();
    const { lastInsertRowid } = this.#options.db
      .prepare(
        'INSERT INTO lambda_event (function_arn, payload, request_id, attempts, due, created) VALUES (?, ?, ?, 0, ?, ?)',
      )
      .run(functionArn, payload, requestId, due, due);
    const id = Number(lastInsertRowid);
    this.#arm({ id, functionArn, payload, requestId, attempts: 0, due, created: due, refusals: 0 });
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
        created: Number(row.created),
        refusals: Number(row.refusals),
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
    const { db, functionOf, giveUp } = this.#options;
    try {
      const outcome = await this.#outcome(row);
      // A stop that ended the function in mid-flight is no failure of it: the event is taken up at the next start.
      if (this.#closed) return;
      const target = functionOf(row.functionArn);
      if (outcome === 'refused') {
        const refusals = row.refusals + 1;
        if (target.reservedConcurrency === 0) await giveUp({ ...row, condition: 'ZeroReservedConcurrency' });
        else if (this.#again({ ...row, refusals }, pauseAfter(refusals), target.oldestEventMs)) return;
        else await giveUp({ ...row, condition: 'EventAgeExceeded' });
      } else if (outcome.failed) {
        const attempts = row.attempts + 1;
        const failed = { ...row, attempts, error: outcome.payload };
        if (attempts > target.retries) await giveUp({ ...failed, condition: 'RetriesExhausted' });
        else if (this.#again({ ...row, attempts }, waits[attempts - 1] ?? 120_000, target.oldestEventMs))
          return;
        else await giveUp({ ...failed, condition: 'EventAgeExceeded' });
      }
    } catch (error) {
      // The function is gone, or may not write to its queue: AWS drops the event then, too.
      if (this.#closed) return;
      console.error(`lambda: an event for ${row.functionArn} is lost: ${String(error)}`);
    }
    db.prepare('DELETE FROM lambda_event WHERE id = ?').run(row.id);
  }

  async #outcome(row: Row): Promise<Outcome | 'refused'> {
    try {
      return await this.#options.run(row.functionArn, row.payload, row.requestId);
    } catch (error) {
      if (error instanceof TooManyRequests) return 'refused';
      throw error;
    }
  }

  /** Puts the event back for another attempt, unless it would be too old by then. */
  #again(row: Row, pause: number, oldest: number): boolean {
    const { db, clock } = this.#options;
    const due = clock.now() + pause;
    if (due - row.created > oldest) return false;
    db.prepare('UPDATE lambda_event SET attempts = ?, refusals = ?, due = ? WHERE id = ?').run(
      row.attempts,
      row.refusals,
      due,
      row.id,
    );
    this.#arm({ ...row, due });
    return true;
  }
}
