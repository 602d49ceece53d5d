/**
 * What a line of the bank's means for a payment: something that was booked on our account, or a report on the instruction.
 *
 * Statements and notifications book; the treasury's list does so for what an SP2D moved. Reports and lists of the bank's say what
 * became of instructions, and move no money.
 */

import type { ToldBooking } from '#domain/money/booking.ts';
import type { BankReport, PaymentAttempt } from '#domain/money/payment.ts';
import { runOf, sentAtOf } from '#domain/money/payment.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { fileNameOf, messageIdOf } from '#functions/payment/rails/message-id.ts';
import {
  type BankEntry,
  type BankFormat,
  bankItemIdOf,
} from '#functions/payment/reconciliation/bank-entry.ts';

const booking: ReadonlySet<BankFormat> = new Set<BankFormat>([
  'camt.053',
  'camt.054',
  'mt940',
  'list',
  'sp2d',
]);

/** Whether the line is of our account, and not of an instruction. */
export function isBooking({ outcome, channel, certain }: BankEntry): boolean {
  if (outcome === 'ACCEPTED' || outcome === 'REJECTED') return false;
  // A person's word makes a booking of what a list says of money that came back.
  return certain === true || (channel !== undefined && booking.has(channel));
}

/**
 * What lines book, each one of its equals: those of one side under one reference, or, without one, of one day.
 *
 * @returns undefined for a line that gives no amount
 */
export function toldBookings(lines: readonly BankEntry[], now: string): (ToldBooking | undefined)[] {
  const times = new Map<string, number>();
  return lines.map((entry) => {
    const { outcome, amount, bankReference: reference = '', valueDate: day = jakartaDate(now) } = entry;
    if (amount === undefined) return undefined;
    const side = outcome === 'SETTLED' || outcome === 'REVERSED' ? 'debit' : 'credit';
    const equals = `${side} ${amount} ${reference || day}`;
    const time = (times.get(equals) ?? 0) + 1;
    times.set(equals, time);
    return {
      ...{ side, amount, reference, day },
      isReturn: outcome === 'RETURNED',
      reversal: outcome === 'REVERSED',
      channel: entry.channel ?? 'person',
      ordinal: entry.ordinal ?? time,
      reasonCode: entry.reasonCode ?? 'NARR',
      ...(entry.reasonText !== undefined && { reasonText: entry.reasonText }),
      item: bankItemIdOf(entry),
      ...(entry.certain && { certain: true }),
    };
  });
}

/** What a line reports of the instruction. */
export function reportIn(
  { outcome, bankReference = '', valueDate, reasonCode, reasonText }: BankEntry,
  now: string,
): BankReport {
  switch (outcome) {
    case 'ACCEPTED':
      return { status: 'ACCEPTED' };
    case 'SETTLED':
      return { status: 'DONE', bankReference, valueDate: valueDate ?? jakartaDate(now) };
    case 'REJECTED':
      return {
        ...{ status: 'REJECTED', reasonCode: reasonCode ?? 'NARR' },
        ...(reasonText !== undefined && { reasonText }),
      };
    default:
      return { status: 'RETURNED' };
  }
}

/**
 * Whether the days that the bank gives can be those of this payment: of value not more than a week before it was sent, booked not before
 * it was sent, and neither far ahead of today.
 */
function arePossibleDays(
  { valueDate, bookedOn }: Pick<BankEntry, 'bookedOn' | 'valueDate'>,
  payment: PaymentAttempt,
  now: string,
): boolean {
  const since = sentAtOf(payment) ?? payment.createdAt;
  return (
    isBetween(valueDate, { since, before: valueBefore, now, ahead: valueAhead }) &&
    isBetween(bookedOn, { since, before: 0, now, ahead: bookedAhead })
  );
}

/** Counted in days of Jakarta. */
function isBetween(
  day: string | undefined,
  { since, before, now, ahead }: { since: string; before: number; now: string; ahead: number },
): boolean {
  if (day === undefined) return true;
  const apart = (other: string) => (Date.parse(day) - Date.parse(jakartaDate(other))) / 86_400_000;
  return apart(since) >= -before && apart(now) <= ahead;
}

/** A value date may lie some days before the order, where a bank counts so, and after the file, over holidays. */
const valueBefore = 7;
const valueAhead = 14;
/** What is booked has happened; a bank that is closed may book under its next day. */
const bookedAhead = 5;

/** Whether what the bank says can be of this payment at all, by its days and by its account; else a person has to look. */
export function isCredible(entry: BankEntry, payment: PaymentAttempt, now: string): boolean {
  return arePossibleDays(entry, payment, now) && isOfItsAccount(entry, payment);
}

/** Whether what names an account of ours names the one that the payment is paid from: each bank speaks of its own. */
function isOfItsAccount({ account }: Pick<BankEntry, 'account'>, { debitAccount }: PaymentAttempt): boolean {
  return account === undefined || account === debitAccount.number;
}

/**
 * Whether a report that names a message names the one that the payment was instructed by: another sender's answer, or one about
 * another file of ours, says nothing of it. A file of text has no message id: banks give the run's instead.
 */
export function isOfOurMessage({ messageId }: BankEntry, payment: PaymentAttempt): boolean {
  const runId = runOf(payment);
  if (messageId === undefined || runId === undefined) return true;
  const { rail, debitAccount } = payment;
  if (messageId === runId || isTreasury(rail)) return true;
  return messageId === messageIdOf({ runId, file: fileNameOf({ rail, debitAccount }) });
}
