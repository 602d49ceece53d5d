/**
 * What a bank books, to the sen: hundredths of a rupiah, as whole numbers.
 *
 * Balances, interest, taxes and fees carry sen; grants never do. A sum is kept in sen as long as it is a bank's, and becomes
 * rupiah only where it is whole.
 */
import * as z from 'zod';
import type { Rupiah } from './rupiah.ts';

/** Hundredths of a rupiah, from 0 to `Number.MAX_SAFE_INTEGER` (about Rp90 trillion). */
const senSchema = z.int().nonnegative().brand<'Sen'>();
export type Sen = z.output<typeof senSchema>;

/** Thrown when a number is not a whole, safe, non-negative number of sen. */
class NotSen extends Error {
  override readonly name = 'NotSen';
  constructor(value: unknown) {
    super(`${String(value)} is not an amount in sen (0 to ${Number.MAX_SAFE_INTEGER})`);
  }
}

/** Whether the number can be an amount in sen. */
function isSen(value: number): value is Sen {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The number as sen. @throws {NotSen} if it is fractional, negative or too large to be exact. */
export function sen(value: number): Sen {
  if (!isSen(value)) throw new NotSen(value);
  return value;
}

export const zeroSen = sen(0);

/** The amount in rupiah; undefined where it has sen. */
export function wholeRupiahOf(amount: Sen): Rupiah | undefined {
  // A whole hundredth of what is safe and not negative is a sum in rupiah; a file has a hundred thousand of them to ask about.
  return amount % 100 === 0 ? ((amount / 100) as Rupiah) : undefined;
}
