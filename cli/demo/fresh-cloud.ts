/** A new cloud in virtual time for one demonstration, which leaves nothing behind when it has stopped. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudFolder } from '../cloud/home.ts';
import { type StartedCloud, type StartSettings, startPipeline } from '../cloud/start.ts';
import type { Output } from '../output.ts';

export interface FreshCloud extends Pick<StartSettings, 'assemblies' | 'startAt'> {
  output: Output;
}

/** What a demonstration plays on. */
export interface Stage {
  cloud: StartedCloud;
  /** The state directory, as the command line's other commands take it by `--home`. */
  home: string;
  /** How many seconds have passed since the start was asked for. */
  passed(): number;
}

export async function onFreshCloud<Result>(
  { output, ...settings }: FreshCloud,
  play: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  const home = await mkdtemp(join(tmpdir(), 'jaring-demo-'));
  let cloud: StartedCloud | undefined;
  try {
    cloud = await startPipeline({
      ...settings,
      ...{ state: cloudFolder(home), clock: 'virtual', say: (what) => output.line(what) },
    });
    return await play({ cloud, home, passed: () => (performance.now() - began) / 1000 });
  } finally {
    await cloud?.stop();
    await rm(home, { recursive: true, force: true });
  }
}
