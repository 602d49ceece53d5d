import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { tranchePlan, trancheRule, UnknownTranche } from '#domain/money/tranche.ts';
import { padatKarya, tkm, twoTranches } from '../packet/packets.ts';

const anyPack = fc.constantFrom(tkm, padatKarya, twoTranches);
const anyAmount = fc.integer({ min: 1, max: 2_000_000_000 }).map(rupiah);

describe('a tranche plan', () => {
  test('adds up to the award, in order, by the percentages of the pack', () => {
    fc.assert(
      fc.property(anyPack, anyAmount, (pack, amount) => {
        const plan = tranchePlan(pack, amount);
        expect(plan.reduce((sum, tranche) => sum + tranche.amount, 0)).toBe(amount);
        expect(plan.map(({ number }) => number)).toEqual(pack.tranches.map((_, index) => index + 1));
        for (const { amount: part, percent } of plan) {
          expect(Math.abs(part - (amount * percent) / 100)).toBeLessThan(1);
        }
      }),
    );
  });

  test('of any schedule adds up', () => {
    const anySchedule = fc.integer({ min: 1, max: 99 }).map((first) => [first, 100 - first]);
    fc.assert(
      fc.property(anySchedule, anyAmount, (percents, amount) => {
        const tranches = percents.map((percent) => ({ ...trancheRule(tkm, 1), percent }));
        const plan = tranchePlan({ ...tkm, tranches }, amount);
        expect(plan.reduce((sum, tranche) => sum + tranche.amount, 0)).toBe(amount);
      }),
    );
  });

  test('is one payment for TKM, and 70/30 with half of the works done for Padat Karya', () => {
    expect(tranchePlan(tkm, rupiah(40_000_000)).map(({ amount }) => amount)).toEqual([40_000_000]);
    expect(tranchePlan(padatKarya, rupiah(26_000_000))).toMatchObject([
      { amount: 18_200_000, requiredProgress: 0 },
      { amount: 7_800_000, requiredProgress: 50 },
    ]);
  });

  test('names the papers of each tranche, and no tranche beyond', () => {
    expect(trancheRule(padatKarya, 2).documents.map(({ type }) => type)).toContain('progress-report');
    expect(() => trancheRule(tkm, 2)).toThrow(UnknownTranche);
  });
});
