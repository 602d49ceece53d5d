/** The bank's own references: which payments it has named by them, so that a line without an EndToEndId finds its payment. */
import * as z from 'zod';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import type { Change } from '#functions/store/commit.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, parseRecord, queryItems, write } from '#functions/store/table.ts';

const pointerSchema = z.object({ proposalId: z.string(), tranche: z.int(), attempt: z.int() });

/** Where a payment is. */
export type PaymentPointer = z.output<typeof pointerSchema>;

export function createBankReferences(connection: Connection) {
  return {
    /** Notes that the bank has named the payment so; again it changes nothing. */
    learn: (reference: string, { proposalId, tranche, attempt, endToEndId }: PaymentAttempt): Change => ({
      write: write.put(keys.bankReference(reference, endToEndId), { proposalId, tranche, attempt }),
      onConflict: () => new Error(`The bank reference of ${endToEndId} is put without a condition.`),
    }),

    /** Payments that the bank has named so: usually one, several where it booked them together. */
    payments: async (reference: string): Promise<PaymentPointer[]> => {
      const found = await queryItems(connection, keys.bankReference(reference, '').pk, 'PAYMENT#');
      return found.map(({ key, attributes }) => parseRecord(pointerSchema, key, attributes));
    },
  };
}
