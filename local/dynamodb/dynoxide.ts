/** The dynoxide program as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** dynoxide is not to be had on this machine. */
class NoDynoxide extends Error {
  override readonly name = 'NoDynoxide';
}

/** The program while it runs. */
export interface DynoxideProgram {
  /** Without a slash at the end. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** How long the program may take to listen: milliseconds. */
const patience = 10_000;

/**
 * Starts the program on the database in `directory`; by default in memory, so that its tables end with it.
 * @param directory where its SQLite file and the note of its process are kept
 * @throws {NoDynoxide} when the program is not installed or does not start
 */
export async function startProgram(directory?: string): Promise<DynoxideProgram> {
  if (directory === undefined) return startOn([]);
  const database = join(directory, 'dynamodb.sqlite');
  const pidFile = join(directory, 'dynamodb.pid');
  await endForsaken(pidFile, database);
  return startOn(['--db-path', database], pidFile);
}

/**
 * @param storage the program's options that say where tables are kept
 * @param pidFile where its process is noted while it runs
 */
async function startOn(storage: readonly string[], pidFile?: string): Promise<DynoxideProgram> {
  const port = await freePort();
  const child = spawn(program(), ['serve', '--host', '127.0.0.1', '--port', String(port), ...storage], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  });
  let output = '';
  child.once('error', (error) => {
    output += error.message;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-2000);
  });
  if (child.pid !== undefined && pidFile !== undefined) writeFileSync(pidFile, String(child.pid));
  const endWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', endWithUs);
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilListening(endpoint, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw new NoDynoxide(`dynoxide did not start: ${output || String(error)}`);
  }
  return {
    endpoint,
    stop: async () => {
      process.off('exit', endWithUs);
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const impatience = setTimeout(() => child.kill('SIGKILL'), patience);
        await ended;
        clearTimeout(impatience);
      }
      if (pidFile !== undefined) rmSync(pidFile, { force: true });
    },
  };
}

/** Whether there is a program for this system. @public */
export function isDynoxideInstalled(): boolean {
  return programFile() !== undefined;
}

function programFile(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch {
    return undefined;
  }
}

function program(): string {
  const file = programFile();
  if (file === undefined) {
    throw new NoDynoxide(
      `There is no dynoxide for ${process.platform}-${process.arch} among the packages. ` +
        'Start without DYNAMODB_ENGINE to have the engine in this process.',
    );
  }
  return file;
}

/** Ends a program that a killed run left behind, if the noted process is still that program on this database. */
async function endForsaken(pidFile: string, database: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const isOurs = (): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(database);
    } catch {
      return false;
    }
  };
  if (pid > 0 && isOurs()) {
    process.kill(pid, 'SIGKILL');
    for (let tries = 0; isOurs() && tries < 100; tries += 1) await pause(20);
  }
  rmSync(pidFile, { force: true });
}

async function untilListening(endpoint: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    if (child.pid === undefined || child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode}`);
    try {
      await fetch(endpoint, { method: 'GET' });
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await pause(20);
    }
  }
}
