/**
 * How the process that holds a cloud uses memory.
 *
 * A cloud is many short-lived objects in one heap and several threads, each with some functions. Left to itself, node makes
 * the heap's nursery as large as fits one busy program, and glibc gives each thread an arena of its own that it never gives
 * back. `bench/README.md` says what the settings save.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { argv, env, execArgv, execPath, platform } from 'node:process';
import { compiledCode } from '../compiled-code.ts';

/** Options and variables for a process that a cloud will run in. */
const cloudProcess = {
  /** The nursery's half, and the most that the heap may come to, which also decides how eagerly it is swept: MiB. */
  execArgv: ['--max-semi-space-size=8', '--max-old-space-size=512'],
  env: { MALLOC_ARENA_MAX: '2' },
} as const;

/**
 * Forks a process that a cloud will run in.
 * @param variables of its environment, besides this process's
 * @param options node's own, besides those that keep memory little
 */
export function forkCloud(
  module: URL,
  args: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): ChildProcess {
  return fork(module, [...args], {
    execArgv: [...cloudProcess.execArgv, ...options],
    env: { NODE_COMPILE_CACHE: compiledCode, ...env, ...cloudProcess.env, ...variables },
  });
}

/** Starts this process again with the settings of `cloudProcess`, unless it has them. On Linux; elsewhere nothing happens. */
export function takeLittleMemory(): void {
  if (platform !== 'linux' || env.MALLOC_ARENA_MAX !== undefined) return;
  process.execve?.(execPath, [execPath, ...cloudProcess.execArgv, ...execArgv, ...argv.slice(1)], {
    ...env,
    ...cloudProcess.env,
  });
}
