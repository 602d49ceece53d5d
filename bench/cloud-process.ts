/**
 * The cloud under measurement, in a process of its own, so that its memory is not the players' and the harness's.
 *
 * Started by `pipeline.ts`, which talks to it by messages: the settings come first, the endpoint goes back; then the bank
 * next to the cloud acts on request, and the cloud stops on request.
 */
import { readdir, readFile } from 'node:fs/promises';
import { startPipeline } from '#cli/cloud/start.ts';
import type { AnswerFormat } from '#players/bank/bank-answers.ts';
import type { BankDeed } from '#players/bank/fake-bank.ts';

/** What the harness asks for. */
export type Request =
  | { readonly ask: 'start'; readonly assemblies: string; readonly state: string; readonly startAt: string }
  /** The format that the bank answers in from now on; its own by default. */
  | { readonly ask: 'bank'; readonly format?: AnswerFormat }
  | { readonly ask: 'memory' }
  | { readonly ask: 'cpu' }
  | { readonly ask: 'stop' };

/** What it gets for each. */
export interface Answers {
  readonly start: { readonly endpoint: string };
  readonly bank: readonly BankDeed[];
  /** The largest memory so far: MiB. */
  readonly memory: number;
  /** Processor time so far, in seconds: of the main thread, of all others (the functions' above all), of the database. */
  readonly cpu: { readonly main: number; readonly functions: number; readonly database: number };
  readonly stop: null;
}

if (import.meta.main) {
  let cloud: Awaited<ReturnType<typeof startPipeline>> | undefined;
  const answer = async (request: Request): Promise<Answers[Request['ask']]> => {
    if (request.ask === 'start') {
      const { ask: _, ...settings } = request;
      cloud = await startPipeline({ ...settings, clock: 'virtual' });
      return { endpoint: cloud.endpoint };
    }
    if (request.ask === 'bank') {
      if (request.format !== undefined) cloud?.bank.answerIn(request.format);
      return (await cloud?.bank.tick()) ?? [];
    }
    if (request.ask === 'memory') return await largestMemory();
    if (request.ask === 'cpu') return await processorTime();
    await cloud?.stop();
    return null;
  };
  process.on('message', (request: Request) => {
    answer(request).then(
      (given) => process.send?.({ given }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
}

/** The peaks of this process and of its children, the database above all, added up; of this one alone without `/proc`. */
async function largestMemory(): Promise<number> {
  const own = process.resourceUsage().maxRSS / 1024;
  const peaks = await eachChild('status', (status) => {
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  });
  return peaks.reduce((sum, peak) => sum + peak, own);
}

/** Processor time of this process and of its children, the database above all; nothing for these without `/proc`. */
async function processorTime(): Promise<Answers['cpu']> {
  const whole = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const main = (thread.user + thread.system) / 1e6;
  // The name in parentheses may hold blanks; user and system time, in hundredths of a second, come twelfth and thirteenth after it.
  const children = await eachChild('stat', (stat) => {
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  });
  return {
    main,
    functions: (whole.user + whole.system) / 1e6 - main,
    database: children.reduce((sum, seconds) => sum + seconds, 0),
  };
}

/** Reads one of Linux's files on each child of this process. */
async function eachChild(file: string, read: (text: string) => number): Promise<number[]> {
  const pids = await readdir('/proc').catch(() => []);
  const values = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== process.pid) return [];
      return [read(await readFile(`/proc/${pid}/${file}`, 'utf8'))];
    }),
  );
  return values.flat();
}
