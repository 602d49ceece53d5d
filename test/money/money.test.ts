import * as fc from 'fast-check';
import { it } from 'vitest';
import { moneyProperty } from './property.ts';

it('is where the rules say, whatever happens to it in whatever order, at once, again, and killed', {}, async () => {
  // The same histories each time; `npm run soak -- --histories` draws others.
  await fc.assert(await moneyProperty(), { numRuns: 2000, seed: 2020 });
});
