/**
 * What a bank says about payments, whichever format it says it in: the lines that matching takes.
 *
 * A reader makes them of each entry and each status as it comes, and keeps nothing else of a hundred thousand of them. It leaves the
 * deciding to the reconciler: a line says what became of one payment, or, at a higher level, of all payments of a message, and by
 * which ids and amount they may be known.
 */
import { createHash } from 'node:crypto';
import type { StatusMeaning } from '#domain/money/bank-codes.ts';
import type {
  BankReason,
  BankReference,
  InstructionStatus,
  Kept,
  ReturnInformation,
  Statement,
  StatementEntry,
  TransferDetail,
} from '#domain/money/bank-entry.ts';
import type { TreasuryReceipt } from '#domain/money/deposit.ts';
import type { Rupiah } from '#domain/money/rupiah.ts';
import { type Sen, wholeRupiahOf } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import type { Problem } from '#domain/text/problem.ts';
import { reasonCodeOf, reasonTextOf } from '#functions/payment/reconciliation/reasons.ts';

/**
 * `CREDIT`: money came in, and the bank does not say that it is a return. `REVERSED`: a credit was taken back, so that money is out
 * again.
 */
type TransferOutcome = 'ACCEPTED' | 'SETTLED' | 'REJECTED' | 'RETURNED' | 'CREDIT' | 'REVERSED';

/** What the bank says about one payment. */
export interface BankEntry {
  outcome: TransferOutcome;
  endToEndId?: string | undefined;
  /** The bank's own id of the transfer. */
  bankReference?: string | undefined;
  amount?: Rupiah | undefined;
  /** `yyyy-mm-dd`. */
  valueDate?: string | undefined;
  /** ISO 20022 external code, or the bank's own. */
  reasonCode?: string | undefined;
  /** What the bank adds to that in words, or its own codes. */
  reasonText?: string | undefined;
  /** Set where the treasury says it of an SP2D, whose number is the reference: only what an SP2D has sent is meant. */
  sp2d?: true | undefined;
  /** Of a booking: which one of this payment in its statement it is, from the second on. */
  again?: number | undefined;
  /** What is beyond whole rupiah, of a booking that has sen: then `amount` is what is before the comma. */
  sen?: number | undefined;
  /** Of a line that names no payment: which one of its equals in its statement it is, from the second on. */
  ordinal?: number | undefined;
  /** Of a line that bears no reference at all: a digest of its words and its account, by which it is known. */
  textDigest?: string | undefined;
  /** Why it is not believed before a person has looked at it. */
  doubt?: Problem['code'] | undefined;
  /** The format of the file that says it. */
  channel?: BankFormat | undefined;
  /** A person has said that it is a booking of its own. */
  certain?: true | undefined;
  /** Of a report: the id of our message, as the bank repeats it. */
  messageId?: string | undefined;
  /** Our account that it speaks of, where the file names one. */
  account?: string | undefined;
  /** When it was booked, where that is another day than `valueDate`: `yyyy-mm-dd`. */
  bookedOn?: string | undefined;
}

/** The id of the item that reports it to a person: it follows from what was said. */
export function bankItemIdOf({
  outcome,
  endToEndId,
  bankReference,
  amount,
  valueDate,
  reasonCode,
  again,
  sp2d,
  sen,
  ordinal,
  textDigest,
  certain,
}: Omit<BankEntry, 'account' | 'bookedOn' | 'channel' | 'reasonText' | 'messageId'>): string {
  const facts = [
    ...[outcome, endToEndId, bankReference, amount, valueDate, reasonCode],
    ...(sp2d === undefined ? [] : ['sp2d']),
    ...(sen === undefined ? [] : [`sen ${sen}`]),
    ...(ordinal === undefined ? [] : [`ordinal ${ordinal}`]),
    ...(textDigest === undefined ? [] : [`words ${textDigest}`]),
    ...(certain === undefined ? [] : ['certain']),
  ];
  const text = JSON.stringify(again === undefined ? facts : [...facts, again]);
  return `B-${createHash('sha256').update(text).digest('hex').slice(0, 12).toUpperCase()}`;
}

/** The id of the item that asks why a payment is not booked: one for each payment. */
export function lateItemId(endToEndId: string): string {
  return bankItemIdOf({ outcome: 'SETTLED', endToEndId, textDigest: 'late' });
}

/** What the bank says about all payments of an instruction, or of a part of it. */
export interface BatchStatus {
  outcome: TransferOutcome;
  reasonCode?: string;
  reasonText?: string | undefined;
  /** The id of our message. */
  messageId: string;
  /** The id of the part, where the status is of a part. */
  paymentId?: string;
  valueDate: string;
  /** Whether it may be taken at its word: no transaction beneath it says otherwise. */
  unanimous: boolean;
}

export type BankFormat =
  | 'bulk-text'
  | 'pain.002'
  | 'camt.053'
  | 'camt.054'
  | 'mt940'
  | 'csv'
  | 'sp2d'
  | 'receipts'
  | 'list';

/** A receipt of the treasury's as a list has it. */
export type ListedReceipt = Omit<TreasuryReceipt, 'file'>;

/** What a file says, and what that means for payments. */
export interface BankReport {
  format: BankFormat;
  /** The only run that the file may speak of, where the format names one. */
  runId?: string;
  /** Of our accounts: what each is called, and its balances. */
  statements: Statement[];
  /** Only where the reader was asked to keep them. */
  statuses?: InstructionStatus[];
  /** One for each transfer that was booked, and for each status of a payment. */
  transactions: BankEntry[];
  groups: BatchStatus[];
  /** What the treasury says of money that has reached kas negara. */
  receipts?: readonly ListedReceipt[];
  /** What is not ours, or cannot be understood: it stays in the file, and is shown. */
  kept: readonly Kept[];
}

/** What a format's reader gives: what it kept and what is wrong is noted elsewhere. */
export type Content = Omit<BankReport, 'kept'>;

/** @param keepEntries whether statuses are kept as the file has them */
export function emptyContent(format: BankFormat, keepEntries: boolean | undefined): Content {
  const content = { format, statements: [], transactions: [], groups: [] };
  return keepEntries ? { ...content, statuses: [] } : content;
}

/** What was read, or everything that is wrong. A file with a problem is quarantined whole. */
export type Reading = { report: BankReport; problems: [] } | { report?: undefined; problems: Problem[] };

function whole(amount: Sen | undefined): Pick<BankEntry, 'amount' | 'sen'> {
  if (amount === undefined) return nothing;
  const rupiah = wholeRupiahOf(amount);
  if (rupiah !== undefined) return { amount: rupiah };
  const rest = amount % 100;
  return { amount: wholeRupiahOf((amount - rest) as Sen), sen: rest };
}

const nothing = {};

/** Adds what an entry means for payments: a line for each of its transfers; for itself where it has none. */
export function addLines(entry: StatementEntry, channel: BankFormat, lines: BankEntry[]): void {
  const { details } = entry;
  if (details.length === 0) addLine(entry, undefined, channel, lines);
  else for (const detail of details) addLine(entry, detail, channel, lines);
}

function addLine(
  entry: StatementEntry,
  detail: TransferDetail | undefined,
  channel: BankFormat,
  lines: BankEntry[],
): void {
  const outcome = outcomeOf(entry, detail?.returned);
  if (outcome === undefined) return;
  const [booked, charges] =
    detail === undefined ? [entry.amount, entry.charges] : [detail.booked, detail.charges];
  const endToEndIds = detail === undefined ? endToEndIdsIn(entry.references) : detail.endToEndIds;
  const endToEndId = endToEndIds.length === 1 ? endToEndIds[0] : undefined;
  // The payee has what is left of a debit when the bank has taken its fee.
  const moved = booked !== undefined && entry.side === 'debit' ? ((booked - charges) as Sen) : booked;
  const { amount, sen } = whole(moved);
  const bankReference = bankReferenceOf(entry, detail);
  const valueDate = entry.valueDay ?? entry.bookingDay;
  // Nearly all have these, and objects that are made alike are small.
  const line: BankEntry =
    endToEndId !== undefined && bankReference !== undefined && amount !== undefined && valueDate !== undefined
      ? { outcome, endToEndId, bankReference, amount, valueDate, channel, account: entry.account }
      : present<
          Pick<
            BankEntry,
            'outcome' | 'endToEndId' | 'bankReference' | 'amount' | 'valueDate' | 'channel' | 'account'
          >
        >({ outcome, endToEndId, bankReference, amount, valueDate, channel, account: entry.account });
  if (entry.bookingDay !== undefined && entry.bookingDay !== valueDate) line.bookedOn = entry.bookingDay;
  if (outcome === 'RETURNED') addReason(line, detail?.returned?.reasons ?? []);
  if (sen !== undefined) line.sen = sen;
  if (endToEndId === undefined && entry.references.length + (detail?.references.length ?? 0) === 0)
    line.textDigest = digestOf(entry, detail);
  const doubt = entry.doubts[0]?.code;
  if (doubt !== undefined) line.doubt = doubt;
  else if (sen !== undefined && endToEndId !== undefined) line.doubt = 'bank-entry-sen';
  lines.push(line);
}

function addReason(line: BankEntry, reasons: readonly BankReason[]): void {
  line.reasonCode = reasonCodeOf(reasons);
  const text = reasonTextOf(reasons);
  if (text !== undefined) line.reasonText = text;
}

/** The ids among references. */
export function endToEndIdsIn(references: readonly BankReference[]): string[] {
  return references.flatMap(({ kind, value }) => (kind === 'end-to-end' ? [value] : []));
}

function digestOf({ account, text }: StatementEntry, detail: TransferDetail | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([account, text, detail?.text || text]))
    .digest('hex')
    .slice(0, 12);
}

/** The bank's own of this transfer: of several in one entry, none has the entry's. */
function bankReferenceOf(entry: StatementEntry, detail: TransferDetail | undefined): string | undefined {
  if (detail !== undefined)
    for (const { kind, value } of detail.references) if (kind === 'detail-servicer') return value;
  if (entry.details.length > 1) return undefined;
  for (const { kind, value } of entry.references) if (kind === 'servicer') return value;
  return undefined;
}

function outcomeOf(
  { status, side, reversal }: StatementEntry,
  returned: ReturnInformation | undefined,
): TransferOutcome | undefined {
  if (side === 'debit')
    return status === 'pending' ? (reversal ? undefined : 'ACCEPTED') : reversal ? 'REVERSED' : 'SETTLED';
  if (status === 'pending') return undefined;
  return reversal || returned !== undefined ? 'RETURNED' : 'CREDIT';
}

const outcomes: Readonly<Record<StatusMeaning, TransferOutcome | undefined>> = {
  received: 'ACCEPTED',
  accepted: 'ACCEPTED',
  pending: 'ACCEPTED',
  settled: 'SETTLED',
  refused: 'REJECTED',
  cancelled: 'REJECTED',
  returned: 'RETURNED',
  partly: undefined,
  unknown: undefined,
};

/** Adds what a status means for payments; keeps it as the file has it, where the content has a place for it. */
export function addStatus(status: InstructionStatus, content: Content): void {
  content.statuses?.push(status);
  const outcome = outcomes[status.means];
  if (outcome === undefined) return;
  if (status.level === 'transaction') content.transactions.push(statusLine(status, outcome, content.format));
  else addBatchStatus(status, outcome, content.groups);
}

function statusLine(
  { original, references, amount: stated, day, reasons, doubts, account }: InstructionStatus,
  outcome: TransferOutcome,
  channel: BankFormat,
): BankEntry {
  const [endToEndId] = original.endToEndIds.length === 1 ? original.endToEndIds : [];
  const [reference] = references;
  const { amount, sen } = whole(stated);
  const line = present<
    Pick<
      BankEntry,
      | 'outcome'
      | 'endToEndId'
      | 'bankReference'
      | 'amount'
      | 'valueDate'
      | 'channel'
      | 'messageId'
      | 'account'
    >
  >({
    ...{ outcome, endToEndId, bankReference: reference?.value, amount, valueDate: day, channel },
    ...{ messageId: original.messageId, account },
  }) as BankEntry;
  if (outcome === 'REJECTED' || outcome === 'RETURNED') addReason(line, reasons);
  if (reference?.kind === 'sp2d') line.sp2d = true;
  if (sen !== undefined) line.sen = sen;
  const doubt = doubts[0]?.code ?? (sen === undefined ? undefined : 'bank-entry-sen');
  if (doubt !== undefined) line.doubt = doubt;
  return line;
}

function addBatchStatus(
  { original: { messageId, paymentId }, day, reasons, unanimous }: InstructionStatus,
  outcome: TransferOutcome,
  groups: BatchStatus[],
): void {
  if (messageId === undefined || day === undefined) return;
  const reasonCode = outcome === 'REJECTED' ? reasonCodeOf(reasons) : undefined;
  const reasonText = outcome === 'REJECTED' ? reasonTextOf(reasons) : undefined;
  groups.push(
    present<BatchStatus>({
      outcome,
      reasonCode,
      reasonText,
      messageId,
      paymentId,
      valueDate: day,
      unanimous,
    }),
  );
}
