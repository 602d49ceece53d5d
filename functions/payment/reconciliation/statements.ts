/** What readers of statements share: entries among their equals, sums to check, and what an entry books. */
import type {
  BankReference,
  BookedTransfer,
  Statement,
  StatementEntry,
  TransferDetail,
} from '#domain/money/bank-entry.ts';
import { type Sen, sen } from '#domain/money/sen.ts';
import type { Findings } from '#functions/payment/reconciliation/findings.ts';

/** One transfer for each detail; the entry itself where it has none. */
export function transfersOf(entry: StatementEntry): BookedTransfer[] {
  const { details } = entry;
  if (details.length === 0) {
    const { amount, charges, references, text } = entry;
    return [{ entry, endToEndIds: endToEndIdsIn(references), booked: amount, charges, references, text }];
  }
  return details.map((detail, index) => transferOf(entry, detail, index));
}

function transferOf(entry: StatementEntry, detail: TransferDetail, index: number): BookedTransfer {
  const { endToEndIds, booked, charges, returned } = detail;
  const transfer: BookedTransfer = {
    ...{ entry, index, endToEndIds, charges },
    references: referencesOf(entry, detail),
    text: detail.text === '' ? entry.text : detail.text,
  };
  if (booked !== undefined) transfer.booked = booked;
  if (returned !== undefined) transfer.returned = returned;
  return transfer;
}

function endToEndIdsIn(references: readonly BankReference[]): string[] {
  return references.flatMap(({ kind, value }) => (kind === 'end-to-end' ? [value] : []));
}

function referencesOf(entry: StatementEntry, detail: TransferDetail): BankReference[] {
  if (detail.references.length === 0) return entry.references;
  return entry.references.length === 0 ? detail.references : entry.references.concat(detail.references);
}

/**
 * What tells an entry from others of its account and day, and is the same however often and in whichever statement it stands:
 * side, amount, days and references; and where the bank gives no reference at all, its text. Equals are told apart by their number.
 */
function tellingFacts(entry: StatementEntry): string {
  const { status, side, reversal, amount, valueDay, bookingDay, references, text, details } = entry;
  let facts = `${status} ${side} ${reversal} ${amount} ${valueDay} ${bookingDay}`;
  let isNamed = references.length > 0;
  for (const { kind, value } of references) facts += `\u{1}${kind}=${value}`;
  for (const detail of details) {
    for (const { kind, value } of detail.references) facts += `\u{1}${kind}=${value}`;
    if (detail.references.length > 0) isNamed = true;
  }
  if (isNamed) return facts;
  facts += `\u{1}${text}`;
  for (const detail of details) facts += `\u{1}${detail.text}`;
  return facts;
}

/** Numbers each entry among its equals, in the order in which the statement has them. */
export function numberEquals(entries: readonly StatementEntry[]): void {
  const times = new Map<string, number>();
  for (const entry of entries) {
    const facts = tellingFacts(entry);
    const time = (times.get(facts) ?? 0) + 1;
    times.set(facts, time);
    entry.ordinal = time;
  }
}

/** Opening balance and booked entries make the closing balance, where both are given. */
export function checkBalances({ opening, closing, entries }: Statement, where: string, findings: Findings) {
  if (opening === undefined || closing === undefined) return;
  findings.sum(closing.sen, opening.sen + netOf(entries), where);
}

/** What the booked entries changed, in sen. */
function netOf(entries: readonly StatementEntry[]): number {
  let net = 0;
  for (const { status, side, amount } of entries)
    if (status === 'booked') net += side === 'credit' ? amount : -amount;
  return net;
}

/** Amounts together; undefined where one is not known, or all are too much to be exact. */
export function totalOf(amounts: readonly (Sen | undefined)[]): Sen | undefined {
  let total = 0;
  for (const amount of amounts) {
    if (amount === undefined) return undefined;
    total += amount;
  }
  return Number.isSafeInteger(total) ? sen(total) : undefined;
}

/** An id of ours: `P-`, the proposal, tranche and attempt, letter by letter. */
const ourId = /^P-[0-9A-Z]{10}-\d\d-\d\d$/;

/** Whether an entry speaks of a payment of ours, by the ids it bears. */
export function namesOurs(entry: StatementEntry): boolean {
  return (
    endToEndIdsIn(entry.references).some((id) => ourId.test(id)) ||
    entry.details.some(({ endToEndIds }) => endToEndIds.some((id) => ourId.test(id)))
  );
}

/** Refuses a list whose last row states another sum than its rows make; rows that could not be read are reported themselves. */
export function checkTotal(
  stated: Sen | undefined,
  amounts: readonly (Sen | undefined)[],
  findings: Findings,
): void {
  if (amounts.includes(undefined)) return;
  const found = totalOf(amounts);
  if (found === undefined) findings.add('bank-file-amount', 'TOTAL', { amount: '> Rp90.000.000.000.000' });
  else findings.sum(stated, found, 'TOTAL');
}
