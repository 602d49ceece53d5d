/**
 * MT940, the customer statement of SWIFT, and MT950, which has the same fields: also several in one file, with or without SWIFT's
 * envelope, and with whatever a bank puts before, between and behind them.
 *
 * Lines end as they like, also mixed. A field begins with `:61:`; what follows without such a beginning continues it. What a bank
 * writes into `:86:` is cut into lines (or subfields `?20`–`?29`) of one width: a line that fills it goes on in the next,
 * a shorter one has ended.
 */
import type {
  Balance,
  BankReference,
  Statement,
  StatementEntry,
  StatementSource,
  TransferDetail,
} from '#domain/money/bank-entry.ts';
import { type Sen, zeroSen } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import { type Content, emptyContent } from '#functions/payment/reconciliation/bank-entry.ts';
import { Findings, isDay, senIn, shown } from '#functions/payment/reconciliation/findings.ts';
import { addStatement, Entries, netOf } from '#functions/payment/reconciliation/statements.ts';
import { type Information, informationIn } from '#functions/payment/reconciliation/swift-information.ts';

interface Field {
  tag: string;
  lines: string[];
}

/** One message: what is in it but for its entries, and where to begin to read those. */
interface Message {
  fields: Field[];
  entries: number;
  from: Place;
  to: number;
}

/** Where a line begins, and how many lines stand before it. */
interface Place {
  at: number;
  line: number;
}

/** Where the first message begins: a line of its own, or behind the envelope `{1:…}{4:`. */
const beginning = /(?:^|[\r\n]|\{4:)[ \t]*:20:/;

/** Whether the text holds one: whatever stands before it, and however short it is. */
export function isMt940(text: string): boolean {
  return beginning.test(text) && /(?:^|[\r\n])[ \t]*:(?:25P?|60[FM]|61|34F|32A):/.test(text);
}

/** Other messages of SWIFT's that look like it, by what only they have. */
function otherMessage(tags: ReadonlySet<string>, text: string): string | undefined {
  const [, type] = /\{2:[IO](9\d\d)/.exec(text) ?? [];
  if (type !== undefined && type !== '940' && type !== '950') return `MT${type}`;
  if (tags.has('60F') || tags.has('60M')) return undefined;
  if (tags.has('34F') || tags.has('13D')) return 'MT942';
  return tags.has('32A') && !tags.has('61') ? 'MT900/MT910' : undefined;
}

/**
 * Reads the text twice: first what stands around the entries, then those, one after the other, because what they mean depends on
 * balances behind them and on how long lines are. So no more than the lines of one entry are held at a time.
 */
export function readMt940(text: string, where: string, findings: Findings, maxLines: number): Content {
  const content = emptyContent('mt940', findings.known.keepEntries);
  const found = messagesIn(text, findings, maxLines);
  if (found === undefined) {
    findings.clear();
    findings.add('bank-file-too-deep', where);
    return content;
  }
  const { messages, tags, width } = found;
  const other = otherMessage(tags, text.slice(0, 2000));
  if (other !== undefined) {
    findings.add(other === 'MT942' ? 'bank-file-interim' : 'bank-file-other-message', '', { format: other });
    return content;
  }
  const pages: Page[] = [];
  let strangers = 0;
  let stranger: { account: string | undefined; where: string } | undefined;
  for (const [index, message] of messages.entries()) {
    const where = `MT940 ${index + 1}`;
    const own = new Findings(findings.known);
    const named = message.fields.find(({ tag }) => tag === '25' || tag === '25P')?.lines[0]?.trim();
    const account = findings.ourAccount(named);
    if (account === undefined) {
      strangers += 1;
      stranger ??= { account: named, where: `${where}, :25:` };
      if (named === undefined) findings.add('bank-file-element', where, { element: ':25:' });
      const facts = { account: `…${(named ?? '').slice(-4)}` };
      findings.keep('bank-kept-account', where, facts, message.entries || 1);
      continue;
    }
    const page = readPage(text, message, { account, where, width }, own);
    findings.take(own);
    const before = pages.at(-1);
    if (before !== undefined && follows(page, before)) append(before, page);
    else pages.push(page);
  }
  if (stranger !== undefined && strangers === messages.length)
    findings.notOurAccount(stranger.account, stranger.where);
  for (const { statement, entries } of pages) addStatement(content, statement, entries);
  return content;
}

interface Page {
  statement: Statement;
  entries: Entries;
  /** Whether it begins, and ends, with an intermediate balance (`:60M:`, `:62M:`). */
  isContinued: boolean;
  goesOn: boolean;
}

/** Whether a page goes on where the one before it in the file ended. */
function follows({ statement, isContinued }: Page, before: Page): boolean {
  return (
    isContinued &&
    before.goesOn &&
    statement.account === before.statement.account &&
    statement.source.number === before.statement.source.number &&
    statement.opening?.sen === before.statement.closing?.sen
  );
}

function append(before: Page, { statement, entries, goesOn }: Page): void {
  before.entries.append(entries);
  if (statement.closing !== undefined) before.statement.closing = statement.closing;
  before.goesOn = goesOn;
}

/**
 * The lines of the text that are not empty, one after the other. Nothing is made of a line before somebody asks for it: most are only
 * looked at.
 */
class Lines {
  /** Of the line: where its content begins and ends, behind its tag where it has one (`61` of `:61:…`). */
  start = 0;
  end = 0;
  tag = '';
  /** Its number, from 1. */
  line: number;
  /** Where the line begins, for a reader that is to begin there. */
  place = 0;
  readonly #text: string;
  readonly #to: number;
  #next: number;
  #feed = -1;
  #back = -1;

  /** @param to where a line that is still to be read may begin at most */
  constructor(text: string, { at, line }: Place = { at: 0, line: 0 }, to = text.length) {
    this.#text = text;
    this.#next = at;
    this.#to = to;
    this.line = line;
  }

  /** Goes to the next line. @returns false behind the last */
  next(): boolean {
    const text = this.#text;
    while (this.#next < this.#to) {
      const from = this.#next;
      if (this.#feed < from) this.#feed = endOf(text, '\n', from);
      if (this.#back < from) this.#back = endOf(text, '\r', from);
      const end = Math.min(this.#feed, this.#back);
      this.#next = end === this.#back && this.#feed === end + 1 ? end + 2 : end + 1;
      this.line += 1;
      this.place = from;
      this.start = from;
      this.end = end;
      const first = text.charCodeAt(from);
      // `{1:…}{2:…}{4:` before a message, after a control character where it comes from a telex line.
      if (first === brace || first < space) {
        const body = text.slice(from, end).lastIndexOf('{4:');
        if (body !== -1) this.start = from + body + 3;
      }
      if (this.#isBlank()) continue;
      this.#takeTag();
      return true;
    }
    return false;
  }

  /** The line's content, or the field's value where it begins one, without the space behind it. */
  content(): string {
    return this.#text.slice(this.start, this.start + this.length());
  }

  /** How long that is. */
  length(): number {
    const last = this.#text.charCodeAt(this.end - 1);
    if (this.end === this.start || (last > space && last < beyond)) return this.end - this.start;
    return this.#text.slice(this.start, this.end).trimEnd().length;
  }

  /** `-`, `-}` and `-}{5:…}` end a message. */
  isEnd(): boolean {
    const first = this.#text.charCodeAt(this.start);
    if (first !== dash && first !== brace && first > space && first < beyond) return false;
    return /^\s*-\}?(?:\s*\{.*)?\s*$|^\{.*\}?\s*$/.test(this.#text.slice(this.start, this.end));
  }

  #isBlank(): boolean {
    if (this.start >= this.end) return true;
    const first = this.#text.charCodeAt(this.start);
    if (first > space && first < beyond) return false;
    return this.#text.slice(this.start, this.end).trim() === '';
  }

  #takeTag(): void {
    const text = this.#text;
    let start = this.start;
    const first = text.charCodeAt(start);
    this.tag = '';
    if (first <= space || first >= beyond) {
      const content = text.slice(start, this.end);
      start += content.length - content.trimStart().length;
    }
    if (text.charCodeAt(start) !== colon) return;
    const length = text.charCodeAt(start + 3) === colon ? 2 : text.charCodeAt(start + 4) === colon ? 3 : 0;
    const behind = start + length + 2;
    if (length === 0 || behind > this.end) return;
    const tag = text.slice(start + 1, start + 1 + length);
    if (tag !== '61' && tag !== '86' && !isTag.test(tag)) return;
    this.tag = tag;
    this.start = behind;
  }
}

const space = 32;
const dash = 45;
const colon = 58;
const brace = 123;
/** From here on there are other blanks than the plain ones. */
const beyond = 128;
const isTag = /^(?:\d\d[A-Z]?|NS)$/;

function endOf(text: string, sign: string, from: number): number {
  const found = text.indexOf(sign, from);
  return found === -1 ? text.length : found;
}

/**
 * All messages, which tags there are, and how long the lines of `:86:` are at most. Lines before a message and between two of them are
 * the bank's own: they are kept and counted.
 */
function messagesIn(text: string, findings: Findings, maxLines: number) {
  const messages: Message[] = [];
  const tags = new Set<string>();
  let width = 0;
  let tag = '';
  let field: Field | undefined;
  const lines = new Lines(text);
  while (lines.next()) {
    if (lines.line > maxLines) return undefined;
    if (lines.tag !== '') {
      tag = lines.tag;
      field = undefined;
      let message = messages.at(-1);
      if (tag === '20') {
        if (message !== undefined) message.to = lines.place;
        const from = { at: lines.place, line: lines.line - 1 };
        message = { fields: [], entries: 0, from, to: text.length };
        messages.push(message);
      }
      if (message === undefined) findings.keep('bank-kept-text', `line ${lines.line}`);
      else if (tag === '61') message.entries += 1;
      else if (tag !== '86') {
        field = { tag, lines: [lines.content()] };
        message.fields.push(field);
      }
      if (message !== undefined) tags.add(tag);
    } else if (lines.isEnd()) {
      tag = '';
      field = undefined;
    } else if (tag === '') findings.keep('bank-kept-text', `line ${lines.line}`);
    else field?.lines.push(lines.content());
    if (tag === '86') width = Math.max(width, lines.length());
  }
  return { messages, tags, width };
}

/** A comma, as SWIFT has it, or a point with one or two decimals behind it; or neither. */
const swiftAmount = /^(?:0*(?=\d))?(\d{0,15})(?:(?:,|\.(?=\d{1,2}$))(\d{0,2}))?$/;

/** An entry as it is written: its `:61:` and its `:86:`. */
interface Written {
  /** Its number among those of the message, from 0. */
  index: number;
  line: number;
  statement: string[];
  information: string[];
  /** Whether it may be words of the `:86:` before it that a line end cut off. */
  maybeText: boolean;
}

function readPage(
  text: string,
  message: Message,
  { account, where, width }: { account: string; where: string; width: number },
  findings: Findings,
): Page {
  const { fields } = message;
  const first = (...tags: string[]) => {
    const field = fields.find(({ tag }) => tags.includes(tag));
    if (field === undefined) findings.add('bank-file-element', where, { element: `:${tags[0]}:` });
    return field;
  };
  const opens = first('60F', '60M');
  const closes = fields.findLast(({ tag }) => tag === '62F' || tag === '62M') ?? first('62F', '62M');
  const opening = balanceIn(opens, where, findings);
  const closing = balanceIn(closes, where, findings);
  const isContinued = opens?.tag === '60M';
  const [number, page] = (fields.find(({ tag }) => tag === '28C' || tag === '28')?.lines[0] ?? '').split('/');
  const source = present<StatementSource>({
    ...{ kind: 'statement', format: 'mt940', messageId: undefined, createdOn: undefined },
    id: fields[0]?.lines[0]?.trim() || undefined,
    number: number?.trim() || undefined,
    page: isContinued ? Number(page) || 2 : undefined,
  });
  const balances = opening === undefined || closing === undefined ? undefined : closing.sen - opening.sen;
  const common: Common = { account, where, width };
  let own = new Findings(findings.known);
  let { entries, maybeText } = readEntries(text, message, common, own);
  const difference = balances === undefined ? 0 : balances - entries.net;
  const candidates = maybeText.filter(({ net }) => -net === difference);
  // Without the line that is words, where the balances say so: exactly one that may be, and the statement adds up without it.
  if (difference !== 0 && candidates.length === 1) {
    own = new Findings(findings.known);
    ({ entries, maybeText } = readEntries(text, message, { ...common, words: candidates[0]?.index }, own));
  }
  findings.take(own);
  if (balances !== undefined && closing !== undefined && opening !== undefined)
    findings.sum(closing.sen, opening.sen + entries.net, `${where}, :62F:`);
  return {
    statement: present<Statement>({ account, source, opening, closing, entries: undefined }),
    ...{ entries, isContinued, goesOn: closes?.tag === '62M' },
  };
}

interface Common {
  account: string;
  where: string;
  width: number;
  /** The number of the entry that is none. */
  words?: number | undefined;
}

/** The entries of a message, and which of them may be words of the one before, with what they changed. */
function readEntries(
  text: string,
  message: Message,
  { account, where, width, words }: Common,
  findings: Findings,
): { entries: Entries; maybeText: { index: number; net: number }[] } {
  const entries = new Entries('mt940', findings);
  const maybeText: { index: number; net: number }[] = [];
  eachWritten(text, message, width, (written) => {
    const entry = written.index === words ? undefined : readEntry(written, account, width, findings);
    if (entry !== undefined) {
      if (written.maybeText) maybeText.push({ index: written.index, net: netOf(entry) });
      entries.add(entry);
    } else if (written.maybeText) findings.keep('bank-kept-text', where);
    // Negative amounts and such as `1e7` end here.
    else
      findings.add('bank-file-line', `line ${written.line}`, {
        line: written.line,
        detail: `:61: ${shown(written.statement[0])}`,
      });
  });
  return { entries, maybeText };
}

function eachWritten(
  text: string,
  { from, to }: Message,
  width: number,
  take: (written: Written) => void,
): void {
  const lines = new Lines(text, from, to);
  let current: Written | undefined;
  let index = 0;
  let tag = '';
  /** Of the field before: whether it is a `:86:`, and how long its last line is. */
  let wasInformation = false;
  let last = 0;
  while (lines.next()) {
    const begins = lines.tag !== '';
    if (begins) tag = lines.tag;
    else if (lines.isEnd()) tag = '';
    if (begins && tag === '61') {
      if (current !== undefined) take(current);
      // SWIFT allows no line of `:86:` to begin with a colon, but who pays writes what they like.
      const maybeText = wasInformation && last === width && width >= shortestCut;
      current = { index, line: lines.line, statement: [lines.content()], information: [], maybeText };
      index += 1;
    } else if (begins && tag.startsWith('62')) {
      // What follows the balance is about the statement.
      if (current !== undefined) take(current);
      current = undefined;
    } else if (tag === '61') current?.statement.push(lines.content());
    else if (tag === '86') current?.information.push(lines.content());
    if (begins) wasInformation = tag === '86';
    if (tag === '86') last = lines.length();
  }
  if (current !== undefined) take(current);
}

/** No bank cuts `:86:` into shorter lines than the 27 characters of a subfield. */
const shortestCut = 27;

function balanceIn(field: Field | undefined, where: string, findings: Findings): Balance | undefined {
  if (field === undefined) return undefined;
  const place = `${where}, :${field.tag}:`;
  const [, mark, day = '', currency, amount] =
    /^\s*([CD])\s*(\d{6})\s*([A-Z]{3})\s*(\S*)\s*$/.exec(field.lines[0] ?? '') ?? [];
  findings.currency(currency, place);
  const found = findings.amount(amount, swiftAmount, place);
  if (found === undefined) return undefined;
  const on = dated(day);
  return { sen: mark === 'D' ? -found : found, ...(isDay(on) && { day: on }) };
}

/**
 * Value date, entry date, mark, funds code, amount, type, the owner's and the bank's reference. Banks write two letters of the currency,
 * blanks before the type, and leave out type and references.
 */
const entryPattern =
  /^\s*(\d{6})(\d{4})? ?(R[CD]|E[CD]|[CD])([A-Z]{0,2}) ?(\d[\d,.]*|,\d+) *(?:([A-Z][A-Z0-9 ]{3})(.*?)(?:\/\/(.*))?)?$/;

function readEntry(
  { line: number, statement, information }: Written,
  account: string,
  width: number,
  findings: Findings,
): StatementEntry | undefined {
  const [line = '', next] = statement;
  // Some programs cut lines anywhere.
  const found = entryPattern.exec(line) ?? (next === undefined ? null : entryPattern.exec(line + next));
  if (found === null) return undefined;
  const [, value = '', entered, mark = '', , money, type, owner, servicer] = found;
  const where = `line ${number}`;
  const amount = senIn(money, swiftAmount);
  if (amount === undefined) {
    findings.add('bank-file-amount', where, { amount: shown(money) });
    return undefined;
  }
  const days = daysOf(value, entered);
  if (days.valueDay === undefined) {
    if (days.bookingDay === undefined) findings.add('bank-file-date', where, { date: shown(value) });
    else findings.keep('bank-kept-day', where, { date: shown(value) });
  }
  const expected = mark.startsWith('E');
  const reversal = mark.startsWith('R');
  const credit = reversal ? mark === 'RD' : mark.endsWith('C');
  const told = informationIn(information, width);
  const references: BankReference[] = [];
  addReference(references, 'owner', owner, where, findings);
  addReference(references, 'servicer', servicer, where, findings);
  const ofDetail: BankReference[] = [];
  for (const id of told.endToEndIds) addReference(ofDetail, 'end-to-end', id, where, findings);
  addReference(ofDetail, 'instruction', told.instructionId, where, findings);
  addReference(ofDetail, 'mandate', told.mandateId, where, findings);
  const supplement = statement.length === 1 ? '' : statement.slice(1).join(' ').trim();
  // No spread: of a hundred thousand entries it would take a tenth of the time.
  const entry: StatementEntry = {
    account,
    status: expected ? 'pending' : 'booked',
    side: credit ? 'credit' : 'debit',
    reversal,
    amount,
    references,
    charges: zeroSen,
    details: [
      detailOf(told, {
        booked: amount,
        references: ofDetail,
        // `NRTI` is an item that came back.
        isReturn: credit && (told.returnReason !== undefined || type?.endsWith('RTI') === true),
      }),
    ],
    text: supplement,
    ordinal: 1,
    doubts: [],
  };
  if (days.bookingDay !== undefined) entry.bookingDay = days.bookingDay;
  if (days.valueDay !== undefined) entry.valueDay = days.valueDay;
  if (type !== undefined) entry.transactionCode = type.trim();
  return entry;
}

function addReference(
  references: BankReference[],
  kind: BankReference['kind'],
  text: string | undefined,
  where: string,
  findings: Findings,
): void {
  if (text === undefined || text === '') return;
  const value = findings.reference(text, where);
  if (value !== undefined) references.push({ kind, value });
}

function detailOf(
  { endToEndIds, returnReason, counterparty, text }: Information,
  { booked, references, isReturn }: { booked: Sen; references: BankReference[]; isReturn: boolean },
): TransferDetail {
  const detail: TransferDetail = { endToEndIds, booked, charges: zeroSen, references, text };
  if (isReturn) detail.returned = { reasons: returnReason === undefined ? [] : [returnReason] };
  if (counterparty !== undefined) detail.counterparty = counterparty;
  return detail;
}

function dated(day: string): string {
  return `20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4, 6)}`;
}

interface Days {
  valueDay?: string;
  bookingDay?: string;
}

/** By what is written: a file has the same few over and over again. */
const knownDays = new Map<string, Days>();
const maxKnownDays = 5000;

/** The entry date has no year: it is that in which it is next to the value date, also across the year's end. */
function daysOf(written: string, entered = ''): Days {
  const key = written + entered;
  const known = knownDays.get(key);
  if (known !== undefined) return known;
  const value = dated(written);
  const days: Days = isDay(value) ? { valueDay: value } : {};
  if (entered !== '') {
    const year = Number(value.slice(0, 4));
    const month = Number(value.slice(5, 7)) - Number(entered.slice(0, 2));
    const bookingDay = `${year + (month > 6 ? 1 : month < -6 ? -1 : 0)}-${entered.slice(0, 2)}-${entered.slice(2)}`;
    if (isDay(bookingDay)) days.bookingDay = bookingDay;
  }
  if (knownDays.size > maxKnownDays) knownDays.clear();
  knownDays.set(key, days);
  return days;
}
