/** What readers of statements share: entries as they come, numbered among their equals, and sums to check. */
import type { Statement, StatementEntry } from '#domain/money/bank-entry.ts';
import { type Sen, sen } from '#domain/money/sen.ts';
import {
  addLines,
  type BankEntry,
  type BankFormat,
  type Content,
  endToEndIdsIn,
} from '#functions/payment/reconciliation/bank-entry.ts';
import type { Findings } from '#functions/payment/reconciliation/findings.ts';

/** What is needed to tell an entry that names no payment from its equals. */
interface Nameless {
  facts: string;
  entry: StatementEntry | undefined;
  lines: BankEntry[];
}

/** The entries of one statement while it is read: what remains of each are its lines. */
export class Entries {
  readonly lines: BankEntry[] = [];
  /** Themselves, where they are to be kept. */
  readonly kept: StatementEntry[] | undefined;
  /** What those that were booked changed, in sen. */
  net = 0;
  readonly #channel: BankFormat;
  readonly #nameless: Nameless[] = [];

  constructor(channel: BankFormat, { known }: Findings) {
    this.#channel = channel;
    this.kept = known.keepEntries ? [] : undefined;
  }

  add(entry: StatementEntry): void {
    this.net += netOf(entry);
    this.kept?.push(entry);
    const from = this.lines.length;
    addLines(entry, this.#channel, this.lines);
    let isNamed = true;
    for (let index = from; index < this.lines.length; index += 1)
      if (this.lines[index]?.endToEndId === undefined) isNamed = false;
    if (isNamed && this.lines.length > from) return;
    const lines = this.lines.slice(from).filter(({ endToEndId }) => endToEndId === undefined);
    this.#nameless.push({ facts: tellingFacts(entry), entry: this.kept && entry, lines });
  }

  /** Takes those of the page that follows. */
  append(page: Entries): void {
    for (const line of page.lines) this.lines.push(line);
    for (const entry of page.kept ?? []) this.kept?.push(entry);
    for (const each of page.#nameless) this.#nameless.push(each);
    this.net += page.net;
  }

  /**
   * Numbers each entry that names no payment among its equals, in the order in which the statement has them; and marks those that
   * book a payment again: each moves the balance, so two of one payment are two transfers, also where the bank gives them no
   * reference or the same.
   */
  number(): void {
    const equals = new Map<string, number>();
    for (const { facts, entry, lines } of this.#nameless) {
      const time = nextTime(equals, facts);
      if (time === 1) continue;
      if (entry !== undefined) entry.ordinal = time;
      for (const line of lines) line.ordinal = time;
    }
    const payments = new Map<string, number>();
    for (const line of this.lines) {
      if (line.outcome === 'ACCEPTED' || line.endToEndId === undefined) continue;
      const time = nextTime(
        payments,
        line.outcome === 'SETTLED' ? line.endToEndId : `${line.outcome} ${line.endToEndId}`,
      );
      if (time > 1) line.again = time;
    }
  }
}

/** Adds a statement that was read, and what its entries mean. */
export function addStatement(content: Content, statement: Statement, entries: Entries): void {
  entries.number();
  for (const line of entries.lines) content.transactions.push(line);
  const { kept } = entries;
  content.statements.push(kept === undefined ? statement : { ...statement, entries: kept });
}

function nextTime(times: Map<string, number>, key: string): number {
  const time = (times.get(key) ?? 0) + 1;
  times.set(key, time);
  return time;
}

/** What an entry changed if it was booked, in sen. */
export function netOf({ status, side, amount }: StatementEntry): number {
  if (status !== 'booked') return 0;
  return side === 'credit' ? amount : -amount;
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

/** Opening balance and booked entries make the closing balance, where both are given. @param net what the entries changed */
export function checkBalances(
  { opening, closing }: Pick<Statement, 'opening' | 'closing'>,
  net: number,
  where: string,
  findings: Findings,
): void {
  if (opening === undefined || closing === undefined) return;
  findings.sum(closing.sen, opening.sen + net, where);
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
