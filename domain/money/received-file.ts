/** A file that came from the bank: what became of it as a whole. What its lines did is with the payments and the worklist. */
import * as z from 'zod';
import { type BankEvent, event } from '../proposal/events.ts';
import { problemSchema } from '../text/problem.ts';

/** What a file of the bank's is read as. */
export const bankFormatSchema = z.enum([
  'bulk-text',
  'pain.002',
  'camt.053',
  'camt.054',
  'mt940',
  'csv',
  'sp2d',
  'receipts',
  'list',
]);

export const bankFileSchema = z.object({
  /** The object's key in the bank bucket, and the version that was read. */
  key: z.string(),
  versionId: z.string(),
  outcome: z.enum(['read', 'refused']),
  /** What it was read as. */
  format: bankFormatSchema.optional(),
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

/** What became of a file is written down, with its event for the bank's journal. */
export function recordFile(file: BankFile): { file: BankFile; events: readonly BankEvent[] } {
  const { key, versionId, outcome, format = null, moved, problems, paidAgain, at } = file;
  return {
    file,
    events: [
      event(
        at,
        `answer.${outcome}`,
        {
          ...{ key, versionId, format, moved, problems: problems.length },
          unknown: file.unknown.join(' '),
          contradictions: file.contradictions.join(' '),
          ...(paidAgain.length > 0 && { paidAgain: paidAgain.join(' ') }),
        },
        { kind: 'bank' },
      ),
    ],
  };
}
