/**
 * A bank's list of bookings as CSV or Excel, read by the layout whose titles it has. What stands above and below the list is the
 * bank's own, but for the account, the period and the balances.
 *
 * The account has to be ours digit for digit: Excel drops zeros, and that is said. An EndToEndId is taken from its own column, or
 * from the text where exactly one of ours stands in it, letter by letter.
 */
import { parse } from 'csv-parse/sync';
import type { Statement, StatementEntry, StatementSource } from '#domain/money/bank-entry.ts';
import type { ListLayout, Title } from '#domain/money/list-layout.ts';
import { type Sen, sen, zeroSen } from '#domain/money/sen.ts';
import type { SheetCell } from '#domain/public-works/muster-roll-sheet.ts';
import { type Content, emptyContent } from '#functions/payment/reconciliation/bank-entry.ts';
import { type Findings, isDay, shown } from '#functions/payment/reconciliation/findings.ts';
import { addStatement, checkBalances, Entries } from '#functions/payment/reconciliation/statements.ts';
import { readXlsx, type WorkbookLimits } from '#functions/runtime/xlsx.ts';

/** A list as rows of texts; a number of Excel's is one. */
export interface Table {
  rows: readonly (readonly Cell[])[];
  from1904: boolean;
}
export interface Cell {
  text: string;
  isNumber: boolean;
}

/** Rows above the titles. */
export const headRows = 40;

/** A bank's list of a year has some ten thousand rows. */
const workbookLimits: WorkbookLimits = {
  fileBytes: 20 * 2 ** 20,
  parts: 500,
  partBytes: 128 * 2 ** 20,
  rows: 200_000,
  columns: 60,
  texts: 500_000,
  textLength: 1000,
  depth: 40,
};

/** Whether the bytes are a ZIP archive, as a workbook is. */
export function isWorkbook(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** @returns undefined where it is no workbook that is read */
export function workbookTable(bytes: Uint8Array, where: string, findings: Findings): Table | undefined {
  const { sheet, problems } = readXlsx(bytes, workbookLimits);
  if (sheet === undefined) {
    findings.add('bank-file-workbook', where, { detail: problems[0]?.code ?? '' });
    return undefined;
  }
  return { rows: sheet.rows.map((row) => Array.from(row, cellOf)), from1904: sheet.from1904 };
}

/** A formula is not computed, and what it gave before is not believed: its cell is empty. */
function cellOf(cell: SheetCell | undefined): Cell {
  if (cell === undefined || cell.kind === 'formula' || cell.kind === 'error')
    return { text: '', isNumber: false };
  return { text: cell.text.trim(), isNumber: cell.kind === 'number' };
}

/** @returns undefined where no layout has its titles, or none for this encoding */
export function readListText(text: string, undeclared: boolean, findings: Findings): Content | undefined {
  const table = tableIn(text, (head) => found(head, findings, undeclared) !== undefined, findings);
  return table === 'broken'
    ? emptyContent('list', undefined)
    : table && readTable(table, findings, undeclared);
}

/**
 * A list that is text, divided as it says, or as its first rows are best understood.
 * @param isKnown whether titles that are known stand in these rows
 * @returns undefined where none stand in it; `broken`, which is said, where its rows cannot be told apart
 */
export function tableIn(
  text: string,
  isKnown: (head: Table) => boolean,
  findings: Findings,
): Table | 'broken' | undefined {
  const [first = ''] = text.split(/[\r\n]/, 1);
  const stated = /^"?sep=(.)"?\s*$/i.exec(first)?.[1];
  const body = stated === undefined ? text : text.slice(first.length);
  for (const delimiter of stated === undefined ? [';', ',', '\t', '|'] : [stated]) {
    if (!body.includes(delimiter)) continue;
    const head = rowsOf(body, delimiter, headRows);
    if (head === undefined || !isKnown({ rows: head, from1904: false })) continue;
    const rows = rowsOf(body, delimiter);
    if (rows !== undefined) return { rows, from1904: false };
    findings.add('bank-file-line', 'csv', { line: '?', detail: shown(delimiter) });
    return 'broken';
  }
  return undefined;
}

/** @param to rows at most */
function rowsOf(text: string, delimiter: string, to?: number): Cell[][] | undefined {
  try {
    const rows: string[][] = parse(text, {
      ...{ delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
      record_delimiter: ['\r\n', '\n', '\r'],
      ...(to !== undefined && { to }),
    });
    // An apostrophe before digits keeps Excel from taking them for a number.
    return rows.map((row) =>
      row.map((each) => ({ text: each.trim().replace(/^'(?=\d)/, ''), isNumber: false })),
    );
  } catch {
    return undefined;
  }
}

type Column = keyof ListLayout['columns'];
interface Found {
  layout: ListLayout;
  head: number;
  columns: Partial<Record<Column, number[]>>;
}

/** A title without what does not matter in it. */
export function key(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().toLowerCase().replace(/\s*:$/, '');
}
export function titlesOf(title: Title | undefined): string[] {
  return title === undefined ? [] : [title].flat().map(key);
}

/** The layout of which the list has all titles, the one that finds most of them. */
function found(table: Table, { known }: Findings, undeclared = false): Found | undefined {
  let best: Found | undefined;
  for (const layout of known.lists ?? []) {
    if (undeclared && layout.encoding === 'utf-8') continue;
    for (const [head, row] of table.rows.slice(0, headRows).entries()) {
      const places = columnsIn(row, layout);
      if (places === undefined) continue;
      if (best === undefined || Object.keys(places).length > Object.keys(best.columns).length)
        best = { layout, head, columns: places };
      break;
    }
  }
  return best;
}

const optional: ReadonlySet<Column> = new Set(['balance', 'reference', 'valueDay', 'currency', 'endToEndId']);

function columnsIn(row: readonly Cell[], { columns: titles }: ListLayout): Found['columns'] | undefined {
  const keys = row.map(({ text }) => key(text));
  const columns: Found['columns'] = {};
  for (const column of Object.keys(titles) as Column[]) {
    const at = titlesOf(titles[column]).flatMap((title) =>
      keys.flatMap((each, index) => (each === title ? [index] : [])),
    );
    if (at.length > 0) columns[column] = at;
    else if (!optional.has(column)) return undefined;
  }
  return columns;
}

/** @returns undefined where no layout has its titles */
export function readTable(table: Table, findings: Findings, undeclared = false): Content | undefined {
  const list = found(table, findings, undeclared);
  if (list === undefined) return undefined;
  const { layout, head, columns: places } = list;
  const above = table.rows.slice(0, head);
  const named = valueBehind(above, layout.account);
  const year = /(\d{4})(?!.*\d{4})/.exec(valueBehind(above, layout.period) ?? '')?.[1];
  const statements = new Map<string, { statement: Statement; entries: Entries }>();
  const strangers: string[] = [];
  let opening = balanceBehind(above, layout.opening, layout);
  let closing = balanceBehind(above, layout.closing, layout);
  for (const [index, row] of table.rows.entries()) {
    if (index <= head || row.every(({ text }) => text === '')) continue;
    const where = `line ${index + 1}`;
    const at = (column: Column): Cell => row[places[column]?.[0] ?? -1] ?? { text: '', isNumber: false };
    const day = dayOf(at('bookingDay'), layout, year, table.from1904);
    const money = amountOf(at, layout);
    if (day === undefined || money === undefined) {
      opening ??= balanceBehind([row], layout.opening, layout);
      closing ??= balanceBehind([row], layout.closing, layout);
      judgeOdd(at, { day, money }, where, findings);
      continue;
    }
    const text = places.account === undefined ? named : at('account').text;
    const account = findings.ourAccount(text);
    if (account === undefined) {
      strangers.push(text ?? '');
      findings.keep('bank-kept-account', where, { account: `…${(text ?? '').slice(-4)}` });
      continue;
    }
    if (places.currency !== undefined) findings.currency(at('currency').text, where);
    const { statement, entries } = statements.get(account) ?? emptyStatement(account, layout, findings);
    statements.set(account, { statement, entries });
    const value = places.valueDay && dayOf(at('valueDay'), layout, year, table.from1904);
    entries.add(entryOf(account, row, { columns: places, day, value, ...money, where }, findings));
  }
  if (statements.size === 0) {
    const account = findings.ourAccount(named);
    if (account === undefined) findings.notOurAccount(strangers[0] ?? named, 'line 1');
    else statements.set(account, emptyStatement(account, layout, findings));
  }
  const read = [...statements.values()];
  const [only] = read;
  // Balances above and below a list are of its one account.
  if (only !== undefined && read.length === 1 && strangers.length === 0) {
    const { statement, entries } = only;
    if (opening !== undefined) statement.opening = { sen: opening };
    if (closing !== undefined) statement.closing = { sen: closing };
    checkBalances(statement, entries.net, layout.id, findings);
  }
  const content = emptyContent('list', findings.known.keepEntries);
  for (const { statement, entries } of read) addStatement(content, statement, entries);
  return content;
}

function emptyStatement(account: string, { id }: ListLayout, findings: Findings) {
  const source: StatementSource = { kind: 'list', format: id };
  return { statement: { account, source }, entries: new Entries('list', findings) };
}

/** A row that is no booking: the bank's words, unless a sum or a day of a booking cannot be read. */
function judgeOdd(
  at: (column: Column) => Cell,
  { day, money }: { day: string | undefined; money: unknown },
  where: string,
  findings: Findings,
): void {
  const written = [at('amount'), at('debit'), at('credit')].map(({ text }) => text).join('');
  if (day !== undefined && /\d/.test(written))
    findings.add('bank-file-amount', where, { amount: shown(written) });
  else if (money !== undefined && /^\d+\D\d+\D/.test(at('bookingDay').text))
    findings.add('bank-file-date', where, { date: shown(at('bookingDay').text) });
  else if (money !== undefined && /^pend/i.test(at('bookingDay').text))
    findings.keep('bank-kept-entry-status', where, { status: 'PEND' });
  else findings.keep('bank-kept-text', where);
}

/** What stands behind a word, in its cell behind a colon or in the next that is filled. */
function valueBehind(rows: readonly (readonly Cell[])[], word: Title | undefined): string | undefined {
  for (const title of titlesOf(word))
    for (const row of rows)
      for (const [index, { text }] of row.entries()) {
        const own = key(text);
        if (own === title) {
          const next = row.slice(index + 1).find((cell) => cell.text !== '' && cell.text !== ':');
          if (next !== undefined) return next.text.replace(/^:\s*/, '').replace(/^'/, '');
        }
        if (own.startsWith(title) && /^\s*[:=]/.test(own.slice(title.length)))
          return text
            .slice(text.search(/[:=]/) + 1)
            .trim()
            .replace(/^'/, '');
      }
  return undefined;
}

function balanceBehind(
  rows: readonly (readonly Cell[])[],
  word: Title | undefined,
  layout: ListLayout,
): number | undefined {
  const text = valueBehind(rows, word);
  const money =
    text === undefined ? undefined : moneyIn({ text, isNumber: /^-?\d+(?:\.\d+)?$/.test(text) }, layout);
  return money && (money.side === 'debit' ? -money.amount : money.amount);
}

/** How sums are written, and how their side is marked. */
type SumLayout = Pick<ListLayout, 'creditMarks' | 'debitMarks' | 'decimal' | 'thousands'>;

interface Money {
  amount: Sen;
  /** Where a sign, brackets or a mark say it. */
  side: 'debit' | 'credit' | undefined;
}

/** `1.234.567,00`, `1,234,567.00`, `(500)`, `-500`, `500 CR`, `Rp500`; or a number of Excel's. */
export function moneyIn({ text, isNumber }: Cell, layout: SumLayout): Money | undefined {
  const [, first = '', digits = '', last = ''] =
    /^\s*([(+-]?)\s*(?:Rp\.?|IDR)?\s*([(+-]?\d[\d.,' ]*|[.,]\d+)\s*(\)|-|[A-Za-z]{0,2})\s*$/i.exec(
      text.replaceAll('\u{a0}', ' '),
    ) ?? [];
  const number = digits.replace(/^[(+-]/, '').trim();
  if (number === '') return undefined;
  const sign = first || (/^[(+-]/.exec(digits)?.[0] ?? '');
  const mark = last === ')' || last === '' ? '' : last.toUpperCase();
  const amount = isNumber ? excelSen(number) : plainSenIn(number, layout);
  if (amount === undefined) return undefined;
  const negative = sign === '-' || sign === '(' || mark === '-';
  const side = sideOf(mark, layout) ?? (negative ? 'debit' : sign === '+' ? 'credit' : undefined);
  if (mark !== '' && mark !== '-' && side === undefined) return undefined;
  return { amount, side };
}

function sideOf(mark: string, { debitMarks, creditMarks }: SumLayout): Money['side'] {
  if (mark === '') return undefined;
  if (debitMarks.includes(mark)) return 'debit';
  return creditMarks.includes(mark) ? 'credit' : undefined;
}

/** In the layout's signs, in groups of three where there are groups. */
function plainSenIn(number: string, { decimal, thousands }: SumLayout): Sen | undefined {
  const [whole = '', fraction = '', ...more] = number.split(decimal);
  if (more.length > 0 || !/^\d{0,2}$/.test(fraction)) return undefined;
  const groups = thousands === '' ? [whole] : whole.split(thousands);
  const isGrouped = groups.length === 1 || groups.slice(1).every((group) => /^\d{3}$/.test(group));
  const digits = groups.join('');
  if (!isGrouped || !/^\d{0,15}$/.test(digits) || (groups.length > 1 && !/^\d{1,3}$/.test(groups[0] ?? '')))
    return undefined;
  return exactSen(digits, fraction);
}

/** Excel keeps a sum as a binary fraction: `0.35000000000000003` is 35 sen, and what is no whole sen is none. */
function excelSen(number: string): Sen | undefined {
  const value = Number(number);
  if (!Number.isFinite(value)) return undefined;
  const rounded = value.toFixed(2);
  if (Math.abs(value - Number(rounded)) > 1e-6 * Math.max(1, value / 1e6)) return undefined;
  const [digits = '', fraction = ''] = rounded.split('.');
  return exactSen(digits, fraction);
}

function exactSen(digits: string, fraction: string): Sen | undefined {
  const amount = Number(digits) * 100 + Number(fraction.padEnd(2, '0'));
  return Number.isSafeInteger(amount) ? sen(amount) : undefined;
}

/** What the row moved, and to which side; undefined where it says no sum. */
function amountOf(
  at: (column: Column) => Cell,
  layout: ListLayout,
): (Required<Omit<Money, 'side'>> & { side: 'debit' | 'credit' }) | undefined {
  if (layout.columns.amount === undefined) {
    const debit = moneyIn(at('debit'), layout);
    const credit = moneyIn(at('credit'), layout);
    const [one, side] =
      credit === undefined || credit.amount === 0 ? [debit, 'debit' as const] : [credit, 'credit' as const];
    if (debit !== undefined && credit !== undefined && debit.amount > 0 && credit.amount > 0)
      return undefined;
    return one === undefined ? undefined : { amount: one.amount, side };
  }
  const money = moneyIn(at('amount'), layout);
  if (money === undefined) return undefined;
  const marked = at('mark').text.toUpperCase();
  const side =
    marked === ''
      ? (money.side ?? (layout.columns.mark === undefined ? unmarked(layout) : undefined))
      : sideOf(marked, layout);
  return side === undefined ? undefined : { amount: money.amount, side };
}

/** Where a layout has no empty mark, a sum without a sign came in if minus is how it goes out. */
function unmarked({ debitMarks, creditMarks }: ListLayout): 'debit' | 'credit' | undefined {
  if (creditMarks.includes('')) return 'credit';
  if (debitMarks.includes('')) return 'debit';
  return debitMarks.includes('-') ? 'credit' : undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'mei', 'jun', 'jul', 'agu', 'sep', 'okt', 'nov', 'des'];
const english: Readonly<Record<string, string>> = {
  may: 'mei',
  aug: 'agu',
  ags: 'agu',
  oct: 'okt',
  dec: 'des',
  nop: 'nov',
  peb: 'feb',
};

/** The day, `yyyy-mm-dd`; a time behind it is left out. */
export function dayOf(
  { text, isNumber }: Cell,
  { date }: Pick<ListLayout, 'date'>,
  year: string | undefined,
  from1904: boolean,
): string | undefined {
  if (isNumber && /^\d{5}(?:\.\d+)?$/.test(text)) {
    const days = Math.floor(Number(text)) + (from1904 ? 1462 : 0);
    return new Date(Date.UTC(1899, 11, 30) + days * 86_400_000).toISOString().slice(0, 10);
  }
  const [day] = text.replace(/^'/, '').split(/[ T](?=\d{1,2}[:.]\d\d)/);
  const parts = (day ?? '')
    .trim()
    .split(date === 'yyyymmdd' ? /(?<=^\d{4})(?=\d)|(?<=^\d{6})(?=\d)/ : /[\s/.-]+/);
  const names =
    date === 'dd mmm yyyy'
      ? ['dd', 'mm', 'yyyy']
      : date === 'yyyymmdd'
        ? ['yyyy', 'mm', 'dd']
        : date.split(/[/.-]/);
  if (parts.length !== names.length) return undefined;
  const part = (name: string) => parts[names.indexOf(name)] ?? '';
  const month = date === 'dd mmm yyyy' ? monthOf(part('mm')) : part('mm');
  const given = names.includes('yyyy') ? part('yyyy') : names.includes('yy') ? part('yy') : (year ?? '');
  if (!/^(?:\d{2}|\d{4})$/.test(given) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(part('dd')))
    return undefined;
  const read = `${given.length === 2 ? `20${given}` : given}-${month.padStart(2, '0')}-${part('dd').padStart(2, '0')}`;
  return isDay(read) ? read : undefined;
}

function monthOf(name: string): string {
  const short = name.slice(0, 3).toLowerCase();
  const index = months.indexOf(Object.hasOwn(english, short) ? (english[short] ?? '') : short);
  return index === -1 ? '' : String(index + 1);
}

/** Ours, letter by letter, wherever it stands in a text. */
const ourIds = /(?<![0-9A-Za-z-])P-[0-9A-Z]{10}-\d\d-\d\d(?![0-9A-Za-z-])/g;

function entryOf(
  account: string,
  row: readonly Cell[],
  read: {
    columns: Found['columns'];
    day: string;
    value: string | undefined;
    amount: Sen;
    side: 'debit' | 'credit';
    where: string;
  },
  findings: Findings,
): StatementEntry {
  const { columns: places, day, value, amount, side, where } = read;
  const textAt = (column: Column) =>
    (places[column] ?? [])
      .map((index) => row[index]?.text ?? '')
      .join(' ')
      .trim();
  const text = textAt('text').slice(0, 1000);
  const own = findings.reference(textAt('endToEndId'), where);
  const endToEndIds = own === undefined ? [...new Set(text.match(ourIds) ?? [])] : [own];
  const reference = findings.reference(textAt('reference'), where);
  return {
    ...{ account, status: 'booked', side, reversal: false, amount },
    bookingDay: day,
    ...(value !== undefined && { valueDay: value }),
    references: reference === undefined ? [] : [{ kind: 'servicer', value: reference }],
    charges: zeroSen,
    details: [
      {
        ...{ endToEndIds, booked: amount, charges: zeroSen, text: '' },
        references: endToEndIds.map((id) => ({ kind: 'end-to-end', value: id })),
      },
    ],
    text,
    ordinal: 1,
    doubts: [],
  };
}
