/**
 * A payment that the bank has not booked within the days that its paying office gives it: a question to the bank, from the working
 * day after the last of them until it is booked, refused or back.
 */
import { addWorkingDays, type Calendar, jakartaDate } from '../working-days.ts';
import { bookingsOf, type PaymentAttempt, type PaymentIn } from './payment.ts';

/** One that was sent, and of which no booking is known. */
export type Unbooked = PaymentIn<'sent' | 'accepted' | 'settled'>;

/** Whether its booking is still to come. Where the office lets reports count, none comes after that. */
export function awaitsBooking(payment: PaymentAttempt): payment is Unbooked {
  switch (payment.state) {
    case 'sent':
    case 'accepted':
      return bookingsOf(payment).length === 0;
    case 'settled':
      return payment.claimedBy !== undefined && payment.settledBy === undefined;
    default:
      return false;
  }
}

/** What the bank has said of it, and since when its booking is awaited (ISO 8601): from its sending, or from the word that it is done. */
export function awaitedSince(payment: Unbooked): {
  bankStatus: 'nothing' | 'accepted' | 'done';
  since: string;
} {
  if (payment.state === 'settled') return { bankStatus: 'done', since: payment.settledAt };
  if (payment.state === 'sent') return { bankStatus: 'nothing', since: payment.sentAt };
  return payment.done === undefined
    ? { bankStatus: 'accepted', since: payment.sentAt }
    : { bankStatus: 'done', since: payment.done.at };
}

/** Whether it is late on a day. @param days working days that the bank has; @param today `yyyy-mm-dd`, Jakarta */
export function isLate(payment: Unbooked, days: number, calendar: Calendar, today: string): boolean {
  return today > addWorkingDays(jakartaDate(awaitedSince(payment).since), days, calendar);
}
