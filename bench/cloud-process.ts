/**
 * The cloud under measurement, in a process of its own, so that its memory is not the players' and the harness's.
 *
 * Started by `pipeline.ts`, which talks to it by messages: the settings come first, the endpoint goes back; then the bank
 * beside the cloud acts when told to, and the cloud stops when told to.
 */
import { readdir, readFile } from 'node:fs/promises';
import { startPipeline } from '#cli/cloud/start.ts';
import type { BankDeed } from '#samples/fake-bank.ts';

/** What the harness asks for. */
export type Request =
  | { readonly ask: 'start'; readonly assemblies: string; readonly state: string; readonly startAt: string }
  | { readonly ask: 'bank' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'stop' };

/** What it gets for each. */
export interface Answers {
  readonly start: { readonly endpoint: string };
  readonly bank: readonly BankDeed[];
  /** The largest memory so far: MiB. */
  readonly memory: number;
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
    if (request.ask === 'bank') return (await cloud?.bank.tick()) ?? [];
    if (request.ask === 'memory') return await largestMemory();
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
  const pids = await readdir('/proc').catch(() => []);
  const peaks = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      return value('PPid') === process.pid ? value('VmHWM') / 1024 : 0;
    }),
  );
  return peaks.reduce((sum, peak) => sum + peak, own);
}
