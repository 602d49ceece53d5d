/**
 * What a bank says about payments, whichever format it says it in.
 *
 * A reader gives entries and leaves the deciding to the reconciler: an entry says what became of one payment, or, at a
 * higher level, of all payments of a message, and by which ids and amount they may be known.
 */
import { createHash } from 'node:crypto';
import type { StatusMeaning } from '#domain/money/bank-codes.ts';
import type {
  BookedTransfer,
  InstructionStatus,
  Kept,
  Statement,
  StatementEntry,
} from '#domain/money/bank-entry.ts';
import type { Rupiah } from '#domain/money/rupiah.ts';
import { type Sen, wholeRupiahOf } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import type { Problem } from '#domain/text/problem.ts';
import { reasonCodeOf, reasonTextOf } from '#functions/payment/reconciliation/reasons.ts';
import type { ListedReceipt } from '#functions/payment/reconciliation/receipt-list.ts';
import { transfersOf } from '#functions/payment/reconciliation/statements.ts';

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
  /** Whether a statement says it, in which every booking stands once; notifications announce the same beforehand. */
  booked?: true | undefined;
  /** What is beyond whole rupiah, of a booking that has sen: then `amount` is what is before the comma. */
  sen?: number | undefined;
  /** Of a line that names no payment: which one of its equals in its statement it is, from the second on. */
  ordinal?: number | undefined;
  /** Of a line that bears no reference at all: a digest of its words and its account, by which it is known. */
  words?: string | undefined;
  /** Why it is not believed before a person has looked at it. */
  doubt?: Problem['code'] | undefined;
  /** The format of the file that says it. */
  channel?: BankFormat | undefined;
  /** A person has said that it is a booking of its own. */
  certain?: true | undefined;
  /** Of a report: the id of our message, as the bank repeats it. */
  messageId?: string | undefined;
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
  words,
  certain,
}: Omit<BankEntry, 'channel' | 'reasonText' | 'messageId'>): string {
  const facts = [
    ...[outcome, endToEndId, bankReference, amount, valueDate, reasonCode],
    ...(sp2d === undefined ? [] : ['sp2d']),
    ...(sen === undefined ? [] : [`sen ${sen}`]),
    ...(ordinal === undefined ? [] : [`ordinal ${ordinal}`]),
    ...(words === undefined ? [] : [`words ${words}`]),
    ...(certain === undefined ? [] : ['certain']),
  ];
  const text = JSON.stringify(again === undefined ? facts : [...facts, again]);
  return `B-${createHash('sha256').update(text).digest('hex').slice(0, 12).toUpperCase()}`;
}

/** The id of the item that asks why a payment is not booked: one for each payment. */
export function lateItemId(endToEndId: string): string {
  return bankItemIdOf({ outcome: 'SETTLED', endToEndId, words: 'late' });
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

/** What a file says: bookings on our accounts, and what is said of our instructions. */
interface BankContent {
  format: BankFormat;
  /** The only run that the file may speak of, where the format names one. */
  runId?: string;
  statements: Statement[];
  statuses: InstructionStatus[];
  /** What the treasury says of money that has reached kas negara. */
  receipts?: readonly ListedReceipt[];
  /** What is not ours, or cannot be understood: it stays in the file, and is shown. */
  kept: readonly Kept[];
}

/** What a format's reader gives: what it kept and what is wrong is noted elsewhere. */
export type Content = Omit<BankContent, 'kept'>;

/** The content, and what it means for payments. */
export interface BankReport extends BankContent {
  transactions: BankEntry[];
  groups: BatchStatus[];
}

/** What was read, or everything that is wrong. A file with a problem is quarantined whole. */
export type Reading = { report: BankReport; problems: [] } | { report?: undefined; problems: Problem[] };

/** What the content means for payments: one line for each transfer that was booked, and for each status. */
export function reportOf(content: BankContent): BankReport {
  const transactions: BankEntry[] = [];
  for (const { entries, source } of content.statements) {
    const lines: BankEntry[] = [];
    for (const entry of entries)
      for (const transfer of transfersOf(entry)) {
        const line = lineOf(entry, transfer);
        if (line !== undefined) lines.push(line);
      }
    for (const line of bookingsOf(lines, source.kind === 'statement')) transactions.push(line);
  }
  const groups: BatchStatus[] = [];
  for (const status of content.statuses) {
    if (status.level === 'transaction') transactions.push(...statusLine(status));
    else groups.push(...batchStatus(status));
  }
  return { ...content, transactions, groups };
}

function whole(amount: Sen): Pick<BankEntry, 'amount' | 'sen'> {
  const rupiah = wholeRupiahOf(amount);
  if (rupiah !== undefined) return { amount: rupiah };
  const rest = amount % 100;
  return { amount: wholeRupiahOf((amount - rest) as Sen), sen: rest };
}

function lineOf(entry: StatementEntry, transfer: BookedTransfer): BankEntry | undefined {
  const outcome = outcomeOf(entry, transfer);
  if (outcome === undefined) return undefined;
  const { endToEndIds, booked, charges, returned } = transfer;
  const [endToEndId] = endToEndIds.length === 1 ? endToEndIds : [];
  // The payee has what is left of a debit when the bank has taken its fee.
  const moved =
    booked === undefined ? undefined : entry.side === 'debit' ? ((booked - charges) as Sen) : booked;
  const money = moved === undefined ? {} : whole(moved);
  const line: BankEntry = { outcome };
  if (endToEndId !== undefined) line.endToEndId = endToEndId;
  const bankReference = bankReferenceOf(entry, transfer);
  if (bankReference !== undefined) line.bankReference = bankReference;
  if (money.amount !== undefined) line.amount = money.amount;
  const day = entry.valueDay ?? entry.bookingDay;
  if (day !== undefined) line.valueDate = day;
  if (outcome === 'RETURNED') {
    const reasons = returned?.reasons ?? [];
    line.reasonCode = reasonCodeOf(reasons);
    const text = reasonTextOf(reasons);
    if (text !== undefined) line.reasonText = text;
  }
  if (money.sen !== undefined) line.sen = money.sen;
  if (endToEndId === undefined && entry.ordinal > 1) line.ordinal = entry.ordinal;
  if (endToEndId === undefined && transfer.references.length === 0) line.words = digestOf(entry, transfer);
  const doubt = entry.doubts[0]?.code;
  if (doubt !== undefined) line.doubt = doubt;
  else if (money.sen !== undefined && endToEndId !== undefined) line.doubt = 'bank-entry-sen';
  return line;
}

function digestOf({ account, text }: StatementEntry, transfer: BookedTransfer): string {
  return createHash('sha256')
    .update(JSON.stringify([account, text, transfer.text]))
    .digest('hex')
    .slice(0, 12);
}

/** The bank's own of this transfer: of several in one entry, none has the entry's. */
function bankReferenceOf(entry: StatementEntry, { references }: BookedTransfer): string | undefined {
  let ofEntry: string | undefined;
  for (const { kind, value } of references) {
    if (kind === 'detail-servicer') return value;
    if (kind === 'servicer') ofEntry ??= value;
  }
  return entry.details.length > 1 ? undefined : ofEntry;
}

function outcomeOf(
  { status, side, reversal }: StatementEntry,
  { returned }: BookedTransfer,
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

function statusLine({
  means,
  original,
  references,
  amount,
  day,
  reasons,
  doubts,
}: InstructionStatus): BankEntry[] {
  const outcome = outcomes[means];
  if (outcome === undefined) return [];
  const [endToEndId] = original.endToEndIds.length === 1 ? original.endToEndIds : [];
  const [reference] = references;
  const money = amount === undefined ? {} : whole(amount);
  return [
    present<BankEntry>({
      outcome,
      endToEndId,
      bankReference: reference?.value,
      amount: money.amount,
      valueDate: day,
      reasonCode: outcome === 'REJECTED' || outcome === 'RETURNED' ? reasonCodeOf(reasons) : undefined,
      reasonText: outcome === 'REJECTED' || outcome === 'RETURNED' ? reasonTextOf(reasons) : undefined,
      sp2d: reference?.kind === 'sp2d' ? true : undefined,
      again: undefined,
      booked: undefined,
      sen: money.sen,
      ordinal: undefined,
      words: undefined,
      doubt: doubts[0]?.code ?? (money.sen === undefined ? undefined : 'bank-entry-sen'),
      messageId: original.messageId,
    }),
  ];
}

function batchStatus({ means, original, day, reasons, unanimous }: InstructionStatus): BatchStatus[] {
  const outcome = outcomes[means];
  if (outcome === undefined || original.messageId === undefined || day === undefined) return [];
  return [
    present<BatchStatus>({
      outcome,
      reasonCode: outcome === 'REJECTED' ? reasonCodeOf(reasons) : undefined,
      reasonText: outcome === 'REJECTED' ? reasonTextOf(reasons) : undefined,
      messageId: original.messageId,
      paymentId: original.paymentId,
      valueDate: day,
      unanimous,
    }),
  ];
}

/**
 * The entries of one statement or notification, with those marked that book a payment again: each entry moves the balance, so
 * two of the same payment are two transfers, also where the bank gives them no reference or the same.
 * @param statement whether it is a statement, and not a notification
 */
function bookingsOf(entries: readonly BankEntry[], statement: boolean): BankEntry[] {
  const times = new Map<string, number>();
  return entries.map((entry) => {
    if (entry.outcome !== 'SETTLED') return entry;
    const line: BankEntry = statement ? { ...entry, booked: true } : entry;
    if (entry.endToEndId === undefined) return line;
    const time = (times.get(entry.endToEndId) ?? 0) + 1;
    times.set(entry.endToEndId, time);
    return time === 1 ? line : { ...line, again: time };
  });
}
