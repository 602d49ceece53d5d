/** Payment attempts: one item each, found by proposal, by EndToEndId, or by being ready for the next run. */
import * as z from 'zod';
import { type Payment, paymentSchema } from '#domain/payment.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound, StalePayment } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  write,
} from '#functions/store/table.ts';

/** A payment with what the store keeps beside it. */
const recordSchema = z.object({
  payment: paymentSchema,
  /** Optimistic version. */
  version: z.int(),
  /** The token of the execution that waits for the bank, while it waits. */
  taskToken: z.string().optional(),
  /** When the present state was reached; places a ready payment in the queue. */
  at: z.string(),
});

/** A payment attempt as the table holds it. */
export type PaymentRecord = z.output<typeof recordSchema>;

const pointerSchema = z.object({ proposalId: z.string(), tranche: z.int(), attempt: z.int() });

const statusOf = ({ payment, at }: PaymentRecord) =>
  payment.state === 'ready' ? statusKeys.readyPayment(at, payment.endToEndId) : undefined;

const keyOf = ({ proposalId, tranche, attempt }: Pick<Payment, 'proposalId' | 'tranche' | 'attempt'>) =>
  keys.payment(proposalId, tranche, attempt);

export const createPayments = (connection: Connection) => {
  const get = async (
    proposalId: string,
    tranche: number,
    attempt: number,
  ): Promise<PaymentRecord | undefined> => {
    const key = keys.payment(proposalId, tranche, attempt);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(recordSchema, key, attributes);
  };
  return {
    get,

    /** All attempts of a proposal, or of one tranche, in order. */
    list: async (proposalId: string, tranche?: number): Promise<PaymentRecord[]> => {
      const prefix = tranche === undefined ? 'PAYMENT#' : `PAYMENT#${String(tranche).padStart(2, '0')}#`;
      const found = await queryItems(connection, keys.proposal(proposalId).pk, prefix);
      return found.map(({ key, attributes }) => parseRecord(recordSchema, key, attributes));
    },

    /** A new attempt and the pointer that its EndToEndId is found by; the id is unique for ever. */
    create: (payment: Payment, now: string): Change[] => {
      const record: PaymentRecord = { payment, version: 1, at: now };
      const { proposalId, tranche, attempt, endToEndId } = payment;
      const exists = () => new AlreadyExists(`Payment ${endToEndId}`);
      return [
        {
          write: write.put(keyOf(payment), record, {
            condition: conditions.absent,
            status: statusOf(record),
          }),
          onConflict: exists,
        },
        {
          write: write.put(
            keys.endToEnd(endToEndId),
            { proposalId, tranche, attempt },
            { condition: conditions.absent },
          ),
          onConflict: exists,
        },
      ];
    },

    /**
     * The attempt's next state. `StalePayment` when it changed since `before` was read.
     *
     * @param after the payment, and the token to keep (give none to forget it)
     */
    put: (
      before: PaymentRecord,
      after: Pick<PaymentRecord, 'payment' | 'taskToken'>,
      now: string,
    ): Change => {
      const record: PaymentRecord = {
        ...after,
        version: before.version + 1,
        at: before.payment.state === after.payment.state ? before.at : now,
      };
      return {
        write: write.put(keyOf(after.payment), record, {
          condition: conditions.version(before.version),
          status: statusOf(record),
        }),
        onConflict: () => new StalePayment(after.payment.endToEndId),
      };
    },

    /** The attempt that carries this id; undefined for an id that was never given. */
    byEndToEnd: async (endToEndId: string): Promise<PaymentRecord | undefined> => {
      const key = keys.endToEnd(endToEndId);
      const attributes = await getItem(connection, key);
      if (attributes === undefined) return undefined;
      const { proposalId, tranche, attempt } = parseRecord(pointerSchema, key, attributes);
      const record = await get(proposalId, tranche, attempt);
      if (record === undefined) throw new NotFound(`Payment ${endToEndId}`);
      return record;
    },

    /** Attempts that wait for a run, oldest first. The index lags, so each is read and checked again. */
    ready: async (limit?: number): Promise<PaymentRecord[]> => {
      const found = await getItems(connection, await queryStatus(connection, 'PAYMENT#ready', limit));
      return found
        .map(({ key, attributes }) => parseRecord(recordSchema, key, attributes))
        .filter(({ payment }) => payment.state === 'ready');
    },
  };
};
