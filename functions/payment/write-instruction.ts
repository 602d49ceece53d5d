/**
 * Writes one instruction file of a payment run into the bank bucket's `prepared/`, where the bank's connector does not
 * read.
 *
 * Writes a run's instruction to the bank: one file for each rail and debit account, once, in the rail's own format, where
 * the bank does not read yet: a person releases it first (`send-run.ts`).
 *
 * Where a treasurer has held payments of it, it is written again without them, under another name; what was written before stays.
 *
 * The file's bytes follow from the run's record alone, and the object is put only if there is none of its name. So
 * a second write, after a kill or at the same time, changes nothing, and what is there is the same. The record names the
 * version of the object; what anybody puts over it is never read. A list of the payments for people lies next to it.
 */

import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { chunk } from '#domain/chunk.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import { fileVersion, type PaymentRun, withoutHeld } from '#domain/money/payment-run.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { type PinnedObject, type RunFile, writeFile } from '#domain/money/run-file.ts';
import { sumRupiah } from '#domain/money/rupiah.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { writerOf } from '#functions/payment/rails/writers.ts';
import { listOf } from '#functions/payment/run-list.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { putPinned } from '#functions/runtime/put-once.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';

/** Payments that are read in one call. */
const atOnce = 100;

export interface WriteDeps {
  store: Pick<Store, 'commit' | 'payments' | 'runs'>;
  s3: S3Client;
  bankBucket: string;
}

/** The payments of a run, as they are now. */
export async function paymentsIn(
  { payments }: Pick<Store, 'payments'>,
  members: readonly RunPayment[],
): Promise<PaymentAttempt[]> {
  const found: PaymentAttempt[] = [];
  for (const group of chunk(members, atOnce)) found.push(...(await payments.byPointers(group)));
  return found;
}

/** The bytes of a run's file, which follow from its payments alone. @param payments at least one, all of one rail and account */
export function bytesOf(
  { id: runId, startedAt }: Pick<PaymentRun, 'id' | 'startedAt'>,
  file: string,
  payments: readonly PaymentAttempt[],
): Buffer {
  const [first] = payments;
  if (first === undefined || isTreasury(first.rail))
    throw new TypeError(`${file} of ${runId} has no payment.`);
  const writer = writerOf(first.rail);
  // The day is the run's, not the day of writing, so that a late retry writes the same bytes.
  const pieces = writer.write({ runId, file, startedAt, date: jakartaDate(startedAt), payments });
  // Bytes piece by piece: the text of a large run as one string would be held twice.
  return Buffer.concat(Array.from(pieces, (piece) => Buffer.from(piece, writer.encoding)));
}

/** @throws {NotFound} for a run that was not gathered */
export async function writeRunFile(
  { store, s3, bankBucket }: WriteDeps,
  { runId, rail: name, now }: { runId: string; rail: string; now: string },
): Promise<RunFile> {
  const run = await store.runs.get(runId);
  if (run === undefined) throw new NotFound(`Payment run ${runId}`);
  const version = fileVersion(run, name);
  const known = await store.runs.file(runId, name, version);
  if (known !== undefined) return known;
  // All that were gathered, also where one is held since: each attempt writes the same bytes. It is taken out where it is sent.
  // Only what a treasurer took out is in no later writing of it.
  const members = withoutHeld(run, await store.runs.payments(runId, name));
  const payments = await paymentsIn(store, members);
  const [first] = payments;
  if (first === undefined || isTreasury(first.rail))
    throw new NotFound(`A payment of ${name} in run ${runId}`);
  const writer = writerOf(first.rail);
  const { bankCode, number } = first.debitAccount;
  const objectName = `${runId}.${name}`;
  const put = async (extension: string, mediaType: string, bytes: Buffer): Promise<PinnedObject> => {
    const key = `prepared/${objectName}${version === 1 ? '' : `.v${version}`}.${extension}`;
    const object = { Bucket: bankBucket, Key: key, Body: bytes, ContentType: mediaType };
    return { key, versionId: await putPinned(s3, object), bytes: bytes.length };
  };
  const bytes = bytesOf(run, name, payments);
  const { file, events } = writeFile(
    {
      runId,
      rail: name,
      version,
      prepared: await put(writer.extension, writer.mediaType, bytes),
      list: await put('list.csv', 'text/csv', listOf(payments)),
      key: `outbox/${objectName}.${writer.extension}`,
      debitAccount: { bankCode, number },
      mediaType: writer.mediaType,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      count: payments.length,
      sum: sumRupiah(payments.map(({ amount }) => amount)),
    },
    now,
  );
  try {
    await store.commit({ journal: 'bank', now, events, changes: [store.runs.addFile(file)] });
    return file;
  } catch (error) {
    // Another attempt was faster, and what it pinned counts.
    const faster = error instanceof AlreadyExists ? await store.runs.file(runId, name, version) : undefined;
    if (faster === undefined) throw error;
    return faster;
  }
}

const eventSchema = z.object({ runId: z.string().min(1), rail: z.string().min(1), now: nowSchema });

export const handler = taskHandler(
  'payment/write-instruction',
  eventSchema,
  async (request, { env, store, logger }) => {
    const file = await writeRunFile(
      {
        store,
        s3: s3(),
        bankBucket: env.BANK_BUCKET,
      },
      request,
    );
    const { prepared, count, sum, sha256 } = file;
    const { key } = prepared;
    logger.info('An instruction was written.', { key, count, sum, sha256 });
    return { key, count, sum };
  },
);
