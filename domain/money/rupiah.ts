/**
 * Money: whole rupiah, never fractions, never negative.
 *
 * A sum that leaves the safe integers (about Rp9 quadrillion, beyond the state budget) is an error, not a rounding.
 */
import * as z from 'zod';

/** An amount of money in whole rupiah, from 0 to `Number.MAX_SAFE_INTEGER`. */
export const rupiahSchema = z.int().nonnegative().brand<'Rupiah'>();
export type Rupiah = z.output<typeof rupiahSchema>;

/** Thrown when a number is not a whole, safe, non-negative amount of rupiah. */
export class NotRupiah extends Error {
  override readonly name = 'NotRupiah';
  constructor(value: unknown) {
    super(`${String(value)} is not an amount in whole rupiah (0 to ${Number.MAX_SAFE_INTEGER})`);
  }
}

/** Thrown when percentages do not make up a whole: each above 0 and together exactly 100. */
export class PercentsNotWhole extends Error {
  override readonly name = 'PercentsNotWhole';
  constructor(percents: readonly number[]) {
    super(`the percentages [${percents.join(', ')}] must be whole, each above 0, and add up to 100`);
  }
}

/** The number as rupiah. @throws {NotRupiah} if it is fractional, negative or too large to be exact. */
export function rupiah(value: number): Rupiah {
  const read = rupiahSchema.safeParse(value);
  if (!read.success) throw new NotRupiah(value);
  return read.data;
}

export const zeroRupiah = rupiah(0);

/** The amount as Indonesians write it: `Rp40.000.000`. */
export function formatRupiah(amount: Rupiah): string {
  return `Rp${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}`;
}

/** The sum of all amounts. @throws {NotRupiah} when it is too large to be exact. */
export function sumRupiah(amounts: Iterable<Rupiah>): Rupiah {
  let sum = 0;
  for (const amount of amounts) {
    sum += amount;
    if (!Number.isSafeInteger(sum)) throw new NotRupiah(sum);
  }
  return rupiah(sum);
}

/** `amount` less `other`. @throws {NotRupiah} when the rest would be negative. */
export function minusRupiah(amount: Rupiah, other: Rupiah): Rupiah {
  return rupiah(amount - other);
}

/**
 * Splits `total` by whole percentages that add up to 100, so that the parts add up to `total` exactly.
 *
 * Largest remainder: each part is first rounded down; the rupiah left over go to the parts that lost most by the
 * rounding, the earlier one at equal loss. No part differs from its exact share by a whole rupiah.
 *
 * @throws {PercentsNotWhole} when the percentages are not whole, not positive, or do not add up to 100.
 */
export function splitByPercent(total: Rupiah, percents: readonly number[]): Rupiah[] {
  const whole = percents.reduce((sum, percent) => sum + percent, 0);
  if (whole !== 100 || percents.some((percent) => !Number.isInteger(percent) || percent <= 0)) {
    throw new PercentsNotWhole(percents);
  }
  // total × percent can leave the safe integers although the parts cannot, hence big integers.
  const shares = percents.map((percent, index) => {
    const hundredths = BigInt(total) * BigInt(percent);
    return { index, floor: hundredths / 100n, lost: hundredths % 100n };
  });
  let left = BigInt(total) - shares.reduce((sum, share) => sum + share.floor, 0n);
  for (const share of [...shares].sort((a, b) => Number(b.lost - a.lost) || a.index - b.index)) {
    if (left === 0n) break;
    share.floor += 1n;
    left -= 1n;
  }
  return shares.map((share) => rupiah(Number(share.floor)));
}
