/**
 * Sends a released payment run to the bank, a part of its payments at a time, its files last.
 *
 * Sends a run that was released: first every payment is noted as sent, so that the bank's answer finds it so, then each
 * file is put where the bank's connector reads, once, with the bytes that the person released. A payment about which a question has come
 * up meanwhile is withheld: the file goes without it, and it is ready for a later run.
 *
 * A run of any size is gone through a part at a time. A second attempt, after a kill or at the same time, finds what
 * was done before and continues after it.
 */

import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { runRelease } from '#domain/asks/kinds/run-release.ts';
import { markSent } from '#domain/money/payment.ts';
import { isFileOf, type PaymentRun, type ReleasedRun, withoutHeld } from '#domain/money/payment-run.ts';
import { fetchedKey, type ReducedFile, type RunFile, sendFile } from '#domain/money/run-file.ts';
import { sumRupiah } from '#domain/money/rupiah.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { heldBy, withhold } from '#functions/payment/held.ts';
import { changeGathered, partOfRun } from '#functions/payment/update-run.ts';
import { bytesOf, paymentsIn } from '#functions/payment/write-instruction.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { putOnce } from '#functions/runtime/put-once.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import type { RunCursor } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { currentVersion } from '#functions/web/downloads.ts';

export interface SendDeps {
  store: Pick<Store, 'commit' | 'payments' | 'proposals' | 'runs'>;
  s3: S3Client;
  bankBucket: string;
}

/** A run was to be sent that was not released. The workflow never does. */
export class RunNotReleased extends Error {
  override readonly name = 'RunNotReleased';
  constructor({ id, state }: Pick<PaymentRun, 'id' | 'state'>) {
    super(`Payment run ${id} is ${state}; nothing of it may go to the bank.`);
  }
}

/** A released run was not sent before its fiscal year was over; nothing of it may leave any more. */
export class RunOfClosedYear extends Error {
  override readonly name = 'RunOfClosedYear';
  constructor({ id }: Pick<PaymentRun, 'id'>) {
    super(
      `Payment run ${id} was released in a fiscal year that is over, and was not sent. Do not send its files by hand: the KPA decides about its payments.`,
    );
  }
}

/** What lies in the bucket is not what was written and released. Nothing is sent before a person has looked at it. */
export class FileAltered extends Error {
  override readonly name = 'FileAltered';
  constructor(key: string) {
    super(`The file ${key} is not the one that was written: its SHA-256 differs.`);
  }
}

/** `more`: the rest of the payments is still to be noted, from `after` on. */
export type Sent = { outcome: 'more'; after: string } | { outcome: 'sent'; files: number };

/** @throws {RunNotReleased} {FileAltered} {NotFound} for a run that was not gathered */
export async function sendRun(
  deps: SendDeps,
  { runId, after, now }: { runId: string; after?: RunCursor; now: string },
  part = partOfRun,
): Promise<Sent> {
  const { store } = deps;
  const run = await store.runs.get(runId);
  if (run === undefined) throw new NotFound(`Payment run ${runId}`);
  if (run.state !== 'released') throw new RunNotReleased(run);
  if (jakartaDate(now).slice(0, 4) > jakartaDate(run.startedAt).slice(0, 4)) throw new RunOfClosedYear(run);
  const next = await changeGathered(store, { runId, after, part, now }, async (payment) => {
    const { proposalId, tranche } = payment;
    const { hold, changes } = await heldBy(store, payment);
    if (hold !== undefined) return withhold(store, payment, hold, now);
    const { payment: sent, events } = markSent(payment, run.releasedBy, now);
    return {
      events,
      changes: [
        store.payments.put(payment, sent),
        ...changes,
        store.proposals.addInvolvement(proposalId, {
          ...{ kind: runRelease.name, about: { tranche }, run: runId },
          personId: run.releasedBy,
        }),
      ],
    };
  });
  if (next !== undefined) return { outcome: 'more', after: next };
  const files = (await store.runs.files(runId)).filter((file) => isFileOf(run, file));
  for (const file of files) await putInOutbox(deps, run, file, now);
  return { outcome: 'sent', files: files.length };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * What goes to the bank: the bytes that were released; or, where payments were withheld since, the same file without them, and
 * nothing where none is left. Only less money leaves than a person has released.
 */
async function contentOf(
  { store, s3, bankBucket }: SendDeps,
  run: ReleasedRun,
  file: RunFile,
): Promise<{ bytes: Uint8Array | undefined; reduced: ReducedFile | undefined }> {
  const { rail, prepared, sha256 } = file;
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: bankBucket, Key: prepared.key, VersionId: prepared.versionId }),
  );
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  if (digest(bytes) !== sha256) throw new FileAltered(prepared.key);
  const members = withoutHeld(run, await store.runs.payments(run.id, rail));
  const withheld = members.filter((each) => each.withheld);
  if (withheld.length === 0) return { bytes, reduced: undefined };
  const left = members.filter((each) => !each.withheld);
  const without = left.length === 0 ? undefined : bytesOf(run, rail, await paymentsIn(store, left));
  return {
    bytes: without,
    reduced: {
      sha256: without === undefined ? '' : digest(without),
      count: left.length,
      sum: sumRupiah(left.map(({ amount }) => amount)),
      withheld: withheld.map(({ endToEndId }) => endToEndId),
    },
  };
}

/** Whether the connector has moved the file already, after an attempt that died before it noted the sending. */
async function wasFetched({ s3, bankBucket }: SendDeps, key: string): Promise<boolean> {
  return (await currentVersion(s3, bankBucket, fetchedKey(key))) !== undefined;
}

async function putInOutbox(deps: SendDeps, run: ReleasedRun, file: RunFile, now: string): Promise<void> {
  if (file.sentAt !== undefined) return;
  const { store, s3, bankBucket } = deps;
  const { key, mediaType } = file;
  const { bytes, reduced } = await contentOf(deps, run, file);
  if (bytes !== undefined && !(await wasFetched(deps, key)))
    await putOnce(s3, { Bucket: bankBucket, Key: key, Body: bytes, ContentType: mediaType });
  const { file: sent, events } = sendFile(file, { reduced, releasedBy: run.releasedBy }, now);
  try {
    await store.commit({ journal: 'bank', now, events, changes: [store.runs.sendFile(sent)] });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

const eventSchema = z.object({ runId: z.string().min(1), after: z.string().nullable(), now: nowSchema });

export const handler = taskHandler('payment/send-run', eventSchema, async (step, { env, store, logger }) => {
  const deps = {
    store,
    s3: s3(),
    bankBucket: env.BANK_BUCKET,
  };
  const { runId, after, now } = step;
  const sent = await sendRun(deps, { runId, after: after ?? undefined, now });
  logger.info('A payment run is on its way to the bank.', { runId, ...sent });
  return sent;
});
