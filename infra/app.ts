/** What the CDK command line runs (`cdk.json`); it passes the context and the output folder by the environment. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleLambdas, copyMaps } from './bundle.ts';
import { jaringApp } from './jaring-app.ts';

const folder = await mkdtemp(join(tmpdir(), 'jaring-bundles-'));
try {
  const bundles = await bundleLambdas(folder);
  await copyMaps(bundles, jaringApp(bundles).synth().directory);
} finally {
  await rm(folder, { recursive: true, force: true });
}
