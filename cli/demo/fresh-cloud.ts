/** A new cloud in virtual time for one demonstration, which leaves nothing behind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartedCloud, type StartSettings, startPipeline } from '../cloud/start.ts';
import type { Output } from '../output.ts';

export interface FreshCloud extends Pick<StartSettings, 'assemblies' | 'startAt' | 'warm'> {
  output: Output;
}

/** @param play what happens on it; it is told how many seconds have passed since the start was asked for */
export async function onFreshCloud<Result>(
  { output, ...settings }: FreshCloud,
  play: (cloud: StartedCloud, passed: () => number) => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  const state = await mkdtemp(join(tmpdir(), 'jaring-demo-'));
  let cloud: StartedCloud | undefined;
  try {
    cloud = await startPipeline({
      ...settings,
      ...{ state, clock: 'virtual', say: (what) => output.line(what) },
    });
    return await play(cloud, () => (performance.now() - began) / 1000);
  } finally {
    await cloud?.stop();
    await rm(state, { recursive: true, force: true });
  }
}
