/** Payment runs: what was gathered, the file that was written for each rail, and what was decided about the run. */
import * as z from 'zod';
import { maskedAccountSchema, payeeSchema } from '#domain/money/payee.ts';
import { freedSchema } from '#domain/money/payment.ts';
import { type PaymentRun, paymentRunSchema } from '#domain/money/payment-run.ts';
import { type RunFile, runFileSchema, type SentRunFile } from '#domain/money/run-file.ts';
import { rupiahSchema } from '#domain/money/rupiah.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound, StaleRun } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryItemsAfter,
  queryStatus,
  write,
} from '#functions/store/table.ts';

const runPaymentSchema = z.object({
  rail: z.string(),
  endToEndId: z.string(),
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive(),
  /** Whole rupiah. */
  amount: rupiahSchema,
  /** Where it goes. */
  account: maskedAccountSchema,
  payee: payeeSchema,
  freed: freedSchema.optional(),
  /** It does not go with the run after all: a question is open about its tranche, or it is not needed any more. */
  withheld: z.literal(true).optional(),
});

/** A payment's place in a run. */
export type RunPayment = z.output<typeof runPaymentSchema>;

/**
 * Payments that may join a run at the same time. Transactions that look at the same item at the same time refuse one
 * another, so a run's end is an item for each of them.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html, "Transaction conflict
 * handling in DynamoDB"
 */
export const gatheringShards = 24;

/** How far a run's payments have been gone through: the last that was; nothing at the beginning. */
export type RunCursor = string | undefined;

export function createRuns(connection: Connection) {
  return {
    get: async (id: string): Promise<PaymentRun | undefined> => {
      const key = keys.run(id);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(paymentRunSchema, key, attributes);
    },

    /** All runs, the oldest first. */
    all: async (): Promise<PaymentRun[]> => {
      const found = await getItems(connection, await queryStatus(connection, statusKeys.run('', '').gsi1pk));
      return found.map(({ key, attributes }) => parseRecord(paymentRunSchema, key, attributes));
    },

    /** A run's record, once. */
    create: (run: PaymentRun): Change => ({
      write: write.put(keys.run(run.id), run, {
        condition: conditions.absent,
        status: statusKeys.run(run.startedAt, run.id),
      }),
      onConflict: () => new AlreadyExists(`Payment run ${run.id}`),
    }),

    /** The run's next state; its `version` is the store's to raise. `StaleRun` when it changed since. */
    put: (before: PaymentRun, after: PaymentRun): Change => ({
      write: write.put(
        keys.run(after.id),
        { ...after, version: before.version + 1 },
        {
          condition: conditions.version(before.version),
          status: statusKeys.run(after.startedAt, after.id),
        },
      ),
      onConflict: () => new StaleRun(after.id),
    }),

    /**
     * Holds only while the run is still being gathered: no payment joins one that is being counted.
     * @param shard from 0 on; what is written at the same time takes another each
     */
    stillOpen: (id: string, shard: number): Change => ({
      write: write.check(keys.runClosed(id, shard % gatheringShards), conditions.absent),
      onConflict: () => new AlreadyExists(`The end of the gathering of run ${id}`),
    }),

    /** Ends the gathering, once and in all shards: what has not joined by then does not join any more. */
    close: (id: string, now: string): Change[] =>
      Array.from({ length: gatheringShards }, (_, shard) => ({
        write: write.put(keys.runClosed(id, shard), { closedAt: now }, { condition: conditions.absent }),
        onConflict: () => new AlreadyExists(`The end of the gathering of run ${id}`),
      })),

    /** Puts a payment into a run; in one transaction with the payment's own change, so it is in one run only. */
    addPayment: (runId: string, payment: RunPayment): Change => ({
      write: write.put(keys.runPayment(runId, payment.rail, payment.endToEndId), payment),
      onConflict: () => new AlreadyExists(`Payment ${payment.endToEndId} in run ${runId}`),
    }),

    /** Takes a payment out of a run that has not been sent; in one transaction with the payment's own change. */
    withhold: (runId: string, payment: RunPayment): Change => ({
      write: write.put(
        keys.runPayment(runId, payment.rail, payment.endToEndId),
        { ...payment, withheld: true },
        { condition: conditions.present },
      ),
      onConflict: () => new NotFound(`Payment ${payment.endToEndId} in run ${runId}`),
    }),

    /** Notes that a payment was left out of a run, or taken out of it, because something holds it; again it changes nothing. */
    noteHeld: (runId: string, payment: RunPayment): Change => ({
      write: write.put(keys.runHeld(runId, payment.endToEndId), payment),
      onConflict: () => new AlreadyExists(`The hold of ${payment.endToEndId} in run ${runId}`),
    }),

    /** The payments that were left or taken out of a run. */
    held: async (runId: string): Promise<RunPayment[]> => {
      const found = await queryItems(connection, keys.run(runId).pk, 'HELD#');
      return found.map(({ key, attributes }) => parseRecord(runPaymentSchema, key, attributes));
    },

    /** The payments of a run, in the order of their ids; of one rail, or of all. */
    payments: async (runId: string, rail?: string): Promise<RunPayment[]> => {
      const found = await queryItems(
        connection,
        keys.run(runId).pk,
        rail === undefined ? 'ITEM#' : `ITEM#${rail}#`,
      );
      return found.map(({ key, attributes }) => parseRecord(runPaymentSchema, key, attributes));
    },

    /** At most `limit` payments of a run, from where `after` left off; with where to continue, if there may be more. */
    paymentsAfter: async (
      runId: string,
      after: RunCursor,
      limit: number,
    ): Promise<{ payments: RunPayment[]; next: RunCursor }> => {
      const { pk } = keys.run(runId);
      const { items, next } = await queryItemsAfter(connection, pk, 'ITEM#', after, limit);
      return {
        payments: items.map(({ key, attributes }) => parseRecord(runPaymentSchema, key, attributes)),
        next,
      };
    },

    /** @param version which writing of it, from 1 */
    file: async (runId: string, rail: string, version = 1): Promise<RunFile | undefined> => {
      const key = keys.runFile(runId, rail, version);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(runFileSchema, key, attributes);
    },

    /** The files of a run, in the order of their names; also those that were written again since. */
    files: async (runId: string): Promise<RunFile[]> => {
      const found = await queryItems(connection, keys.run(runId).pk, 'FILE#');
      return found.map(({ key, attributes }) => parseRecord(runFileSchema, key, attributes));
    },

    /** The record of a file that was written, once a rail. */
    addFile: (file: RunFile): Change => ({
      write: write.put(keys.runFile(file.runId, file.rail, file.version), file, {
        condition: conditions.absent,
      }),
      onConflict: () => new AlreadyExists(`The ${file.rail} file of run ${file.runId}`),
    }),

    /** Notes, once, that the file lies where the bank's connector reads. */
    sendFile: (file: SentRunFile): Change => ({
      write: write.put(keys.runFile(file.runId, file.rail, file.version), file, {
        condition: { text: 'attribute_exists(pk) AND attribute_not_exists(sentAt)' },
      }),
      onConflict: () => new AlreadyExists(`The sending of the ${file.rail} file of run ${file.runId}`),
    }),
  };
}
