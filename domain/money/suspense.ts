/**
 * What of a payment's money is not allocated yet, as the ledger has it: what was booked and was not to be, until a booking undoes it or a
 * person says what it is.
 */
import { type Booking, isInSuspense } from './booking.ts';
import {
  type BudgetLineId,
  chargeEntries,
  type LedgerEntry,
  suspenseEndEntry,
  suspenseEntry,
} from './ledger.ts';
import { bookingsOf, type PaymentAttempt } from './payment.ts';
import { rupiah } from './rupiah.ts';

type Suspended = Booking & { role: 'surplus' | 'part' };

/** A booking that came into suspense, or left it; by its place among the payment's, from 1. */
export interface SuspenseMove {
  number: number;
  was: Suspended;
  how: 'into' | 'undone' | 'part-for-good' | 'whole-less-charge';
}

function isSuspended(booking: Booking | undefined): booking is Suspended {
  return booking !== undefined && isInSuspense(booking);
}

function endOf({ role, ended }: Booking): Exclude<SuspenseMove['how'], 'into'> {
  if (role === 'return') return 'whole-less-charge';
  return role === 'part' && ended === 'confirmed' ? 'part-for-good' : 'undone';
}

/** What came into suspense, and what left it, from one state of a payment to the next. */
export function suspenseMoves(before: PaymentAttempt, after: PaymentAttempt): SuspenseMove[] {
  const earlier = bookingsOf(before);
  return bookingsOf(after).flatMap((booking, index): SuspenseMove[] => {
    const was = earlier[index];
    const number = index + 1;
    if (isSuspended(booking)) return isSuspended(was) ? [] : [{ number, was: booking, how: 'into' }];
    return isSuspended(was) ? [{ number, was, how: endOf(booking) }] : [];
  });
}

/**
 * The ledger's entries of these moves. A part that came back of what the ledger does not have as paid yet has none: the settlement
 * enters it.
 *
 * @param isPaid whether the ledger has the tranche as paid
 */
export function suspenseEntries(
  of: { line: BudgetLineId; proposalId: string; at: string },
  { before, after }: { before: PaymentAttempt; after: PaymentAttempt },
  isPaid: boolean,
): LedgerEntry[] {
  const { tranche, attempt, endToEndId } = after;
  return suspenseMoves(before, after).flatMap(({ number, was, how }) => {
    const { role, amount } = was;
    const booking = { tranche, attempt, endToEndId, number, role, amount };
    if (role === 'surplus' || isPaid)
      return [
        how === 'into' ? suspenseEntry(of, booking) : suspenseEndEntry(of, booking, how),
        ...(how === 'whole-less-charge' ? chargesOf(of, after, booking, 'paid') : []),
      ];
    return how === 'whole-less-charge' ? chargesOf(of, after, booking, 'reserved') : [];
  });
}

function chargesOf(
  of: { line: BudgetLineId; proposalId: string; at: string },
  after: PaymentAttempt,
  booking: { tranche: number; attempt: number; endToEndId: string; number: number; amount: number },
  from: 'paid' | 'reserved',
): LedgerEntry[] {
  return chargeEntries(of, { ...booking, amount: rupiah(after.amount - booking.amount), from });
}

/** What of a payment the ledger has to have in suspense besides, when it is entered as paid: parts that came back before that. */
export function partsAtSettlement(
  of: { line: BudgetLineId; proposalId: string; at: string },
  payment: PaymentAttempt,
): LedgerEntry[] {
  const { tranche, attempt, endToEndId } = payment;
  return bookingsOf(payment).flatMap((booking, index) => {
    const { role, amount, ended } = booking;
    if (role !== 'part' || ended === 'undone' || ended === 'dismissed') return [];
    const part = { tranche, attempt, endToEndId, number: index + 1, role, amount } as const;
    return [
      suspenseEntry(of, part),
      ...(ended === 'confirmed' ? [suspenseEndEntry(of, part, 'part-for-good')] : []),
    ];
  });
}
