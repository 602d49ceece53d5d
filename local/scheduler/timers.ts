/** Keeps schedules going: when each fires next stands in SQLite, so that a restart neither forgets nor repeats a fire. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from '../clock.ts';
import { atomically } from '../transaction.ts';
import type { Schedule } from './expression.ts';

/** A schedule under way. */
export interface TimedSchedule {
  readonly arn: string;
  readonly schedule: Schedule;
  /** Changes when the schedule is to be counted again, e.g. its expression with its zone. */
  readonly fingerprint: string;
  /** No fire before, ms. */
  readonly start?: number | undefined;
  /** No fire after, ms. */
  readonly end?: number | undefined;
  /** Fires when it is made, if no start is given: the Scheduler's way with rates, not that of rules. */
  readonly immediately?: boolean;
}

export interface ScheduleTimersOptions {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  /** The table's name, one for each service. */
  readonly table: 'events_schedule' | 'scheduler_next';
  /**
   * Called within the transaction that also notes the next fire: writes down what is to be done and returns what begins
   * it once that is committed.
   * @param last true when the schedule will not fire again
   */
  fire(arn: string, scheduledAt: number, last: boolean): readonly (() => void)[];
}

export class ScheduleTimers {
  readonly #options: ScheduleTimersOptions;
  readonly #timers = new Map<string, Timer>();

  constructor(options: ScheduleTimersOptions) {
    this.#options = options;
    options.db.exec(`
      CREATE TABLE IF NOT EXISTS ${options.table} (
        arn TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, anchor INTEGER NOT NULL, next INTEGER
      ) STRICT`);
  }

  /**
   * Takes up a schedule where it was left, or begins it now. One that came due while the cloud was stopped fires once,
   * at once.
   */
  set(timed: TimedSchedule): void {
    this.#timers.get(timed.arn)?.cancel();
    const { db, clock, table } = this.#options;
    const row = db.prepare(`SELECT fingerprint, next FROM ${table} WHERE arn = ?`).get(timed.arn);
    if (row?.fingerprint === timed.fingerprint) {
      if (row.next !== null) this.#arm(timed, Number(row.next));
      return;
    }
    const anchor = timed.start ?? clock.now();
    const immediately = timed.immediately === true && timed.start === undefined;
    const next = immediately ? anchor : this.#next(timed, clock.now(), anchor);
    db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?)`).run(
      timed.arn,
      timed.fingerprint,
      anchor,
      next ?? null,
    );
    if (next !== undefined) this.#arm(timed, next);
  }

  /** Stops a schedule and forgets it. */
  remove(arn: string): void {
    this.#timers.get(arn)?.cancel();
    this.#timers.delete(arn);
    this.#options.db.prepare(`DELETE FROM ${this.#options.table} WHERE arn = ?`).run(arn);
  }

  /** Fires no more. */
  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #next(timed: TimedSchedule, now: number, anchor: number): number | undefined {
    // A time equal to the start may fire, hence one millisecond before.
    const after = timed.start === undefined ? now : Math.max(now, timed.start - 1);
    const next = timed.schedule.next(after, anchor);
    return next !== undefined && timed.end !== undefined && next > timed.end ? undefined : next;
  }

  #arm(timed: TimedSchedule, at: number): void {
    this.#timers.set(
      timed.arn,
      this.#options.clock.at(at, () => this.#fire(timed, at), timed.schedule.recurrence),
    );
  }

  #fire(timed: TimedSchedule, at: number): void {
    const { db, clock, table } = this.#options;
    const row = db.prepare(`SELECT anchor FROM ${table} WHERE arn = ?`).get(timed.arn);
    if (!row) return;
    const next = this.#next(timed, Math.max(at, clock.now()), Number(row.anchor));
    const begin = atomically(db, () => {
      db.prepare(`UPDATE ${table} SET next = ? WHERE arn = ?`).run(next ?? null, timed.arn);
      return this.#options.fire(timed.arn, at, next === undefined);
    });
    if (next !== undefined) this.#arm(timed, next);
    for (const each of begin) each();
  }
}
