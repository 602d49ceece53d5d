/**
 * Sends a run that was released: first every payment is noted as sent, so that the bank's answer finds it so, then each
 * file is put where the bank's connector reads, once, with the bytes that the person released.
 *
 * A run of any size is gone through a part at a time. Whoever does it again, after a kill or at the same time, finds what
 * was done before and goes on behind it.
 */
import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { markSent } from '#domain/payment.ts';
import type { PaymentRun, ReleasedRun } from '#domain/payment-run.ts';
import { paymentEvent } from '#functions/payment/tranche.ts';
import { inGroups } from '#functions/people/in-groups.ts';
import { putOnce } from '#functions/shared/put-once.ts';
import { AlreadyExists, NotFound, StalePayment, TooMuchContention } from '#functions/store/errors.ts';
import type { PaymentRead } from '#functions/store/payments.ts';
import type { RunCursor, RunFile } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';

export interface SendDeps {
  store: Pick<Store, 'commit' | 'payments' | 'proposals' | 'runs'>;
  s3: S3Client;
  bankBucket: string;
}

/** A run was to be sent that nobody released. The workflow never does. */
export class RunNotReleased extends Error {
  override readonly name = 'RunNotReleased';
  constructor({ id, state }: Pick<PaymentRun, 'id' | 'state'>) {
    super(`Payment run ${id} is ${state}; nothing of it may go to the bank.`);
  }
}

/** What lies in the bucket is not what was written and released. Nothing is sent before a person has looked at it. */
export class FileAltered extends Error {
  override readonly name = 'FileAltered';
  constructor(key: string) {
    super(`The file ${key} is not the one that was written: its SHA-256 differs.`);
  }
}

/** Payments that are gone through at a time: about 10 s. */
export const partOfRun = 2000;
/** Payments that are read together, and then written beside one another. */
const atOnce = 24;
/** Rounds of read and write before the caller is told that the record is too busy. */
const maxRounds = 8;

/** `more`: the rest of the payments is still to be noted, from `after` on. */
export type Sent = { outcome: 'more'; after: string } | { outcome: 'sent'; files: number };

/** @throws {RunNotReleased} {FileAltered} {NotFound} for a run that was not gathered */
export const sendRun = async (
  deps: SendDeps,
  { runId, after, now }: { runId: string; after?: RunCursor; now: string },
  part = partOfRun,
): Promise<Sent> => {
  const { store } = deps;
  const run = await store.runs.get(runId);
  if (run === undefined) throw new NotFound(`Payment run ${runId}`);
  if (run.state !== 'released') throw new RunNotReleased(run);
  const { payments, next } = await store.runs.paymentsAfter(runId, after, part);
  for (const group of inGroups(payments, atOnce)) {
    const reads = await store.payments.withHeads(group);
    await Promise.all(reads.map((read) => noteSent(store, run, read, now)));
  }
  if (next !== undefined) return { outcome: 'more', after: next };
  const files = await store.runs.files(runId);
  for (const file of files) await sendFile(deps, run, file, now);
  return { outcome: 'sent', files: files.length };
};

const noteSent = async (
  { commit, payments, proposals }: SendDeps['store'],
  { id: runId, releasedBy }: ReleasedRun,
  read: PaymentRead,
  now: string,
): Promise<void> => {
  const { proposalId, tranche, attempt, endToEndId } = read.payment;
  const actor = { kind: 'person' as const, id: releasedBy };
  for (let round = 0; round < maxRounds; round++) {
    // Read anew where somebody was faster.
    const known = round === 0 ? read : undefined;
    const payment = known?.payment ?? (await payments.get(proposalId, tranche, attempt));
    if (payment.state !== 'gathered' || payment.runId !== runId) return;
    try {
      await commit({
        proposalId,
        now,
        head: known?.head,
        events: [paymentEvent(now, 'payment.sent', { tranche, attempt, endToEndId, runId }, actor)],
        changes: [
          payments.put(payment, markSent(payment, now)),
          proposals.addAct(proposalId, {
            ...{ kind: 'run-release', key: `${runId}-${tranche}` },
            personId: releasedBy,
          }),
        ],
      });
      return;
    } catch (error) {
      if (!(error instanceof StalePayment)) throw error;
    }
  }
  throw new TooMuchContention(`Payment ${endToEndId}`, maxRounds);
};

const sendFile = async (
  { store, s3, bankBucket }: SendDeps,
  { releasedBy }: ReleasedRun,
  file: RunFile,
  now: string,
): Promise<void> => {
  if (file.sentAt !== undefined) return;
  const { runId, rail, preparedKey, key, sha256, mediaType, count, sum } = file;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bankBucket, Key: preparedKey }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new FileAltered(preparedKey);
  await putOnce(s3, { Bucket: bankBucket, Key: key, Body: bytes, ContentType: mediaType });
  try {
    await store.commit({
      journal: 'bank',
      now,
      events: [
        paymentEvent(
          now,
          'instruction.sent',
          { runId, rail, key, sha256, count, sum },
          { kind: 'person', id: releasedBy },
        ),
      ],
      changes: [store.runs.fileSent(file, now)],
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
};
