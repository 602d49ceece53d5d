/** The port between a payment run and the formats that banks take. */
import type { PaymentAttempt } from '#domain/money/payment.ts';

/** What one file instructs the bank to do: payments of one run, over one rail, from one account. */
export interface Instruction {
  runId: string;
  /** Names the file within its run. */
  file: string;
  /** When the run began; the file's own time, so that a late retry writes the same bytes. */
  startedAt: string;
  /** The day of execution in Jakarta, `yyyy-mm-dd`. */
  date: string;
  /** At least one, all of the same rail and debit account. */
  payments: readonly PaymentAttempt[];
}

export interface RailWriter {
  /** The end of the file's name, without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** How the text becomes bytes. */
  readonly encoding: 'utf8' | 'latin1';
  /** The file in pieces, of which none grows with the number of payments. The same instruction, the same text. */
  write(instruction: Instruction): Iterable<string>;
}
