import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, expect, it, vi } from 'vitest';
import { jaringApp } from '#infra/jaring-app.ts';
import { standInBundles } from './templates.ts';

afterEach(() => vi.restoreAllMocks());

it('a resource that cdk-nag objects to stops the synthesis', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'jaring-assembly-'));
  const app = jaringApp(standInBundles(), { outdir });
  const stack = app.node.findChild('JaringState-dev');
  if (!(stack instanceof Stack)) throw new TypeError('The stack is not there.');
  new Bucket(stack, 'Careless');
  vi.spyOn(console, 'error').mockReturnValue();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(() => app.synth()).toThrow();
  expect(readFileSync(join(outdir, 'validation-report.json'), 'utf8')).toContain('AwsSolutions-S1');
}, 60_000);
