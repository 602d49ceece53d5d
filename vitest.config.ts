import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begins before all others, for it needs no cloud assembly: that is made meanwhile where there is none yet. */
const first = '/test/money/';
/** Folders whose files take longest: they begin next, so that none of them is left running alone at the end. */
const slowest = ['/test/e2e/', '/test/iam/', '/test/browser/'];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      if (moduleId.includes(first)) return 0;
      return slowest.some((folder) => moduleId.includes(folder)) ? 1 : 2;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/temporary-files.ts',
    maxWorkers: 2,
    // No test changes the process that it runs in, so the files share two, and what those have loaded.
    isolate: false,
    unstubEnvs: true,
    // Only what hangs for good is ended: no test depends on how busy the machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    sequence: { sequencer: SlowestFirst },
    // In CI the results are also written down, so that `.ci/run` can end in their sum.
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results.json' }]] : ['default'],
  },
});
