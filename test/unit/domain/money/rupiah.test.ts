import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatRupiah,
  minusRupiah,
  NotRupiah,
  PercentsNotWhole,
  rupiah,
  rupiahSchema,
  splitByPercent,
  sumRupiah,
} from '#domain/money/rupiah.ts';

const anyAmount = fc.maxSafeNat().map(rupiah);
/** Whole percentages, each above 0, together 100: the gaps between sorted distinct cuts. */
const anyPercents = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 12 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 100])
  .map((cuts) => cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0)));

describe('rupiah', () => {
  test('are whole, safe and not negative', () => {
    for (const value of [-1, 0.5, Number.NaN, Infinity, 2 ** 53])
      expect(() => rupiah(value)).toThrow(NotRupiah);
    expect(rupiahSchema.safeParse('40000000').success).toBe(false);
    expect(rupiah(40_000_000)).toBe(40_000_000);
  });

  test('are written with dots between the thousands', () => {
    expect([0, 999, 1000, 40_000_000].map((value) => formatRupiah(rupiah(value)))).toEqual([
      'Rp0',
      'Rp999',
      'Rp1.000',
      'Rp40.000.000',
    ]);
  });

  test('written out, say the same number again', () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(Number(formatRupiah(amount).replaceAll(/Rp|\./g, ''))).toBe(amount);
      }),
    );
  });

  test('are never summed or subtracted into what cannot be exact', () => {
    expect(() => sumRupiah([rupiah(Number.MAX_SAFE_INTEGER), rupiah(1)])).toThrow(NotRupiah);
    expect(() => minusRupiah(rupiah(1), rupiah(2))).toThrow(NotRupiah);
    expect(sumRupiah([])).toBe(0);
  });
});

describe('splitting by percent', () => {
  test('gives parts that add up to the whole, each within a rupiah of its exact share', () => {
    fc.assert(
      fc.property(anyAmount, anyPercents, (total, percents) => {
        const parts = splitByPercent(total, percents);
        expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total));
        parts.forEach((part, index) => {
          const off = BigInt(part) * 100n - BigInt(total) * BigInt(percents[index] ?? 0);
          expect(off > -100n && off < 100n).toBe(true);
        });
      }),
    );
  });

  test('gives the rupiah left over to the part that lost most by rounding', () => {
    expect(splitByPercent(rupiah(101), [70, 30])).toEqual([71, 30]);
    expect(splitByPercent(rupiah(1), [50, 50])).toEqual([1, 0]);
    expect(splitByPercent(rupiah(40_000_000), [70, 30])).toEqual([28_000_000, 12_000_000]);
  });

  test('refuses percentages that are not a whole', () => {
    for (const percents of [[], [99], [50, 51], [100, 0], [150, -50], [33.3, 66.7]]) {
      expect(() => splitByPercent(rupiah(100), percents)).toThrow(PercentsNotWhole);
    }
  });
});
