import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readme, withCoverage } from '#local/coverage.ts';

it('the README lists what the services can today; if not: npm run draw:coverage', async () => {
  const text = readFileSync(readme, 'utf8');
  expect(await withCoverage(text)).toBe(text);
});
