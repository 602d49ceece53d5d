/** Files that came from the bank: which were read, which were refused, and what they said that fits no payment. */
import * as z from 'zod';
import { problemSchema } from '#domain/text/problem.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, getItem, parseRecord, write } from '#functions/store/table.ts';

const bankFileSchema = z.object({
  /** The object's key in the bank bucket, and the version that was read. */
  key: z.string(),
  versionId: z.string(),
  outcome: z.enum(['read', 'refused']),
  /** What it was read as. */
  format: z.enum(['bulk-text', 'pain.002', 'camt.053', 'camt.054', 'mt940', 'csv', 'sp2d']).optional(),
  /** Why it was refused. */
  problems: z.array(problemSchema),
  /** How many payments it moved. */
  moved: z.int().nonnegative(),
  /** Ids, references or amounts that fit no payment, or belong to another run. */
  unknown: z.array(z.string()),
  /** Ids for which it says the opposite of what was said before. */
  contradictions: z.array(z.string()),
  /** Ids that it says were paid more than once. */
  paidAgain: z.array(z.string()).default([]),
  /** What in it is not ours or could not be understood, and how often. */
  kept: z.array(z.object({ what: problemSchema, times: z.int().positive() })).default([]),
  at: z.string(),
});

/** What became of one file of the bank's. */
export type BankFile = z.output<typeof bankFileSchema>;

export function createBankFiles(connection: Connection) {
  return {
    find: async (objectKey: string, versionId: string): Promise<BankFile | undefined> => {
      const key = keys.bankFile(objectKey, versionId);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(bankFileSchema, key, attributes);
    },

    /** Records a file, once. `AlreadyExists` when another delivery of the same event did. */
    create: (file: BankFile): Change => ({
      write: write.put(keys.bankFile(file.key, file.versionId), file, { condition: conditions.absent }),
      onConflict: () => new AlreadyExists(`Bank file ${file.key}`),
    }),
  };
}
