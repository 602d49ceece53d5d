/** The id of a message, for its writer and for the reader of answers, who must recognise it. */
import { createHash } from 'node:crypto';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import { type FileRail, railName } from '#domain/money/rail.ts';
import type { Instruction } from './rail.ts';

/** The file of its run that a payment goes into: that of its rail and debit account, since a bank takes one account for each. */
export function fileNameOf({
  rail,
  debitAccount,
}: {
  rail: FileRail;
  debitAccount: PaymentAttempt['debitAccount'];
}): string {
  return `${railName(rail)}-${debitAccount.bankCode}-${debitAccount.number}`;
}

/**
 * The run's id, and a digest of the file's name, so that a bank's answer leads back to the run, and to which of its
 * files. 27 characters, of 35 that are allowed.
 */
export function messageIdOf({ runId, file }: Pick<Instruction, 'runId' | 'file'>): string {
  return `${runId}-${createHash('sha256').update(file).digest('hex').slice(0, 8).toUpperCase()}`;
}

/** The id of the message's one part: all payments of a file have the same debit account and day. */
export function paymentPartId(messageId: string): string {
  return `${messageId}-1`;
}
