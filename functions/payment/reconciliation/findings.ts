/**
 * What is found out about a file while it is read: what is wrong with it, so that everything is reported at once, and what was
 * kept because it is not ours or cannot be understood.
 */
import type { Kept } from '#domain/money/bank-entry.ts';
import type { ListLayout } from '#domain/money/list-layout.ts';
import type { ReceiptLayout } from '#domain/money/receipt-layout.ts';
import { type Sen, sen } from '#domain/money/sen.ts';
import { type Problem, type ProblemCode, problem } from '#domain/text/problem.ts';
import { jakartaDate } from '#domain/working-days.ts';

/** Facts that a file is judged by. */
export interface Known {
  /** The numbers of the accounts that grants are paid from. */
  debitAccounts: ReadonlySet<string>;
  /** The work units whose SP2Ds pay grants. */
  satkers: ReadonlySet<string>;
  /** The layouts of banks' lists. */
  lists?: readonly ListLayout[];
  /** The layouts of the treasury's lists of receipts. */
  receiptLists?: readonly ReceiptLayout[];
  /** Whether the report is to have entries and statuses as the file has them, for a look at them: matching takes lines alone. */
  keepEntries?: boolean;
}

/** Of a file that is wrong throughout no one reads more, and memory is limited. */
const maxProblems = 1000;
/** Kinds of what was kept; more of them are counted with the last. */
const maxKept = 200;

/**
 * An amount in sen; undefined for what is none: signs, exponents, thousands signs, more than two decimals that say something.
 * @param pattern its groups are the digits before the decimal sign, and the decimals
 */
export function senIn(text: string | undefined, pattern: RegExp): Sen | undefined {
  const found = text === undefined ? null : pattern.exec(text);
  if (found === null) return undefined;
  const [, whole = '', fraction = ''] = found;
  if (whole === '' && fraction === '') return undefined;
  const amount = Number(whole) * 100 + (fraction === '' ? 0 : Number(fraction.padEnd(2, '0')));
  return Number.isSafeInteger(amount) ? sen(amount) : undefined;
}

/** `xs:decimal` of ISO 20022: a point, and any number of zeros behind it. */
export const xmlAmount = /^\+?(\d{0,15})(?:\.(\d{0,2})0{0,15})?$/;

/** A statement's or a line's findings go to those of the file by {@link Findings.take}, or are dropped with it. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly kept: Kept[] = [];
  readonly #byWhat = new Map<string, Kept>();
  readonly known: Known;

  constructor(known: Known) {
    this.known = known;
  }

  add(code: ProblemCode, where: string, facts: Problem['facts'] = {}): void {
    if (this.problems.length < maxProblems) this.problems.push(problem(code, where, facts));
  }

  /** Notes what is not read as ours; the same again is counted. */
  keep(code: ProblemCode, where: string, facts: Problem['facts'] = {}, times = 1): void {
    if (times === 0) return;
    const key = JSON.stringify([code, facts]);
    const known = this.#byWhat.get(key) ?? (this.kept.length >= maxKept ? this.kept.at(-1) : undefined);
    if (known !== undefined) {
      known.times += times;
      return;
    }
    const kept = { what: problem(code, where, facts), times };
    this.kept.push(kept);
    this.#byWhat.set(key, kept);
  }

  /** Forgets everything, where a file is read from its beginning again or not at all. */
  clear(): void {
    this.problems.length = 0;
    this.kept.length = 0;
    this.#byWhat.clear();
  }

  /** Takes over what another found out about a part of the file. */
  take(others: Findings): void {
    for (const each of others.problems) if (this.problems.length < maxProblems) this.problems.push(each);
    for (const { what, times } of others.kept) this.keep(what.code, what.where, what.facts, times);
  }

  /** To the sen, not negative. */
  amount(text: string | undefined, pattern: RegExp, where: string): Sen | undefined {
    const amount = senIn(text, pattern);
    if (amount === undefined) this.add('bank-file-amount', where, { amount: shown(text) });
    return amount;
  }

  currency(text: string | undefined, where: string): void {
    if (text !== 'IDR') this.add('bank-file-currency', where, { currency: shown(text) });
  }

  /** Our number of the account that is meant; undefined where it is not ours, or not given. */
  ourAccount(text: string | undefined): string | undefined {
    return text === undefined ? undefined : accountIn(text, this.known.debitAccounts);
  }

  /** Says that an account is not ours: by its end, and whether it is ours without the zeros that it begins with. */
  notOurAccount(text: string | undefined, where: string): void {
    const number = bareAccounts(text ?? '').at(-1) ?? '';
    const zeros = [...this.known.debitAccounts].some(
      (ours) => /^0/.test(ours) && number !== '' && ours.replace(/^0+/, '') === number.replace(/^0+/, ''),
    );
    this.add(zeros ? 'bank-file-account-zeros' : 'bank-file-account', where, {
      account: `…${number.slice(-4)}`,
    });
  }

  satker(code: string | undefined, where: string): void {
    if (code === undefined || !this.known.satkers.has(code))
      this.add('bank-file-satker', where, { satker: shown(code) });
  }

  /** The day in Jakarta of a date, or of a moment; a moment without a time zone is Jakarta's. */
  date(text: string | undefined, where: string): string | undefined {
    const day = dayIn(text);
    if (day === undefined) this.add('bank-file-date', where, { date: shown(text) });
    return day;
  }

  count(stated: number, found: number, where: string): void {
    if (stated !== found) this.add('bank-file-count', where, { stated, found });
  }

  /** Refuses where an amount in sen is not what its parts make; below 0 where an account is overdrawn. */
  sum(stated: number | undefined, found: number | undefined, where: string): void {
    if (stated !== undefined && found !== undefined && stated !== found)
      this.add('bank-file-sum', where, { stated: plainSen(stated), found: plainSen(found) });
  }

  /** A reference that a bank gives, ours or its own; one that can be none is kept, and not read. */
  reference(text: string | undefined, where: string): string | undefined {
    const id = givenId(text);
    if (id === undefined || (id.length <= maxReference && !control.test(id))) return id;
    this.keep('bank-kept-id', where, { maximum: maxReference });
    return undefined;
  }

  /** A given id; undefined for the words by which banks say that there is none. */
  id(text: string | undefined, where: string, maximum = maxId): string | undefined {
    const id = givenId(text);
    if (id === undefined || (id.length <= maximum && !control.test(id))) return id;
    this.add('bank-file-id', where, { id: shown(id), maximum });
    return undefined;
  }
}

/** Longer than any bank's reference. */
const maxReference = 70;

/** Without the words by which banks say that there is none. */
export function givenId(text: string | undefined): string | undefined {
  const id = text?.trim() ?? '';
  return id === '' || (id.length <= longestNoId && noIds.has(id)) ? undefined : id;
}

const noIds = new Set(['NOTPROVIDED', 'NOT PROVIDED', 'NONREF', 'NOREF', 'NONE', '-']);
const longestNoId = 12;

/** Unicode's Cc, which takes four times as long to look for by its name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** `bank/number`, with the currency behind it, and written with blanks, dots or dashes. */
function bareAccounts(text: string): string[] {
  return text
    .toUpperCase()
    .split('/')
    .map((part) => part.replace(/[\s.-]/g, '').replace(/(?:IDR|RP)$/, ''));
}

/** Which of the accounts a bank's text names; zeros are part of a number. */
function accountIn(text: string, accounts: ReadonlySet<string>): string | undefined {
  if (accounts.has(text)) return text;
  return bareAccounts(text).find((part) => accounts.has(part));
}

/** Max35Text of ISO 20022; SWIFT's are shorter. */
const maxId = 35;

/** `xs:date`, whose time zone says nothing of a day here, or `xs:dateTime`. */
const dateOrMoment =
  /^(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d|T((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** The day in Jakarta of a date or moment of XML; undefined where there is no such day. */
export function dayIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const known = knownMoments.get(text);
  if (known !== undefined) return known;
  const day = dayOf(text);
  if (knownMoments.size > maxKnown) knownMoments.clear();
  if (day !== undefined) knownMoments.set(text, day);
  return day;
}

/** A file has the same few days, and often the same moments, over and over again. */
const knownMoments = new Map<string, string>();
const maxKnown = 5000;

function dayOf(text: string): string | undefined {
  const [, day = '', time = '', zone] = dateOrMoment.exec(text) ?? [];
  if (!isDay(day)) return undefined;
  if (zone === undefined) return day;
  const moment = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(moment) ? undefined : jakartaDate(new Date(moment).toISOString());
}

const knownDays = new Map<string, boolean>();

/** Whether the calendar has the day. */
export function isDay(day: string): boolean {
  const known = knownDays.get(day);
  if (known !== undefined) return known;
  const is = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().slice(0, 10) === day;
  if (knownDays.size > maxKnown) knownDays.clear();
  knownDays.set(day, is);
  return is;
}

/** A value as a problem quotes it: short, and only what can be printed. */
export function shown(text: string | undefined): string {
  return text === undefined ? '–' : text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 40);
}

/** Sen as a problem quotes them: `-12000000.35`, and without decimals where there are none. */
export function plainSen(sen: number): string {
  const rest = Math.abs(sen % 100);
  const whole = `${sen < 0 ? '-' : ''}${Math.floor(Math.abs(sen) / 100)}`;
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(2, '0')}`;
}
