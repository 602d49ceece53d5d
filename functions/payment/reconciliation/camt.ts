/**
 * camt.053, the statement, and camt.054, the notification, of any version.
 *
 * What was booked is the entry's amount. Its details say which transfers it holds, and may say what was instructed; neither makes
 * another amount of it. An entry may exceed its transfers by charges, and a return may fall short of what was paid by them; what
 * `Chrgs` does not explain is a question. What is pending is not booked, and what is for information is nothing.
 */
import type {
  BankReference,
  ReferenceKind,
  ReturnInformation,
  Statement,
  StatementEntry,
  StatementSource,
  TransferDetail,
} from '#domain/money/bank-entry.ts';
import { type Sen, sen, zeroSen } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import { problem } from '#domain/text/problem.ts';
import { type Content, emptyContent, endToEndIdsIn } from '#functions/payment/reconciliation/bank-entry.ts';
import {
  dayIn,
  Findings,
  plainSen,
  senIn,
  shown,
  xmlAmount,
} from '#functions/payment/reconciliation/findings.ts';
import { reasonIn } from '#functions/payment/reconciliation/reasons.ts';
import {
  addStatement,
  checkBalances,
  Entries,
  namesOurs,
  totalOf,
} from '#functions/payment/reconciliation/statements.ts';
import { all, at, child, type Element, textAt } from '#functions/payment/reconciliation/xml.ts';

/** The element of one statement or notification, and the kind of what it is. */
const reports = {
  'camt.053': { element: 'Stmt', kind: 'statement' },
  'camt.054': { element: 'Ntfctn', kind: 'notification' },
} as const;

/** How many, and how much in sen; not exact beyond what a number can hold. */
interface Tally {
  count: number;
  sum: number;
}

/** What of a report its totals are compared with. */
class Tallies {
  readonly all = { credit: none(), debit: none() };
  readonly booked = { credit: none(), debit: none() };

  add(side: 'credit' | 'debit', amount: Sen, isBooked: boolean): void {
    for (const tallies of isBooked ? [this.all, this.booked] : [this.all]) {
      tallies[side].count += 1;
      tallies[side].sum += amount;
    }
  }
}

function none(): Tally {
  return { count: 0, sum: 0 };
}

/** A statement or notification that is being read. */
interface Open {
  /** Its own name of itself, for problems. */
  name: string;
  /** As it is named; undefined where it is not ours. */
  account: string | undefined;
  /** How many entries came. */
  place: number;
  entries: Entries;
  tallies: Tallies;
  findings: Findings;
}

/** Reads a message while it comes: `take` each entry as it ends, and the message at last by `content`. */
export class CamtReader {
  readonly #findings: Findings;
  readonly #open = new Map<Element, Open>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  readonly take = (element: Element, parent: Element): boolean => {
    if (element.name !== 'Ntry') return false;
    // The standard has the account before the entries. Where a bank puts it behind them they wait for it.
    if (!this.#open.has(parent) && child(parent, 'Acct') === undefined) return false;
    readEntry(element, this.#of(parent));
    return true;
  };

  #of(report: Element): Open {
    const known = this.#open.get(report);
    if (known !== undefined) return known;
    const findings = new Findings(this.#findings.known);
    const format = report.name === reports['camt.053'].element ? 'camt.053' : 'camt.054';
    const open: Open = {
      ...{
        name: textAt(report, 'Id') ?? report.name,
        account: findings.ourAccount(accountOf(report)),
        place: 0,
      },
      ...{ entries: new Entries(format, findings), tallies: new Tallies(), findings },
    };
    this.#open.set(report, open);
    return open;
  }

  content(message: Element, format: keyof typeof reports): Content {
    const { element, kind } = reports[format];
    const found = all(message, element);
    if (found.length === 0) this.#findings.add('bank-file-element', message.name, { element });
    const messageId = textAt(message, 'GrpHdr/MsgId');
    const pages: Page[] = [];
    const strangers: { account: string | undefined; where: string }[] = [];
    for (const report of found) {
      const where = textAt(report, 'Id') ?? format;
      const open = this.#of(report);
      for (const entry of all(report, 'Ntry')) readEntry(entry, open);
      const { account } = open;
      if (account === undefined) {
        const named = accountOf(report);
        strangers.push({ account: named, where });
        const facts = { account: `…${(named ?? '').slice(-4)}` };
        this.#findings.keep('bank-kept-account', where, facts, Math.max(1, open.place));
        continue;
      }
      const source = present<StatementSource>({
        ...{ kind, format, id: textAt(report, 'Id'), messageId, createdOn: dayIn(textAt(report, 'CreDtTm')) },
        number: textAt(report, 'LglSeqNb') ?? textAt(report, 'ElctrncSeqNb'),
        page: pageOf(report)?.page,
      });
      const page = readReport(report, { account, source }, open, where);
      this.#findings.take(open.findings);
      const before = pages.at(-1);
      if (before !== undefined && follows(page, before)) append(before, page);
      else pages.push(page);
    }
    const [stranger] = strangers;
    // Where nothing is ours it is the wrong file, or our account is written in another way.
    if (stranger !== undefined && strangers.length === found.length)
      this.#findings.notOurAccount(stranger.account, stranger.where);
    const content = emptyContent(format, this.#findings.known.keepEntries);
    for (const { statement, entries, isLast } of pages) {
      const { id, page = 1 } = statement.source;
      if (page === 1 && isLast)
        checkBalances(statement, entries.net, `${id ?? format}, CLBD`, this.#findings);
      addStatement(content, statement, entries);
    }
    return content;
  }
}

/** A statement, or a page of one: the number of its last page, and whether that is the last of all. */
interface Page {
  statement: Statement;
  entries: Entries;
  page: number | undefined;
  isLast: boolean;
}

function pageOf(report: Element): { page: number; isLast: boolean } | undefined {
  const paging = at(report, 'StmtPgntn') ?? at(report, 'NtfctnPgntn');
  const page = Number(textAt(paging, 'PgNb'));
  return paging === undefined || !Number.isSafeInteger(page)
    ? undefined
    : { page, isLast: isTrue(textAt(paging, 'LastPgInd')) };
}

function follows({ statement, page }: Page, before: Page): boolean {
  if (page === undefined || before.page === undefined || before.isLast || page !== before.page + 1)
    return false;
  const [one, other] = [before.statement, statement];
  const same = one.source.number ?? one.source.id;
  return one.account === other.account && same === (other.source.number ?? other.source.id);
}

function append(before: Page, { statement, entries, page, isLast }: Page): void {
  before.entries.append(entries);
  if (statement.closing !== undefined) before.statement.closing = statement.closing;
  before.page = page;
  before.isLast = isLast;
}

/** `Othr` where it is no IBAN; `PrtryAcct` in the first version. */
function accountOf(report: Element): string | undefined {
  const id = at(report, 'Acct/Id');
  return textAt(id, 'Othr/Id') ?? textAt(id, 'IBAN') ?? textAt(id, 'PrtryAcct/Id') ?? textAt(id, 'BBAN');
}

/** `xs:boolean`. */
function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1';
}

function readReport(
  report: Element,
  { account, source }: Pick<Statement, 'account' | 'source'>,
  { entries, tallies, findings }: Open,
  where: string,
): Page {
  const currency = textAt(report, 'Acct/Ccy');
  if (currency !== undefined) findings.currency(currency, where);
  const paging = pageOf(report);
  // The totals of a page may be those of all pages.
  if (paging === undefined || (paging.page === 1 && paging.isLast))
    checkTotals(at(report, 'TxsSummry'), tallies, where, findings);
  const statement = present<Statement>({
    ...{ account, source, entries: undefined },
    opening: balanceOf(report, ['OPBD', 'PRCD'], where, findings),
    closing: balanceOf(report, ['CLBD'], where, findings),
  });
  return { statement, entries, page: paging?.page, isLast: paging?.isLast ?? true };
}

function balanceOf(report: Element, codes: readonly string[], where: string, findings: Findings) {
  const found = all(report, 'Bal').find((each) =>
    codes.includes(textAt(each, 'Tp/CdOrPrtry/Cd') ?? textAt(each, 'Tp/Cd') ?? ''),
  );
  if (found === undefined) return undefined;
  const element = at(found, 'Amt');
  findings.currency(element?.attributes.Ccy, `${where}, Bal`);
  const amount = findings.amount(element?.text.trim(), xmlAmount, `${where}, Bal`);
  if (amount === undefined) return undefined;
  return present<NonNullable<Statement['opening']>>({
    sen: textAt(found, 'CdtDbtInd') === 'DBIT' ? -amount : amount,
    day: dayIn(textAt(found, 'Dt/Dt') ?? textAt(found, 'Dt/DtTm')),
  });
}

/** Refuses totals that are neither those of all entries nor those of what was booked. */
function checkTotals(
  summary: Element | undefined,
  { all, booked }: Tallies,
  where: string,
  findings: Findings,
): void {
  if (summary === undefined) return;
  const check = (name: string, of: (tallies: Tallies['all']) => Tally) => {
    const total = at(summary, name);
    if (total === undefined) return;
    const ways = [of(all), of(booked)];
    const place = `${where}, ${name}`;
    const count = textAt(total, 'NbOfNtries');
    if (count !== undefined && !ways.some((way) => way.count === Number(count)))
      findings.count(Number(count), ways[0]?.count ?? 0, place);
    const sum = textAt(total, 'Sum');
    const stated = sum === undefined ? undefined : findings.amount(sum, xmlAmount, place);
    if (stated === undefined) return;
    const sums = ways.map((way) => (Number.isSafeInteger(way.sum) ? way.sum : undefined));
    if (!sums.includes(stated)) findings.sum(stated, sums[0], place);
  };
  check('TtlNtries', ({ credit, debit }) => ({
    count: credit.count + debit.count,
    sum: credit.sum + debit.sum,
  }));
  check('TtlCdtNtries', ({ credit }) => credit);
  check('TtlDbtNtries', ({ debit }) => debit);
}

/** From version 8 on a code within the element, before that its text. */
function statusOf(status: Element | undefined): string | undefined {
  return textAt(status, 'Cd') ?? textAt(status, 'Prtry') ?? (status?.text.trim() || undefined);
}

function dayAt(date: Element | undefined): { day: string | undefined; text: string | undefined } {
  const text = date && (textAt(date, 'Dt') ?? textAt(date, 'DtTm'));
  return { day: dayIn(text), text };
}

function readEntry(element: Element, open: Open): void {
  open.place += 1;
  const { account, entries, tallies, findings } = open;
  if (account === undefined) return;
  const where = `${open.name}, Ntry ${open.place}`;
  const status = statusOf(child(element, 'Sts'));
  const money = child(element, 'Amt');
  const direction = textAt(element, 'CdtDbtInd');
  const side = direction === 'CRDT' ? 'credit' : 'debit';
  if (direction !== 'CRDT' && direction !== 'DBIT')
    findings.add('bank-file-element', where, { element: 'CdtDbtInd' });
  findings.currency(money?.attributes.Ccy, where);
  const amount = findings.amount(money?.text.trim(), xmlAmount, where) ?? zeroSen;
  tallies.add(side, amount, status === 'BOOK');
  if (status !== 'BOOK' && status !== 'PDNG') {
    if (status === undefined) findings.add('bank-file-element', where, { element: 'Sts' });
    else findings.keep('bank-kept-entry-status', where, { status: shown(status) });
    return;
  }
  const value = dayAt(child(element, 'ValDt'));
  const booking = dayAt(child(element, 'BookgDt'));
  const noDay = value.day === undefined && booking.day === undefined;
  if (noDay && status === 'BOOK')
    findings.add('bank-file-date', where, { date: shown(value.text ?? booking.text) });
  else
    for (const { day, text } of [value, booking])
      if (text !== undefined && day === undefined)
        findings.keep('bank-kept-day', where, { date: shown(text) });
  const entry: StatementEntry = {
    account,
    status: status === 'BOOK' ? 'booked' : 'pending',
    side,
    amount,
    reversal: isTrue(textAt(element, 'RvslInd')),
    references: referencesIn(element, entryReferences, where, findings),
    charges: zeroSen,
    details: [],
    text: textAt(element, 'AddtlNtryInf') ?? '',
    ordinal: 1,
    doubts: [],
  };
  if (booking.day !== undefined) entry.bookingDay = booking.day;
  if (value.day !== undefined) entry.valueDay = value.day;
  const code = transactionCodeOf(element);
  if (code !== undefined) entry.transactionCode = code;
  readDetails(element, entry, where, findings);
  entries.add(entry);
}

/** `Domn/Cd-Fmly/Cd-Fmly/SubFmlyCd`, or the bank's own. */
function transactionCodeOf(entry: Element): string | undefined {
  const code = at(entry, 'BkTxCd');
  if (code === undefined) return undefined;
  const domain = at(code, 'Domn');
  const own = textAt(code, 'Prtry/Cd');
  if (domain === undefined) return own;
  return [textAt(domain, 'Cd'), textAt(domain, 'Fmly/Cd'), textAt(domain, 'Fmly/SubFmlyCd')].join('-');
}

const entryReferences: ReadonlyMap<string, ReferenceKind> = new Map([
  ['NtryRef', 'entry'],
  ['AcctSvcrRef', 'servicer'],
]);
const detailReferences: ReadonlyMap<string, ReferenceKind> = new Map([
  ['EndToEndId', 'end-to-end'],
  ['AcctSvcrRef', 'detail-servicer'],
  ['InstrId', 'instruction'],
  ['MsgId', 'message'],
  ['PmtInfId', 'payment-information'],
  ['TxId', 'transaction'],
  ['UETR', 'uetr'],
  ['ClrSysRef', 'clearing'],
  ['MndtId', 'mandate'],
  ['ChqNb', 'cheque'],
]);

function referencesIn(
  element: Element | undefined,
  wanted: ReadonlyMap<string, ReferenceKind>,
  where: string,
  findings: Findings,
): BankReference[] {
  const references: BankReference[] = [];
  for (const { name, text } of element?.children ?? []) {
    const kind = wanted.get(name);
    if (kind === undefined) continue;
    const value = findings.reference(text, where);
    if (value !== undefined) references.push({ kind, value });
  }
  for (const own of all(element, 'Prtry')) {
    const value = findings.reference(textAt(own, 'Ref'), where);
    if (value !== undefined) references.push({ kind: 'proprietary', value });
  }
  return references;
}

/** In rupiah; nothing in another currency, which says nothing of what was booked here. */
function senAt(element: Element | undefined, path: string): Sen | undefined {
  const found = at(element, path);
  return found?.attributes.Ccy === 'IDR' ? senIn(found.text.trim(), xmlAmount) : undefined;
}

/** What was taken; what was given back of earlier charges is none. */
function chargesOf(element: Element): Sen {
  let total = 0;
  for (const charges of all(element, 'Chrgs')) {
    const taken = [charges, ...all(charges, 'Rcrd')].filter((each) => textAt(each, 'CdtDbtInd') !== 'CRDT');
    total +=
      senAt(charges, 'TtlChrgsAndTaxAmt') ??
      taken.reduce<number>((before, each) => before + (senAt(each, 'Amt') ?? 0), 0);
  }
  return Number.isSafeInteger(total) ? sen(total) : zeroSen;
}

/** What a detail says: of its own amount, of what was instructed, and of charges. */
interface Stated {
  own: Sen | undefined;
  instructed: Sen | undefined;
  charges: Sen;
}

function readDetails(element: Element, entry: StatementEntry, where: string, findings: Findings): void {
  const batches = all(element, 'NtryDtls');
  const stated: Stated[] = [];
  let announced = 0;
  for (const batch of batches) {
    const details = all(batch, 'TxDtls');
    const count = Number(textAt(batch, 'Btch/NbOfTxs') ?? details.length);
    announced += Number.isSafeInteger(count) ? count : details.length;
    for (const detail of details) {
      const transferred = senAt(detail, 'AmtDtls/TxAmt/Amt');
      const instructed = senAt(detail, 'AmtDtls/InstdAmt/Amt') ?? transferred;
      stated.push({ own: senAt(detail, 'Amt') ?? transferred, instructed, charges: chargesOf(detail) });
      entry.details.push(readDetail(detail, entry, instructed, where, findings));
      const side = textAt(detail, 'CdtDbtInd');
      if (side !== undefined && side !== (entry.side === 'credit' ? 'CRDT' : 'DBIT'))
        entry.doubts.push(problem('bank-entry-detail-side', where));
    }
  }
  if (announced > 0) entry.transfers = announced;
  judgeAmounts(entry, stated, chargesOf(element), where, findings);
  if (stated.length > 0 && announced !== stated.length) {
    if (namesOurs(entry)) findings.count(announced, stated.length, where);
    else entry.doubts.push(problem('bank-entry-count', where, { stated: announced, found: stated.length }));
  }
}

/**
 * Compares an entry with its details. A debit may exceed them by charges, a credit may fall short of them by charges; what charges
 * do not explain is a question, and what cannot be is a file that contradicts itself, where it is about a payment of ours.
 */
function judgeAmounts(
  entry: StatementEntry,
  stated: readonly Stated[],
  ofEntry: Sen,
  where: string,
  findings: Findings,
): void {
  const { amount, side, details } = entry;
  const [only] = details;
  if (only === undefined) {
    entry.charges = ofEntry;
    return;
  }
  const own = totalOf(stated.map((each) => each.own));
  const total = own ?? totalOf(stated.map((each) => each.own ?? each.instructed));
  const ofDetails = totalOf(stated.map(({ charges }) => charges)) ?? zeroSen;
  const more = total === undefined ? undefined : side === 'debit' ? amount - total : total - amount;
  const facts = { booked: plainSen(amount), found: total === undefined ? '–' : plainSen(total) };
  const isExplained = [0, ofEntry, ofDetails, ofEntry + ofDetails].includes(more ?? -1);
  if (details.length === 1) {
    only.booked = amount;
    if (more === undefined || isExplained) only.charges = sen(more ?? 0);
    else entry.doubts.push(problem('bank-entry-detail-amount', where, facts));
    return;
  }
  const withTheirs = more !== 0 && (more === ofDetails || more === ofEntry + ofDetails);
  for (const [index, detail] of details.entries()) {
    const { own: given, instructed, charges } = stated[index] ?? { charges: zeroSen };
    // What was instructed is what was booked only where all of it together makes the entry.
    const moved = given ?? (isExplained ? instructed : undefined);
    if (moved === undefined) continue;
    detail.charges = withTheirs ? charges : zeroSen;
    detail.booked = sen(Math.max(0, side === 'debit' ? moved + detail.charges : moved - detail.charges));
  }
  if (isExplained) entry.charges = sen((more ?? 0) - (withTheirs ? ofDetails : 0));
  else if (more !== undefined && more < 0 && namesOurs(entry))
    findings.sum(side === 'debit' ? amount : total, side === 'debit' ? total : amount, where);
  else entry.doubts.push(problem('bank-entry-details-sum', where, facts));
}

function readDetail(
  detail: Element,
  { side, transactionCode }: StatementEntry,
  instructed: Sen | undefined,
  where: string,
  findings: Findings,
): TransferDetail {
  const references = referencesIn(at(detail, 'Refs'), detailReferences, where, findings);
  const read: TransferDetail = {
    endToEndIds: endToEndIdsIn(references),
    charges: zeroSen,
    references,
    text: textOf(detail),
  };
  if (instructed !== undefined) read.instructed = instructed;
  const code = side === 'credit' ? (transactionCodeOf(detail) ?? transactionCode) : undefined;
  const returned = returnOf(detail, code);
  if (returned !== undefined) read.returned = returned;
  const counterparty = counterpartyOf(detail, side === 'credit' ? 'Dbtr' : 'Cdtr');
  if (counterparty !== undefined) read.counterparty = counterparty;
  return read;
}

/** `RtrInf`; or the sub-family by which ISO's transaction codes name a credit transfer that came back. */
function returnOf(detail: Element, code: string | undefined): ReturnInformation | undefined {
  const information = at(detail, 'RtrInf');
  if (information !== undefined) return { reasons: [reasonIn(information)] };
  return code?.startsWith('PMNT-') && code.endsWith('-RRTN') ? { reasons: [] } : undefined;
}

function counterpartyOf(detail: Element, role: 'Cdtr' | 'Dbtr'): TransferDetail['counterparty'] {
  const parties = at(detail, 'RltdPties');
  if (parties === undefined && child(detail, 'RltdAgts') === undefined) return undefined;
  const account = at(parties, `${role}Acct/Id`);
  const agent = at(detail, `RltdAgts/${role}Agt/FinInstnId`);
  const found = present<NonNullable<TransferDetail['counterparty']>>({
    name: textAt(parties, `${role}/Pty/Nm`) ?? textAt(parties, `${role}/Nm`),
    account: textAt(account, 'Othr/Id') ?? textAt(account, 'IBAN'),
    bank: textAt(agent, 'BICFI') ?? textAt(agent, 'BIC') ?? textAt(agent, 'ClrSysMmbId/MmbId'),
  });
  for (const _ in found) return found;
  return undefined;
}

function textOf(detail: Element): string {
  const remittance = at(detail, 'RmtInf');
  if (remittance === undefined) return (textAt(detail, 'AddtlTxInf') ?? '').slice(0, maxText);
  const texts = [...all(remittance, 'Ustrd').map(({ text }) => text.trim())];
  for (const structured of all(remittance, 'Strd'))
    texts.push(textAt(structured, 'CdtrRefInf/Ref') ?? '', textAt(structured, 'AddtlRmtInf') ?? '');
  texts.push(textAt(detail, 'AddtlTxInf') ?? '');
  return texts
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, maxText);
}

/** More than any format's remittance information. */
const maxText = 1000;
