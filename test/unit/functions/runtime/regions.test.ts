import { expect, it } from 'vitest';
import { regions } from '#functions/runtime/regions.ts';

it('all of Indonesia’s regions are at hand, loaded once', () => {
  expect(regions().name('33.02.15.2003')).toBeDefined();
  expect(
    regions()
      .parents('33.02.15.2003')
      .map(({ code }) => code),
  ).toEqual(['33', '33.02', '33.02.15', '33.02.15.2003']);
  expect(regions()).toBe(regions());
});
