/**
 * The cloud that is killed, in a process of its own. Its settings are the one argument, as JSON; it notifies its parent when it
 * runs, and stops at any message.
 *
 * A kill from outside falls mostly into the time when nothing is written. So a life may also be given a number of writes: the
 * process then kills itself right before or right after that write of SQLite's, where a crash can part what belongs together.
 * Most writes are a few frequent statements; so some lives count the writes of one statement alone.
 */
import { flushCompileCache } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { type CloudOptions, startCloud } from '#local/cloud.ts';

/** What the process is given. */
export interface LifeSettings {
  readonly cloud: CloudOptions;
  /** The write at which the process kills itself; never by default. */
  readonly death?: Death;
}

export interface Death {
  /** Which write it is, from 1. */
  readonly write: number;
  /** Whether it is still made. */
  readonly written: boolean;
  /** Counts only the writes of this statement, by its SQL; all by default. */
  readonly statement?: string;
}

/** What the process reports to its parent: that it runs, or a statement that it writes by for the first time. */
export type News = 'running' | { readonly statement: string };

/** Reports each statement that writes, and kills this process at the given write; SIGKILL leaves it no chance to do more. */
function watchWrites(death: Death | undefined): void {
  let writes = 0;
  const known = new Set<string>();
  const watched = <Write extends (...given: never[]) => unknown>(write: Write) =>
    function (this: unknown, ...given: never[]): unknown {
      const sql = this instanceof StatementSync ? this.sourceSQL : String(given[0]);
      if (!known.has(sql)) process.send?.({ statement: sql } satisfies News);
      known.add(sql);
      if (death === undefined || (death.statement ?? sql) !== sql) return Reflect.apply(write, this, given);
      writes += 1;
      if (writes === death.write && !death.written) process.kill(process.pid, 'SIGKILL');
      const result = Reflect.apply(write, this, given);
      if (writes >= death.write) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  Object.assign(StatementSync.prototype, { run: watched(StatementSync.prototype.run) });
  Object.assign(DatabaseSync.prototype, { exec: watched(DatabaseSync.prototype.exec) });
}

if (import.meta.main) {
  const { cloud, death }: LifeSettings = JSON.parse(process.argv[2] ?? '');
  watchWrites(death);
  const started = await startCloud(cloud);
  // A process that is killed writes nothing down at its end.
  flushCompileCache();
  process.once('message', async () => {
    await started.stop();
    process.disconnect();
  });
  process.send?.('running' satisfies News);
}
