/** The state directory of the command line: cached assemblies, the cloud's state, and who is running. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { NoCloudRunning } from '../errors.ts';

/** The repository. */
export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where everything is kept unless `--home` says otherwise. */
export const defaultHome = join(projectFolder, '.jaring');

const runningSchema = z.object({
  endpoint: z.url(),
  /** Of the process that the cloud runs in. */
  pid: z.int().positive(),
});
export type Running = z.output<typeof runningSchema>;

function runningFile(home: string) {
  return join(home, 'running.json');
}

/** Where the cloud keeps its state. */
export function cloudFolder(home: string) {
  return join(home, 'cloud');
}

/** The cloud that runs from this directory, if its process is alive. */
export async function findRunning(home: string): Promise<Running | undefined> {
  const text = await readFile(runningFile(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const running = runningSchema.safeParse(readJson(text));
  return running.success && isAlive(running.data.pid) ? running.data : undefined;
}

/** What the text says, or nothing when a process died while it wrote it. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws {NoCloudRunning} */
export async function mustRun(home: string): Promise<Running> {
  const running = await findRunning(home);
  if (running === undefined) throw new NoCloudRunning(home);
  return running;
}

/** Notes that this process runs the cloud; the returned function takes the note back. */
export async function noteRunning(home: string, endpoint: string): Promise<() => Promise<void>> {
  await mkdir(home, { recursive: true });
  const running: Running = { endpoint, pid: process.pid };
  await writeFile(runningFile(home), `${JSON.stringify(running)}\n`);
  return () => rm(runningFile(home), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
