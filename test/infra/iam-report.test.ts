import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasonFor, unexercisedGrants } from '#infra/pipeline/unexercised-grants.ts';
import { readReport } from '../iam/report-text.ts';
import { type Resources, statements, synthesised } from './templates.ts';

const report = readReport(readFileSync(new URL('../../docs/iam-report.md', import.meta.url), 'utf8'));
const { pipeline, state } = synthesised('dev');

interface Granted {
  readonly id: string;
  readonly actions: readonly string[];
  readonly resources: number;
}

/** Every statement that allows something. */
function granted(template: Resources): readonly Granted[] {
  return Object.entries(template).flatMap(([logicalId, { Type, Properties }]) => {
    if (Type === 'AWS::Lambda::Permission')
      return [{ id: `${logicalId}#0`, actions: [String(Properties.Action)], resources: 1 }];
    if (!/^AWS::(IAM::Policy|S3::BucketPolicy|SQS::QueuePolicy)$/.test(Type)) return [];
    return statements(Properties.PolicyDocument).flatMap(({ effect, actions, resources }, index) =>
      effect === 'Allow' ? [{ id: `${logicalId}#${index}`, actions, resources: resources.length }] : [],
    );
  });
}

const all = [...granted(state), ...granted(pipeline)];

it('the report lists every statement that is synthesised, and no other: else run `npm run iam:report`', () => {
  const sorted = (rows: readonly Granted[]) =>
    rows
      .map(({ id, actions, resources }) => `${id}: ${[...actions].sort().join(', ')} on ${resources}`)
      .sort();
  expect(sorted(report)).toEqual(sorted(all));
});

it('every statement was needed, or has a reason', () => {
  const idle = report.filter(({ neededFor }) => neededFor === undefined);
  expect(
    idle.flatMap(({ id, actions }) => actions.filter((each) => reasonFor(id, each) === undefined)),
  ).toEqual([]);
});

it('every reason is about something that is granted', () => {
  for (const { actions: parts = [], policies = [''], reason } of unexercisedGrants) {
    for (const start of policies)
      expect(
        all.some(({ id }) => id.startsWith(start)),
        `${start}: ${reason}`,
      ).toBe(true);
    for (const part of parts) {
      const about = all.filter(
        ({ id, actions }) => policies.some((start) => id.startsWith(start)) && actions.includes(part),
      );
      expect(about.length, `${part}: ${reason}`).toBeGreaterThan(0);
    }
  }
});
