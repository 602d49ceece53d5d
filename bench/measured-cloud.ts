/** Starts the cloud under measurement, and talks to it. */
import { once } from 'node:events';
import { forkCloud } from '#cli/cloud/memory.ts';
import type { Answers, Request } from './cloud-process.ts';

/**
 * The cloud's process, which answers one request after the other.
 * @param profileTo the folder that node writes a CPU profile of each thread to, if any
 */
export function startProcess(profileTo?: string) {
  const profiling = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  const child = forkCloud(new URL('./cloud-process.ts', import.meta.url), [], {}, profiling);
  const ended = once(child, 'exit');
  const ask = async <R extends Request>(request: R): Promise<Answers[R['ask']]> => {
    child.send(request);
    const [reply] = await Promise.race([
      once(child, 'message'),
      ended.then(([code]) => [{ error: `The cloud's process ended (${code}).` }]),
    ]);
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.given;
  };
  return {
    ask,
    /** Ends the process, if it has not ended by itself. */
    stop: async () => {
      if (child.connected) {
        await ask({ ask: 'stop' });
        child.disconnect();
      }
      await ended;
    },
  };
}
