/** A step, its logic and its test bear one stem: `functions/payment/open-tranche.ts`, `test/unit/functions/payment/open-tranche.test.ts`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lambdas } from '#functions/lambdas.ts';

const steps = Object.values(lambdas).flatMap(({ steps }) => Object.keys(steps));

test.each(steps)('%s has its logic and its test under its own name', (step) => {
  expect(existsSync(join('functions', `${step}.ts`))).toBe(true);
  expect(existsSync(join('test/unit/functions', `${step}.test.ts`))).toBe(true);
});
