/**
 * The layout of a list of bookings that a bank gives as CSV or Excel, as data: by which titles its columns are found, and how it
 * writes sums, signs and days. A layout says nothing of what a line means.
 */
import * as z from 'zod';

/** A title as the bank writes it; several where the bank's programmes differ. Case and doubled blanks do not matter. */
export const titleSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const dateForms = [
  'dd/mm/yyyy',
  'dd/mm/yy',
  'dd-mm-yyyy',
  'dd.mm.yyyy',
  'mm/dd/yyyy',
  'yyyy-mm-dd',
  'yyyy/mm/dd',
  'yyyymmdd',
  /** `05 Okt 2020`, `05-Oct-20`: months in Indonesian or English. */
  'dd mmm yyyy',
  /** The year is that of the period, which stands above the list. */
  'dd/mm',
] as const;

export const listLayoutSchema = z
  .strictObject({
    /** Names the layout in reports. */
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    /** Whose it is. */
    bank: z.string().min(1),
    columns: z.strictObject({
      bookingDay: titleSchema,
      valueDay: titleSchema.optional(),
      text: z.array(z.string().min(1)).min(1),
      /** One column with a sign, a mark or brackets; or one for each side. */
      amount: titleSchema.optional(),
      debit: titleSchema.optional(),
      credit: titleSchema.optional(),
      /** A column that says which side it is. */
      mark: titleSchema.optional(),
      reference: titleSchema.optional(),
      endToEndId: titleSchema.optional(),
      account: titleSchema.optional(),
      currency: titleSchema.optional(),
      /** What the account held after the booking; with it a list that was cut in the middle is noticed. */
      balance: titleSchema.optional(),
    }),
    /** Words above the list behind which the account stands, in the same cell or the next; where no column has it. */
    account: titleSchema.optional(),
    /** Words above the list behind which its period stands, whose last year counts. */
    period: titleSchema.optional(),
    /** Words of rows above or below, behind which a balance stands. */
    opening: titleSchema.optional(),
    closing: titleSchema.optional(),
    decimal: z.enum(['.', ',']),
    thousands: z.enum(['.', ',', ' ', "'", '']),
    date: z.enum(dateForms),
    /** How a side is marked, in its column or behind the sum. A sum without a mark is on the side that has an empty one. */
    debitMarks: z.array(z.string()).default(['D', 'DB', 'DR', '-']),
    creditMarks: z.array(z.string()).default(['C', 'CR', 'K', '+']),
    encoding: z.enum(['utf-8', 'windows-1252']).default('utf-8'),
  })
  .refine(
    ({ columns: { amount, debit, credit } }) =>
      (amount === undefined) === (debit !== undefined && credit !== undefined),
    {
      message: 'a list has either one column of sums or one for each side',
    },
  )
  .refine(({ decimal, thousands }) => decimal !== thousands, { message: 'one sign cannot be both' })
  .refine(({ columns, account }) => columns.account !== undefined || account !== undefined, {
    message: 'a list has to say whose account it is about',
  });
export type ListLayout = z.output<typeof listLayoutSchema>;
export type Title = z.output<typeof titleSchema>;
