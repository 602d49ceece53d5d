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
import { Findings, isDay, senIn, shown } from '#functions/payment/reconciliation/findings.ts';
import { numberEquals } from '#functions/payment/reconciliation/statements.ts';
import { type Information, informationIn } from '#functions/payment/reconciliation/swift-information.ts';

interface Field {
  tag: string;
  lines: string[];
  line: number;
}

/** Where the first message begins: a line of its own, or behind the envelope `{1:…}{4:`. */
const beginning = /(?:^|[\r\n]|\{4:)[ \t]*:20:/;

/** Whether the text holds one: whatever stands before it, and however short it is. */
export function isMt940(text: string): boolean {
  return beginning.test(text) && /(?:^|[\r\n])[ \t]*:(?:25P?|60[FM]|61|34F|32A):/.test(text);
}

/** Other messages of SWIFT's that look like it, by what only they have. */
function otherMessage(fields: readonly Field[], text: string): string | undefined {
  const [, type] = /\{2:[IO](9\d\d)/.exec(text) ?? [];
  if (type !== undefined && type !== '940' && type !== '950') return `MT${type}`;
  const has = (tag: string) => fields.some((field) => field.tag === tag);
  if (has('60F') || has('60M')) return undefined;
  if (has('34F') || has('13D')) return 'MT942';
  return has('32A') && !has('61') ? 'MT900/MT910' : undefined;
}

export function readMt940(text: string, findings: Findings): Statement[] {
  const { fields, width } = fieldsOf(text, findings);
  const other = otherMessage(fields, text.slice(0, 2000));
  if (other !== undefined) {
    findings.add(other === 'MT942' ? 'bank-file-interim' : 'bank-file-other-message', '', { format: other });
    return [];
  }
  const starts = fields.flatMap(({ tag }, index) => (tag === '20' ? [index] : []));
  const pages: Page[] = [];
  let strangers = 0;
  let stranger: { account: string | undefined; where: string } | undefined;
  for (const [number, start] of starts.entries()) {
    const where = `MT940 ${number + 1}`;
    const own = new Findings(findings.known);
    const of = fields.slice(start, starts[number + 1]);
    const named = of.find(({ tag }) => tag === '25' || tag === '25P')?.lines[0]?.trim();
    const account = findings.ourAccount(named);
    if (account === undefined) {
      strangers += 1;
      stranger ??= { account: named, where: `${where}, :25:` };
      if (named === undefined) findings.add('bank-file-element', where, { element: ':25:' });
      const facts = { account: `…${(named ?? '').slice(-4)}` };
      findings.keep('bank-kept-account', where, facts, of.filter(({ tag }) => tag === '61').length || 1);
      continue;
    }
    const page = readPage(of, { account, where, width }, own);
    findings.take(own);
    const before = pages.at(-1);
    if (before !== undefined && follows(page, before)) append(before, page);
    else pages.push(page);
  }
  if (stranger !== undefined && strangers === starts.length)
    findings.notOurAccount(stranger.account, stranger.where);
  for (const { statement } of pages) numberEquals(statement.entries);
  return pages.map(({ statement }) => statement);
}

interface Page {
  statement: Statement;
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

function append(before: Page, { statement, goesOn }: Page): void {
  const { entries } = before.statement;
  const from = entries.length;
  for (const entry of statement.entries) {
    entry.position += from;
    entry.source = before.statement.source;
    entries.push(entry);
  }
  if (statement.closing !== undefined) before.statement.closing = statement.closing;
  before.goesOn = goesOn;
}

/**
 * The fields of all messages, and how long the lines of `:86:` are at most. Lines before a message and between two of them are the
 * bank's own: they are kept and counted.
 */
function fieldsOf(text: string, findings: Findings): { fields: Field[]; width: number } {
  const fields: Field[] = [];
  let field: Field | undefined;
  let width = 0;
  let line = 0;
  let feed = -1;
  let back = -1;
  for (let from = 0; from < text.length; ) {
    if (feed < from) feed = endOf(text, '\n', from);
    if (back < from) back = endOf(text, '\r', from);
    const end = Math.min(feed, back);
    let content = text.slice(from, end);
    from = end === back && feed === end + 1 ? end + 2 : end + 1;
    line += 1;
    // `{1:…}{2:…}{4:` before a message, after a control character where it comes from a telex line.
    if (content.charCodeAt(0) === 123 || content.charCodeAt(0) < 32) {
      const body = content.lastIndexOf('{4:');
      if (body !== -1) content = content.slice(body + 3);
    }
    if (content.trim() === '') continue;
    const tag = tagIn(content);
    if (tag !== undefined) {
      const value = content.slice(content.indexOf(':', content.indexOf(':') + 1) + 1);
      field = { tag, lines: [value.trimEnd()], line };
      if (tag === '20' || fields.length > 0) fields.push(field);
      else findings.keep('bank-kept-text', `line ${line}`);
    } else if (/^\s*-\}?(?:\s*\{.*)?\s*$|^\{.*\}?\s*$/.test(content)) {
      // `-`, `-}` and `-}{5:…}` end a message.
      field = undefined;
      continue;
    } else if (field === undefined) findings.keep('bank-kept-text', `line ${line}`);
    else field.lines.push(content.trimEnd());
    if (field?.tag === '86') width = Math.max(width, field.lines.at(-1)?.length ?? 0);
  }
  return { fields, width };
}

function endOf(text: string, sign: string, from: number): number {
  const found = text.indexOf(sign, from);
  return found === -1 ? text.length : found;
}

/** `61` of `:61:…`. */
function tagIn(line: string): string | undefined {
  const start = line.charCodeAt(0) === colon ? 0 : line.length - line.trimStart().length;
  if (line.charCodeAt(start) !== colon) return undefined;
  const length = line.charCodeAt(start + 3) === colon ? 2 : line.charCodeAt(start + 4) === colon ? 3 : 0;
  const tag = line.slice(start + 1, start + 1 + length);
  return length > 0 && isTag.test(tag) ? tag : undefined;
}

const colon = 58;
const isTag = /^(?:\d\d[A-Z]?|NS)$/;

/** A comma, as SWIFT has it, or a point with one or two decimals behind it; or neither. */
const swiftAmount = /^(?:0*(?=\d))?(\d{0,15})(?:(?:,|\.(?=\d{1,2}$))(\d{0,2}))?$/;

function readPage(
  fields: readonly Field[],
  { account, where, width }: { account: string; where: string; width: number },
  findings: Findings,
): Page {
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
  const lines = linesOf(fields, width);
  let entries = lines.map((line, index) =>
    readLine(line, { account, source, position: index + 1 }, width, findings),
  );
  if (opening !== undefined && closing !== undefined) {
    const difference = closing.sen - opening.sen - netOf(entries);
    if (difference !== 0) entries = withoutText(entries, lines, difference);
    findings.sum(closing.sen, opening.sen + netOf(entries), `${where}, :62F:`);
  }
  const read = entries.flatMap((entry, index) => {
    if (entry !== undefined) return [entry];
    const line = lines[index];
    if (line !== undefined && !line.maybeText)
      // Negative amounts and such as `1e7` end here.
      findings.add('bank-file-line', `line ${line.field.line}`, {
        line: line.field.line,
        detail: `:61: ${shown(line.field.lines[0])}`,
      });
    else findings.keep('bank-kept-text', where);
    return [];
  });
  return {
    statement: present<Statement>({ account, source, opening, closing, entries: read }),
    isContinued,
    goesOn: closes?.tag === '62M',
  };
}

/** A `:61:` with the `:86:` that follow it, and whether it may be words of the `:86:` before it that a line end cut off. */
interface Line {
  field: Field;
  information: string[];
  maybeText: boolean;
}

function linesOf(fields: readonly Field[], width: number): Line[] {
  const lines: Line[] = [];
  let current: Line | undefined;
  let before: Field | undefined;
  for (const field of fields) {
    if (field.tag === '61') {
      const last = before?.lines.at(-1) ?? '';
      // SWIFT allows no line of `:86:` to begin with a colon, but who pays writes what they like.
      const maybeText = before?.tag === '86' && last.length === width && width >= shortestCut;
      current = { field, information: [], maybeText };
      lines.push(current);
    } else if (field.tag === '86') current?.information.push(...field.lines);
    // What follows the balance is about the statement.
    else if (field.tag.startsWith('62')) current = undefined;
    before = field;
  }
  return lines;
}

/** No bank cuts `:86:` into shorter lines than the 27 characters of a subfield. */
const shortestCut = 27;

function netOf(entries: readonly (StatementEntry | undefined)[]): number {
  let net = 0;
  for (const entry of entries)
    if (entry?.status === 'booked') net += entry.side === 'credit' ? entry.amount : -entry.amount;
  return net;
}

/**
 * Without the line that is words of the `:86:` before it, where the balances say so: exactly one that may be words, and the statement
 * adds up without it.
 */
function withoutText(
  entries: readonly (StatementEntry | undefined)[],
  lines: readonly Line[],
  difference: number,
): (StatementEntry | undefined)[] {
  const isWords = (entry: StatementEntry | undefined, index: number) =>
    entry !== undefined && lines[index]?.maybeText === true && -netOf([entry]) === difference;
  const found = entries.flatMap((entry, index) => (isWords(entry, index) ? [index] : []));
  const [only] = found;
  if (only === undefined || found.length > 1) return [...entries];
  return entries.map((entry, index) => (index === only ? undefined : entry));
}

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

function readLine(
  { field, information }: Line,
  common: Pick<StatementEntry, 'account' | 'source' | 'position'>,
  width: number,
  findings: Findings,
): StatementEntry | undefined {
  const [line = '', next] = field.lines;
  // Some programs cut lines anywhere.
  const found = entryPattern.exec(line) ?? (next === undefined ? null : entryPattern.exec(line + next));
  if (found === null) return undefined;
  const [, value = '', entered, mark = '', , money, type, owner, servicer] = found;
  const where = `line ${field.line}`;
  const amount = senIn(money, swiftAmount);
  if (amount === undefined) {
    findings.add('bank-file-amount', where, { amount: shown(money) });
    return undefined;
  }
  const days = daysOf(dated(value), entered);
  if (days.valueDay === undefined) {
    if (days.bookingDay === undefined) findings.add('bank-file-date', where, { date: shown(value) });
    else findings.keep('bank-kept-day', where, { date: shown(value) });
  }
  const expected = mark.startsWith('E');
  const reversal = mark.startsWith('R');
  const credit = reversal ? mark === 'RD' : mark.endsWith('C');
  const words = informationIn(information, width);
  const references: BankReference[] = [];
  addReference(references, 'owner', owner, where, findings);
  addReference(references, 'servicer', servicer, where, findings);
  const ofDetail: BankReference[] = [];
  for (const id of words.endToEndIds) addReference(ofDetail, 'end-to-end', id, where, findings);
  addReference(ofDetail, 'instruction', words.instructionId, where, findings);
  addReference(ofDetail, 'mandate', words.mandateId, where, findings);
  const supplement = field.lines.length === 1 ? '' : field.lines.slice(1).join(' ').trim();
  return {
    ...common,
    ...{ status: expected ? 'pending' : 'booked', side: credit ? 'credit' : 'debit', reversal, amount },
    ...(days.bookingDay !== undefined && { bookingDay: days.bookingDay }),
    ...(days.valueDay !== undefined && { valueDay: days.valueDay }),
    references,
    charges: zeroSen,
    ...(type !== undefined && { transactionCode: type.trim() }),
    details: [
      detailOf(words, {
        booked: amount,
        references: ofDetail,
        // `NRTI` is an item that came back.
        isReturn: credit && (words.returnReason !== undefined || type?.endsWith('RTI') === true),
      }),
    ],
    text: supplement,
    ordinal: 1,
    doubts: [],
  };
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
  return {
    ...{ endToEndIds, booked, charges: zeroSen, references, text },
    ...(isReturn && { returned: { reasons: returnReason === undefined ? [] : [returnReason] } }),
    ...(counterparty !== undefined && { counterparty }),
  };
}

function dated(day: string): string {
  return `20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4, 6)}`;
}

/** The entry date has no year: it is that in which it is next to the value date, also across the year's end. */
function daysOf(value: string, entered: string | undefined): { valueDay?: string; bookingDay?: string } {
  const valueDay = isDay(value) ? { valueDay: value } : {};
  if (entered === undefined) return valueDay;
  const year = Number(value.slice(0, 4));
  const month = Number(value.slice(5, 7)) - Number(entered.slice(0, 2));
  const bookingDay = `${year + (month > 6 ? 1 : month < -6 ? -1 : 0)}-${entered.slice(0, 2)}-${entered.slice(2)}`;
  return isDay(bookingDay) ? { ...valueDay, bookingDay } : valueDay;
}
