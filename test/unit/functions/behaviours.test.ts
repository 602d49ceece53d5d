import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { lambdaNames, stepsOf } from '#functions/lambdas.ts';

const root = join(import.meta.dirname, '../../..');
const steps = lambdaNames.flatMap((lambda) => stepsOf(lambda).map(([step]) => step));

/** The sources that a step's code is made of, without what it does not use. */
async function sourcesOf(names: readonly string[]): Promise<Map<string, ReadonlySet<string>>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    outdir: 'unwritten',
    outbase: 'functions',
    loader: { '.csv': 'text' },
  });
  return new Map(
    Object.values(metafile.outputs).map(({ entryPoint = '', inputs }) => [
      entryPoint.replace(/^functions\/|\.ts$/g, ''),
      new Set(Object.keys(inputs).filter((source) => (inputs[source]?.bytesInOutput ?? 0) > 0)),
    ]),
  );
}

describe('what the stages bring for their asks', () => {
  it('is registered in every step whose code asks or takes answers', async () => {
    const sources = await sourcesOf(steps);
    expect([...sources.keys()].toSorted()).toEqual(steps.toSorted());
    const looking = steps.filter((step) => sources.get(step)?.has('functions/asks/behaviour.ts'));
    expect(looking).toContain('asks/show-ask');
    expect(looking.filter((step) => !sources.get(step)?.has('functions/behaviours.ts'))).toEqual([]);
  });

  it('is missed aloud where nothing registered it', () => {
    // In a process of its own: here other tests have registered it.
    const source = "import { behaviourOf } from '#functions/asks/behaviour.ts'; behaviourOf('spm');";
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toContain('import #functions/behaviours.ts');
  });
});
