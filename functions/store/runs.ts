/** Payment runs: what was gathered, and the file that was written for each rail. */
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  parseRecord,
  queryItems,
  write,
} from '#functions/store/table.ts';

const runSchema = z.object({
  id: z.string(),
  startedAt: z.string(),
  rails: z.array(z.string()),
  count: z.int().nonnegative(),
  /** Whole rupiah. */
  sum: z.int().nonnegative(),
});

const runPaymentSchema = z.object({
  rail: z.string(),
  endToEndId: z.string(),
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive(),
});

const runFileSchema = z.object({
  runId: z.string(),
  rail: z.string(),
  /** The object's key in the bank bucket. */
  key: z.string(),
  /** SHA-256 of the file's bytes, hexadecimal. */
  sha256: z.string(),
  count: z.int().nonnegative(),
  sum: z.int().nonnegative(),
  writtenAt: z.string(),
});

/** A payment run. */
export type PaymentRun = z.output<typeof runSchema>;
/** A payment's place in a run. */
export type RunPayment = z.output<typeof runPaymentSchema>;
/** An instruction file that was written. */
export type RunFile = z.output<typeof runFileSchema>;

export const createRuns = (connection: Connection) => ({
  get: async (id: string): Promise<PaymentRun | undefined> => {
    const key = keys.run(id);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(runSchema, key, attributes);
  },

  /** A run's record, once. */
  create: (run: PaymentRun): Change => ({
    write: write.put(keys.run(run.id), run, { condition: conditions.absent }),
    onConflict: () => new AlreadyExists(`Payment run ${run.id}`),
  }),

  /** Holds only while the run is still being gathered: no payment joins one whose file may be written. */
  stillOpen: (id: string): Change => ({
    write: write.check(keys.run(id), conditions.absent),
    onConflict: () => new AlreadyExists(`Payment run ${id}`),
  }),

  /** Puts a payment into a run; in one transaction with the payment's own change, so it is in one run only. */
  addPayment: (runId: string, payment: RunPayment): Change => ({
    write: write.put(keys.runPayment(runId, payment.rail, payment.endToEndId), payment),
    onConflict: () => new AlreadyExists(`Payment ${payment.endToEndId} in run ${runId}`),
  }),

  /** The payments of a run, in the order of their ids; of one rail, or of all. */
  payments: async (runId: string, rail?: string): Promise<RunPayment[]> => {
    const found = await queryItems(
      connection,
      keys.run(runId).pk,
      rail === undefined ? 'ITEM#' : `ITEM#${rail}#`,
    );
    return found.map(({ key, attributes }) => parseRecord(runPaymentSchema, key, attributes));
  },

  file: async (runId: string, rail: string): Promise<RunFile | undefined> => {
    const key = keys.runFile(runId, rail);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(runFileSchema, key, attributes);
  },

  /** The record of a file that was written, once a rail. */
  addFile: (file: RunFile): Change => ({
    write: write.put(keys.runFile(file.runId, file.rail), file, { condition: conditions.absent }),
    onConflict: () => new AlreadyExists(`The ${file.rail} file of run ${file.runId}`),
  }),
});
