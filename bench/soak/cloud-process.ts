/**
 * The cloud that is killed, in a process of its own. Its settings are the one argument, as JSON; it tells its parent when it
 * runs, and stops when it is told anything.
 *
 * A kill from outside falls mostly into the time when nothing is written. So a life may also be given a number of writes: the
 * process then kills itself right before or right after that write of SQLite's, where a crash can part what belongs together.
 * Most writes are a few frequent statements; so some lives count only a tenth of the statements, drawn by lot.
 */
import { createHash } from 'node:crypto';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { type CloudOptions, startCloud } from '#local/cloud.ts';

/** What the process is given. */
export interface LifeSettings {
  readonly cloud: CloudOptions;
  /** The write at which the process kills itself; never unless told. */
  readonly death?: Death;
}

export interface Death {
  /** Which write it is, from 1. */
  readonly write: number;
  /** Whether it is still made. */
  readonly written: boolean;
  /** Counts only the statements that this lot falls on; all unless told. */
  readonly lot?: number;
}

/** Kills this process at the given write; SIGKILL leaves it no chance to do anything more. */
function dieAt({ write: last, written, lot }: Death): void {
  let writes = 0;
  const counts = (sql: string): boolean =>
    lot === undefined || (createHash('sha256').update(`${lot} ${sql}`).digest()[0] ?? 0) < 256 / 10;
  const counted = <Write extends (...given: never[]) => unknown>(write: Write) =>
    function (this: unknown, ...given: never[]): unknown {
      const counted = counts(this instanceof StatementSync ? this.sourceSQL : String(given[0]));
      if (counted) writes += 1;
      if (counted && writes === last && !written) process.kill(process.pid, 'SIGKILL');
      const result = Reflect.apply(write, this, given);
      if (writes >= last) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  Object.assign(StatementSync.prototype, { run: counted(StatementSync.prototype.run) });
  Object.assign(DatabaseSync.prototype, { exec: counted(DatabaseSync.prototype.exec) });
}

if (import.meta.main) {
  const { cloud, death }: LifeSettings = JSON.parse(process.argv[2] ?? '');
  if (death !== undefined) dieAt(death);
  const started = await startCloud(cloud);
  process.once('message', async () => {
    await started.stop();
    process.disconnect();
  });
  process.send?.('running');
}
