import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jaringApp } from '#infra/jaring-app.ts';
import { stages } from '#infra/stage.ts';
import { scratchFolder } from './scratch.ts';
import { standInBundles } from './templates.ts';

/** The findings that CDK writes next to the templates, as text. */
function report({ outdir }: App) {
  return readFileSync(join(outdir, 'validation-report.json'), 'utf8');
}

describe('validation', () => {
  // What CDK prints of the findings.
  beforeEach(() => {
    vi.spyOn(console, 'error').mockReturnValue();
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => vi.restoreAllMocks());

  const app = (stage: string) =>
    jaringApp(standInBundles(), {
      outdir: scratchFolder(),
      context: { stage },
    });

  it.each(stages)(
    'of %s finds nothing: neither cdk-nag nor the schemas of CloudFormation',
    (stage) => {
      const ours = app(stage);
      ours.synth();
      expect(JSON.parse(report(ours))).toMatchObject({ pluginReports: [] });
    },
    60_000,
  );

  it('stops the synthesis at a resource that cdk-nag objects to', () => {
    const ours = app('dev');
    const stack = ours.node.findChild('JaringState-dev');
    if (!(stack instanceof Stack)) throw new TypeError('The stack is not there.');
    new Bucket(stack, 'Careless');
    expect(() => ours.synth()).toThrow();
    expect(report(ours)).toContain('AwsSolutions-S1');
  });
});
