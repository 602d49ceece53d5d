/**
 * What is used from outside, so that knip finds what nothing uses any more. `knip` finds exports that no other file imports;
 * `knip --production` finds what only tests use, apart from what its own file needs too.
 */
import type { KnipConfig } from 'knip';
import { lambdas } from './functions/lambdas.ts';

const steps = Object.values(lambdas).flatMap(({ steps }) =>
  Object.keys(steps).map((step) => `functions/${step}.ts!`),
);

export default {
  entry: [
    ...steps,
    'cli/{jaring,trace}.ts!',
    'functions/runtime/{dispatch,source-traces}.ts!',
    'infra/{app,synth}.ts!',
    'local/step-functions/testing.ts!',
    'infra/pipeline/unexercised-grants.ts!',
    'local/lambda/thread/*.mjs!',
    '{functions/list-kinds,local/coverage,samples/generate,workflows/draw}.ts!',
    'programmes/*.ts!',
    'bench/*.ts!',
    'test/**/*.test.ts',
    'test/foreign-app/**/*.{ts,js,mjs}',
    'test/cloud/fixtures/**/*.{ts,js,mjs}',
  ],
  project: [
    '{domain,programmes,workflows,functions,infra,local,cli,samples,players,bench}/**/*.ts!',
    'test/**/*.ts',
  ],
  // What others need of them and no import names: fonts by their files, and what Powertools and middy share.
  ignoreDependencies: [
    '@expo-google-fonts/tinos',
    '@aws-lambda-powertools/commons',
    '@middy/util',
    '@smithy/types',
  ],
  // Of poppler-utils: it draws the pictures in docs/papers.
  ignoreBinaries: ['pdftoppm'],
  ignoreExportsUsedInFile: process.argv.includes('--production'),
} satisfies KnipConfig;
