/**
 * The layout of a list of receipts of the treasury (deposits that have reached kas negara), as data: by which titles its columns are
 * found, and how it writes sums and days.
 */
import * as z from 'zod';
import { dateForms, titleSchema } from './list-layout.ts';

export const receiptLayoutSchema = z
  .strictObject({
    /** Names the layout in reports. */
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    /** Who gives such a list. */
    from: z.string().min(1),
    columns: z.strictObject({
      ntpn: titleSchema,
      amount: titleSchema,
      /** The day on which the money was paid, as the slip has it. */
      paidDay: titleSchema,
      billingCode: titleSchema.optional(),
      /** The account of the budget: what was paid under one NTPN may stand in a row for each. */
      account: titleSchema.optional(),
    }),
    decimal: z.enum(['.', ',']),
    thousands: z.enum(['.', ',', ' ', "'", '']),
    date: z.enum(dateForms),
  })
  .refine(({ decimal, thousands }) => decimal !== thousands, { message: 'one sign cannot be both' });
export type ReceiptLayout = z.output<typeof receiptLayoutSchema>;
