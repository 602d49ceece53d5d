/**
 * What a bank says about payments, whichever format it says it in.
 *
 * A reader gives entries and leaves the deciding to the reconciler: an entry says what became of one payment, or, at a
 * higher level, of all payments of a message, and by which ids and amount they may be known.
 */
import { createHash } from 'node:crypto';
import { type Rupiah, rupiahSchema, zeroRupiah } from '#domain/money/rupiah.ts';
import type { Problem, ProblemCode } from '#domain/text/problem.ts';
import { problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';

/** `CREDIT`: money came in, and the bank does not say that it is a return. */
export type Verdict = 'ACCEPTED' | 'SETTLED' | 'REJECTED' | 'RETURNED' | 'CREDIT';

/** What the bank says about one payment. */
export interface BankEntry {
  verdict: Verdict;
  endToEndId?: string | undefined;
  /** The bank's own id of the transfer. */
  bankReference?: string | undefined;
  amount?: Rupiah | undefined;
  /** `yyyy-mm-dd`. */
  valueDate?: string | undefined;
  /** ISO 20022 external code, or the bank's own. */
  reasonCode?: string | undefined;
  /** Set where the treasury says it of an SP2D, whose number is the reference: only what an SP2D has sent is meant. */
  sp2d?: true | undefined;
  /** Of a booking: which one of this payment in its statement it is, from the second on. */
  again?: number | undefined;
  /** Whether a statement says it, in which every booking stands once; notifications announce the same beforehand. */
  booked?: true | undefined;
}

/** The id of the item that reports it to a person: it follows from what was said. */
export function bankItemIdOf({
  verdict,
  endToEndId,
  bankReference,
  amount,
  valueDate,
  reasonCode,
  again,
  sp2d,
}: BankEntry): string {
  const facts = [
    ...[verdict, endToEndId, bankReference, amount, valueDate, reasonCode],
    ...(sp2d === undefined ? [] : ['sp2d']),
  ];
  const text = JSON.stringify(again === undefined ? facts : [...facts, again]);
  return `B-${createHash('sha256').update(text).digest('hex').slice(0, 12).toUpperCase()}`;
}

/** What the bank says about all payments of an instruction, or of a part of it. */
export interface BatchStatus {
  verdict: Verdict;
  reasonCode?: string;
  /** The id of our message. */
  messageId: string;
  /** The id of the part, where the status is of a part. */
  paymentId?: string;
  valueDate: string;
  /** Whether it may be taken at its word: no transaction beneath it says otherwise. */
  unanimous: boolean;
}

type BankFormat = 'bulk-text' | 'pain.002' | 'camt.053' | 'camt.054' | 'mt940' | 'csv' | 'sp2d';

export interface BankReport {
  format: BankFormat;
  /** The only run that the file may speak of, where the format names one. */
  runId?: string;
  transactions: BankEntry[];
  groups: BatchStatus[];
}

/** What was read, or everything that is wrong. A file with a problem is quarantined whole. */
export type Reading = { report: BankReport; problems: [] } | { report?: undefined; problems: Problem[] };

/** Facts that a file is judged by. */
export interface Known {
  /** The numbers of the accounts that grants are paid from. */
  debitAccounts: ReadonlySet<string>;
  /** The work units whose SP2Ds pay grants. */
  satkers: ReadonlySet<string>;
}

/** Of a file that is wrong throughout no one reads more, and memory is limited. */
const maxProblems = 1000;

/** Collects what is wrong with a file while it is read on, so that everything is reported at once. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  add(code: ProblemCode, where: string, facts: Problem['facts'] = {}): void {
    if (this.problems.length < maxProblems) this.problems.push(problem(code, where, facts));
  }

  /** Whole rupiah, not negative. @param pattern how the format writes them; its first group are the digits */
  amount(text: string | undefined, pattern: RegExp, where: string): Rupiah | undefined {
    const digits = pattern.exec(text ?? '')?.[1];
    const { data: amount } = rupiahSchema.safeParse(digits === undefined ? undefined : Number(digits));
    if (amount === undefined) this.add('bank-file-amount', where, { amount: shown(text) });
    return amount;
  }

  /** Amounts together, with nothing for those that could not be read; a sum that is too large to be exact is a problem. */
  total(amounts: readonly (Rupiah | undefined)[], where: string): Rupiah | undefined {
    const sum = amounts.reduce<number>((before, amount = zeroRupiah) => before + amount, 0);
    const { data: total } = rupiahSchema.safeParse(sum);
    if (total === undefined) this.add('bank-file-amount', where, { amount: String(sum) });
    return total;
  }

  currency(text: string | undefined, where: string): void {
    if (text !== 'IDR') this.add('bank-file-currency', where, { currency: shown(text) });
  }

  /** An account number is personal data only of the group; these are the treasury's, and still only their end is shown. */
  account(number: string | undefined, where: string): void {
    if (number === undefined || !this.#known.debitAccounts.has(number))
      this.add('bank-file-account', where, { account: `…${(number ?? '').slice(-4)}` });
  }

  satker(code: string | undefined, where: string): void {
    if (code === undefined || !this.#known.satkers.has(code))
      this.add('bank-file-satker', where, { satker: shown(code) });
  }

  /** The day in Jakarta of a date, or of a moment; a moment without a time zone is Jakarta's. */
  date(text: string | undefined, where: string): string | undefined {
    const [, day = '', time = '', zone] = dateOrMoment.exec(text ?? '') ?? [];
    const isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().slice(0, 10) === day;
    const moment = zone === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
    if (!isDay || (zone !== undefined && Number.isNaN(moment))) {
      this.add('bank-file-date', where, { date: shown(text) });
      return undefined;
    }
    return zone === undefined ? day : jakartaDate(new Date(moment).toISOString());
  }

  count(stated: number, found: number, where: string): void {
    if (stated !== found) this.add('bank-file-count', where, { stated, found });
  }

  sum(stated: Rupiah | undefined, found: Rupiah | undefined, where: string): void {
    if (stated !== undefined && found !== undefined && stated !== found)
      this.add('bank-file-sum', where, { stated, found });
  }

  /** What an account holds after its bookings: whole rupiah, below 0 where it is overdrawn. */
  balance(stated: number, found: number, where: string): void {
    if (stated !== found) this.add('bank-file-sum', where, { stated, found });
  }

  /** A given id; undefined for the words by which banks say that there is none. */
  id(text: string | undefined, where: string, maximum = maxId): string | undefined {
    const id = text?.trim() ?? '';
    if (id === '' || id === 'NOTPROVIDED' || id === 'NONREF') return undefined;
    if (id.length > maximum || /\p{Cc}/u.test(id)) {
      this.add('bank-file-id', where, { id: shown(id), maximum });
      return undefined;
    }
    return id;
  }

  reading(report: BankReport): Reading {
    return this.problems.length === 0 ? { report, problems: [] } : { problems: this.problems };
  }
}

/** `xs:date`, whose time zone says nothing of a day here, or `xs:dateTime`. */
const dateOrMoment =
  /^(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d|T((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** Max35Text of ISO 20022; SWIFT's are shorter. */
const maxId = 35;

/** A value as a problem quotes it: short, and only what can be printed. */
export function shown(text: string | undefined): string {
  return text === undefined ? '–' : text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 40);
}

/**
 * The entries of one statement or notification, with those marked that book a payment again: each entry moves the balance, so
 * two of the same payment are two transfers, also where the bank gives them no reference or the same.
 * @param statement whether it is a statement, and not a notification
 */
export function bookingsOf(entries: readonly BankEntry[], statement: boolean): BankEntry[] {
  const times = new Map<string, number>();
  return entries.map((entry) => {
    if (entry.verdict !== 'SETTLED') return entry;
    const said: BankEntry = statement ? { ...entry, booked: true } : entry;
    if (entry.endToEndId === undefined) return said;
    const time = (times.get(entry.endToEndId) ?? 0) + 1;
    times.set(entry.endToEndId, time);
    return time === 1 ? said : { ...said, again: time };
  });
}
