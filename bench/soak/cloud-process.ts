/**
 * The cloud that is killed, in a process of its own. Its settings are the one argument, as JSON; it tells its parent when it
 * runs, and stops when it is told anything.
 *
 * A kill from outside falls mostly into the time when nothing is written. So a life may also be given a number of writes: the
 * process then kills itself right before or right after that write of SQLite's, where a crash can part what belongs together.
 */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { type CloudOptions, startCloud } from '#local/cloud.ts';

/** What the process is given. */
export interface LifeSettings {
  readonly cloud: CloudOptions;
  /** The write at which the process kills itself, from 1; never unless told. */
  readonly lastWrite?: number;
  /** Whether that write is still made. */
  readonly written?: boolean;
}

/** Kills this process at the given write; SIGKILL leaves it no chance to do anything more. */
function dieAt(lastWrite: number, written: boolean): void {
  let writes = 0;
  const counted = <Write extends (...given: never[]) => unknown>(write: Write) =>
    function (this: unknown, ...given: never[]): unknown {
      writes += 1;
      if (writes === lastWrite && !written) process.kill(process.pid, 'SIGKILL');
      const result = Reflect.apply(write, this, given);
      if (writes >= lastWrite) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  Object.assign(StatementSync.prototype, { run: counted(StatementSync.prototype.run) });
  Object.assign(DatabaseSync.prototype, { exec: counted(DatabaseSync.prototype.exec) });
}

if (import.meta.main) {
  const { cloud, lastWrite, written = false }: LifeSettings = JSON.parse(process.argv[2] ?? '');
  if (lastWrite !== undefined) dieAt(lastWrite, written);
  const started = await startCloud(cloud);
  process.once('message', async () => {
    await started.stop();
    process.disconnect();
  });
  process.send?.('running');
}
