/** Payment attempts: one item each, found by proposal, by EndToEndId, or by being ready for the next run. */
import * as z from 'zod';
import { type PaymentAttempt, paymentAttemptSchema } from '#domain/money/payment.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound, StalePayment } from '#functions/store/errors.ts';
import { type Key, keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryStatusAfter,
  write,
} from '#functions/store/table.ts';

const pointerSchema = z.object({ proposalId: z.string(), tranche: z.int(), attempt: z.int() });

/** Which attempt. */
export type PaymentPointer = z.output<typeof pointerSchema>;

function statusOf(payment: PaymentAttempt) {
  return payment.state === 'ready' ? statusKeys.readyPayment(payment.readyAt, payment.endToEndId) : undefined;
}

function keyAt({ proposalId, tranche, attempt }: PaymentPointer) {
  return keys.payment(proposalId, tranche, attempt);
}

/** The attempt that a payment's key names. */
function pointerAt({ pk, sk }: Key): PaymentPointer {
  const [, tranche, attempt] = sk.split('#').map(Number);
  return pointerSchema.parse({ proposalId: pk.slice(pk.indexOf('#') + 1), tranche, attempt });
}

export function createPayments(connection: Connection) {
  const find = async (
    proposalId: string,
    tranche: number,
    attempt: number,
  ): Promise<PaymentAttempt | undefined> => {
    const key = keys.payment(proposalId, tranche, attempt);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(paymentAttemptSchema, key, attributes);
  };
  return {
    find,

    /** @throws `NotFound` */
    get: async (proposalId: string, tranche: number, attempt: number): Promise<PaymentAttempt> => {
      const payment = await find(proposalId, tranche, attempt);
      if (payment === undefined) throw new NotFound(`Payment ${proposalId}, tranche ${tranche}/${attempt}`);
      return payment;
    },

    /** Attempts by their places, in few reads; in the order asked, without those that there are none of. */
    byPointers: async (pointers: readonly PaymentPointer[]): Promise<PaymentAttempt[]> => {
      const found = await getItems(connection, pointers.map(keyAt));
      return found.map(({ key, attributes }) => parseRecord(paymentAttemptSchema, key, attributes));
    },

    /** All attempts of a proposal, or of one tranche, in order. */
    list: async (proposalId: string, tranche?: number): Promise<PaymentAttempt[]> => {
      const { pk, sk } = keys.payment(proposalId, tranche ?? 0, 0);
      const prefix = tranche === undefined ? 'PAYMENT#' : sk.slice(0, sk.lastIndexOf('#') + 1);
      const found = await queryItems(connection, pk, prefix);
      return found.map(({ key, attributes }) => parseRecord(paymentAttemptSchema, key, attributes));
    },

    /** A new attempt and the pointer that its EndToEndId is found by; the id is unique for ever. */
    create: (payment: PaymentAttempt): Change[] => {
      const { proposalId, tranche, attempt, endToEndId } = payment;
      const onConflict = () => new AlreadyExists(`Payment ${endToEndId}`);
      const once = { condition: conditions.absent };
      return [
        { write: write.put(keyAt(payment), payment, { ...once, status: statusOf(payment) }), onConflict },
        { write: write.put(keys.endToEnd(endToEndId), { proposalId, tranche, attempt }, once), onConflict },
      ];
    },

    /** The attempt's next state; its `version` is the store's to raise. `StalePayment` when it changed since. */
    put: (before: PaymentAttempt, after: PaymentAttempt): Change => ({
      write: write.put(
        keyAt(after),
        { ...after, version: before.version + 1 },
        { condition: conditions.version(before.version), status: statusOf(after) },
      ),
      onConflict: () => new StalePayment(after.endToEndId),
    }),

    /** Holds only while the attempt is as it was read. `StalePayment` when it changed since. */
    unchanged: (payment: PaymentAttempt): Change => ({
      write: write.check(keyAt(payment), conditions.version(payment.version)),
      onConflict: () => new StalePayment(payment.endToEndId),
    }),

    /** The attempt that carries this id; undefined for an id that was never given. */
    byEndToEnd: async (endToEndId: string): Promise<PaymentAttempt | undefined> => {
      const key = keys.endToEnd(endToEndId);
      const attributes = await getItem(connection, key);
      if (attributes === undefined) return undefined;
      const { proposalId, tranche, attempt } = parseRecord(pointerSchema, key, attributes);
      return find(proposalId, tranche, attempt);
    },

    /**
     * Where attempts wait for a run, oldest first, from where `after` left off. The index lags: the caller of such a place
     * checks the attempt's state again.
     * @returns `next`: where to continue, if there may be more
     */
    readyAfter: async (
      after: string | undefined,
      limit: number,
    ): Promise<{ pointers: PaymentPointer[]; next: string | undefined }> => {
      const { keys: found, next } = await queryStatusAfter(connection, 'PAYMENT#ready', after, limit);
      return { pointers: found.map(pointerAt), next };
    },
  };
}
