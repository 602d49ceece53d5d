/**
 * What was booked of one payment on our account: every debit and credit once, by whichever channel, reference or day it is reported.
 *
 * A bank tells one transfer by several channels (statement, notification), each under a reference and a day of its own. So a booking is
 * known by its place in each channel: the first debit that one channel tells is the first that another tells. Within one channel
 * references and days tell bookings apart; where the same channel names a booking in another way in a later file, it cannot be known
 * whether it is the same one, and a person is asked.
 */
import * as z from 'zod';
import { type Rupiah, rupiahSchema } from './rupiah.ts';

/** How one channel tells a booking. */
const toldSchema = z.strictObject({
  /** The format of the file, or `person`. */
  channel: z.string(),
  /** The bank's reference there; empty where it gives none. */
  reference: z.string(),
  /** `yyyy-mm-dd` */
  day: z.iso.date(),
  /** Which of its equals in its file it is, from the second on. */
  ordinal: z.int().min(2).optional(),
});

/**
 * What a booking is. `payment`: the debit that was ordered; `return`: the credit that undoes it. `surplus`: a debit that was
 * not to be; `part`: a credit of another amount than was paid. The latter two are in suspense until they are ended by
 * `surplus-back` and `part-back`, their counterparts, or by a person's word.
 */
const bookingRoles = ['payment', 'return', 'surplus', 'surplus-back', 'part', 'part-back'] as const;
export type BookingRole = (typeof bookingRoles)[number];

/**
 * How what was in suspense ended: a booking undid it; a person confirmed it as what it seemed, or found that it was made good
 * elsewhere.
 */
const suspenseEnds = ['undone', 'confirmed', 'dismissed'] as const;

export const bookingSchema = z.strictObject({
  role: z.enum(bookingRoles),
  /** What was booked, without the fees that the bank names. */
  amount: rupiahSchema,
  /** `yyyy-mm-dd`, as the first channel that told it has it. */
  day: z.iso.date(),
  /** It takes an earlier booking back (`RvslInd`, `RC`). */
  reversal: z.literal(true).optional(),
  told: z.array(toldSchema).min(1),
  /** The question that it raised. */
  item: z.string().optional(),
  /** Of a surplus or a part: how it left the suspense. */
  ended: z.enum(suspenseEnds).optional(),
});
export type Booking = z.output<typeof bookingSchema>;
type Told = Booking['told'][number];

/** A booking as a file tells it. */
export interface ToldBooking {
  side: 'debit' | 'credit';
  /** Of a credit: whether the bank says that it is money that comes back. */
  isReturn: boolean;
  reversal: boolean;
  amount: Rupiah;
  channel: string;
  /** Empty where the bank gives none. */
  reference: string;
  day: string;
  /** Which of its equals in its file it is, from 1. */
  ordinal: number;
  /** Why it came back, as the bank says it. */
  reasonCode: string;
  /** What the bank adds to that in words. */
  reasonText?: string | undefined;
  /** The question that it would raise. */
  item: string;
  /** A person says that it is a booking of its own. */
  certain?: boolean;
}

/** On which side of our account a booking stands. */
function sideOf({ role }: Pick<Booking, 'role'>): 'debit' | 'credit' {
  return role === 'payment' || role === 'surplus' || role === 'part-back' ? 'debit' : 'credit';
}

/** Whether it is in suspense: it is not decided yet what becomes of it. */
export function isInSuspense({ role, ended }: Pick<Booking, 'role' | 'ended'>): boolean {
  return (role === 'surplus' || role === 'part') && ended === undefined;
}

/** The reference field of MT940 holds 16 characters: what is longer elsewhere is cut off there. */
const mt940Reference = 16;

/** Whether both are one reference of the bank's. */
function sameReference(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return short === long || (short.length === mt940Reference && long.startsWith(short));
}

/** Whether one channel says the same twice: by its reference, or, where it gives none, by the day. */
function isSameTelling(told: Told, { channel, reference, day, ordinal }: ToldBooking): boolean {
  if (told.channel !== channel || (told.ordinal ?? 1) !== ordinal) return false;
  return told.reference !== '' && reference !== ''
    ? sameReference(told.reference, reference)
    : told.day === day;
}

/** What a line of a file is: a booking that is known, one more, or one of which that cannot be known. */
export type Recognised = { known: number } | 'new' | 'doubtful';

/**
 * Which bookings the lines of one file tell. Each line is a booking of its own, since each moved the balance.
 *
 * @param lines all that one file says of the payment, in its order, all of one channel
 * @returns for each line, in order
 */
export function recognise(bookings: readonly Booking[], lines: readonly ToldBooking[]): Recognised[] {
  const taken = new Set<number>();
  const found = new Map<ToldBooking, Recognised>();
  const take = (line: ToldBooking, is: (booking: Booking) => boolean, as?: 'doubtful'): void => {
    if (found.has(line)) return;
    const index = bookings.findIndex(
      (booking, at) =>
        !taken.has(at) && sideOf(booking) === line.side && booking.amount === line.amount && is(booking),
    );
    if (index < 0) return;
    taken.add(index);
    found.set(line, as ?? { known: index });
  };
  for (const line of lines) take(line, ({ told }) => told.some((each) => isSameTelling(each, line)));
  for (const line of lines)
    if (line.certain !== true)
      take(
        line,
        ({ told, reversal }) =>
          told.every(({ channel }) => channel !== line.channel) && (reversal === true || !line.reversal),
      );
  for (const line of lines)
    if (line.certain !== true)
      take(line, ({ reversal }) => (reversal ?? false) === line.reversal, 'doubtful');
  return lines.map((line) => found.get(line) ?? 'new');
}

/** The booking with one more way in which it is told; the same where nothing is new. */
export function alsoTold(booking: Booking, line: ToldBooking): Booking {
  const { told } = booking;
  const known = told.findIndex((each) => isSameTelling(each, line));
  if (known < 0) return { ...booking, told: [...told, toldOf(line)] };
  const before = told[known];
  // The same, with the reference that it had not had.
  return before === undefined || before.reference !== '' || line.reference === ''
    ? booking
    : { ...booking, told: told.with(known, toldOf(line)) };
}

/** A booking that was not known. */
export function newBooking(line: ToldBooking, role: BookingRole, item?: string): Booking {
  const { amount, day, reversal } = line;
  return {
    ...{ role, amount, day, told: [toldOf(line)] },
    ...(reversal && { reversal }),
    ...(item !== undefined && { item }),
  };
}

function toldOf({ channel, reference, day, ordinal }: ToldBooking): Told {
  return { channel, reference, day, ...(ordinal > 1 && { ordinal }) };
}

/** The first of the bank's references for a booking; empty where no channel gave one. */
export function referenceOf({ told }: Booking): string {
  return told.find(({ reference }) => reference !== '')?.reference ?? '';
}
