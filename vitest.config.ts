import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take longest: they begin first, so that none of them is left running alone at the end. */
const slowest = ['/test/e2e/', '/test/iam/', '/test/browser/', '/test/money/'];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      slowest.some((folder) => moduleId.includes(folder)) ? 0 : 1;
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    // No test changes the process that it runs in, so the files share two, and what those have loaded.
    isolate: false,
    unstubEnvs: true,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    sequence: { sequencer: SlowestFirst },
    // In CI the results are also written down, so that `.ci/run` can end in their sum.
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results.json' }]] : ['default'],
  },
});
