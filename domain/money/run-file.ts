/**
 * A file of a payment run: the instruction to the bank for one rail and debit account, from the moment it is written until it
 * lies where the bank's connector reads.
 */
import * as z from 'zod';
import { type BankEvent, event } from '../proposal/events.ts';
import { rupiahSchema } from './rupiah.ts';

/** What was sent, where payments were withheld after the file had been written: the same file without them. */
const reducedSchema = z.object({
  /** Empty where no payment was left, and nothing was sent. */
  sha256: z.string(),
  count: z.int().nonnegative(),
  sum: rupiahSchema,
  /** EndToEndIds. */
  withheld: z.array(z.string()),
});

/** An object of the bank bucket at the version that counts, whatever is put over it. */
const pinnedSchema = z.object({ key: z.string(), versionId: z.string(), bytes: z.int().nonnegative() });
/** An object at the version that counts. */
export type PinnedObject = z.output<typeof pinnedSchema>;

export const runFileSchema = z.object({
  runId: z.string(),
  rail: z.string(),
  /** Counts how often it was written: again, without them, each time that payments of it were held. */
  version: z.int().min(1),
  /** Where it lies in the bank bucket until it is released: the bank's connector does not read there. */
  prepared: pinnedSchema,
  /** The list of its payments for people: the same order, accounts masked. It lies next to it. */
  list: pinnedSchema,
  /** Where the bank's connector finds it once it is released. */
  key: z.string(),
  debitAccount: z.object({ bankCode: z.string(), number: z.string() }),
  /** SHA-256 of the file's bytes, hexadecimal; like `count` and `sum`, of what was written and released. */
  sha256: z.string(),
  mediaType: z.string(),
  count: z.int().nonnegative(),
  sum: rupiahSchema,
  writtenAt: z.string(),
  /** When it was put where the bank's connector reads. */
  sentAt: z.string().optional(),
  sent: reducedSchema.optional(),
});
/** An instruction file that was written. */
export type RunFile = z.output<typeof runFileSchema>;
/** One that lies where the bank's connector reads. */
export type SentRunFile = RunFile & { sentAt: string };
/** A file without the payments that were withheld from it. */
export type ReducedFile = z.output<typeof reducedSchema>;

/** Where the connector moves a file that it has taken from `outbox/`. */
export function fetchedKey(key: string): string {
  return key.replace(/^outbox\//, 'fetched/');
}

/** A file as it is after a transition, and what the bank's journal records of it. */
interface DecidedFile<File extends RunFile> {
  file: File;
  events: readonly BankEvent[];
}

/** The file was written where the bank does not read. */
export function writeFile(
  written: Omit<RunFile, 'writtenAt' | 'sentAt' | 'sent'>,
  now: string,
): DecidedFile<RunFile> {
  const { runId, rail, prepared, sha256, count, sum } = written;
  return {
    file: { ...written, writtenAt: now },
    events: [
      event(now, 'instruction.written', {
        ...{ runId, rail, key: prepared.key, versionId: prepared.versionId },
        ...{ sha256, count, sum },
      }),
    ],
  };
}

/**
 * The file was put where the bank's connector reads.
 * @param reduced what was sent instead of it, where payments were withheld
 * @param releasedBy the id of the person who released its run
 */
export function sendFile(
  file: RunFile,
  { reduced, releasedBy }: { reduced: ReducedFile | undefined; releasedBy: string },
  now: string,
): DecidedFile<SentRunFile> {
  const { runId, rail, key } = file;
  const { sha256, count, sum } = reduced ?? file;
  const facts = { runId, rail, key, sha256, count, sum };
  return {
    file: { ...file, ...(reduced !== undefined && { sent: reduced }), sentAt: now },
    events: [
      event(
        now,
        'instruction.sent',
        reduced === undefined ? facts : { ...facts, withheld: reduced.withheld.join(' ') },
        { kind: 'person', id: releasedBy },
      ),
    ],
  };
}
