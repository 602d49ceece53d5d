/**
 * Synthesises the cloud assembly without the CDK command line: for the embedded cloud, the tests and CI.
 *
 *     node infra/synth.ts            writes cdk.out (or $CDK_OUTDIR) for the stage dev (or $JARING_STAGE)
 *
 * cdk-nag always runs. CDK's own check of the templates against CloudFormation's schemas costs as much time as all the
 * rest, so it runs where something is deployed (`cdk synth`, `cdk deploy`) and in the tests.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Bundles, bundleLambdas, copyMaps, sizeTable } from './bundle.ts';
import type { StageName } from './stage.ts';

/** What to synthesise. */
export interface SynthesisOptions {
  /** The folder of the cloud assembly, made or overwritten. */
  readonly outdir: string;
  readonly stage: StageName;
  /** Further context, as `cdk -c key=value` gives it. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What came of it. */
export interface Synthesis {
  /** Absolute path of the assembly. */
  readonly directory: string;
  readonly bundles: Bundles;
  /** Wall time in milliseconds. */
  readonly milliseconds: { readonly bundle: number; readonly total: number };
}

/**
 * Bundles all Lambdas and writes the cloud assembly.
 * @throws {MissingHandlers} when a step has no file
 * @throws CDK's `ValidationFailed` when cdk-nag has a finding that is not acknowledged; it prints the report itself
 */
export async function synthesise(options: SynthesisOptions): Promise<Synthesis> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'jaring-bundles-'));
  try {
    // The CDK is loaded while esbuild, in a process of its own, bundles.
    const [bundles, { jaringApp }] = await Promise.all([bundleLambdas(folder), import('./jaring-app.ts')]);
    const bundled = performance.now();
    const outdir = resolve(options.outdir);
    const assembly = jaringApp(bundles, {
      outdir,
      context: { stage: options.stage, ...options.context },
      builtinCloudFormationValidation: false,
    }).synth();
    await copyMaps(bundles, assembly.directory);
    return {
      directory: assembly.directory,
      bundles,
      milliseconds: { bundle: bundled - began, total: performance.now() - began },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const stage = process.env.JARING_STAGE === 'prod' ? 'prod' : 'dev';
  const { directory, bundles, milliseconds } = await synthesise({
    outdir: process.env.CDK_OUTDIR ?? 'cdk.out',
    stage,
  });
  console.log(`Bundles, minified:\n${sizeTable(bundles)}`);
  console.log(
    `${directory} for ${stage} in ${(milliseconds.total / 1000).toFixed(1)} s, of which bundling and loading the CDK ${(milliseconds.bundle / 1000).toFixed(1)} s`,
  );
}
