/**
 * The treasury's list of deposits that have reached kas negara, as CSV or Excel, read by the layout whose titles it has: each NTPN with
 * its amount and its day, and its billing code where there is one.
 *
 * What was paid under one NTPN may stand in several rows, one for each account of the budget: they are added up. The same row twice,
 * and rows of one NTPN that differ in day or code, contradict each other, and the file is quarantined.
 */
import type { ReceiptLayout } from '#domain/money/receipt-layout.ts';
import { billingCodeSchema, ntpnSchema } from '#domain/money/receipt-numbers.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { wholeRupiahOf } from '#domain/money/sen.ts';
import type { ListedReceipt } from '#functions/payment/reconciliation/bank-entry.ts';
import {
  type Cell,
  dayOf,
  headRows,
  key,
  moneyIn,
  type Table,
  tableIn,
  titlesOf,
} from '#functions/payment/reconciliation/booking-list.ts';
import { type Findings, shown } from '#functions/payment/reconciliation/findings.ts';

type Column = keyof ReceiptLayout['columns'];
interface Found {
  layout: ReceiptLayout;
  head: number;
  columns: Partial<Record<Column, number>>;
}

const optional: ReadonlySet<Column> = new Set(['billingCode', 'account']);
const empty: Cell = { text: '', isNumber: false };
const unmarked = { debitMarks: [], creditMarks: [] };

/** The layout of which the list has all titles, the one that finds most of them. */
function found({ rows }: Table, layouts: readonly ReceiptLayout[]): Found | undefined {
  let best: Found | undefined;
  for (const layout of layouts)
    for (const [head, row] of rows.slice(0, headRows).entries()) {
      const places = columnsIn(row, layout);
      if (places === undefined) continue;
      if (best === undefined || Object.keys(places).length > Object.keys(best.columns).length)
        best = { layout, head, columns: places };
      break;
    }
  return best;
}

function columnsIn(row: readonly Cell[], { columns: titles }: ReceiptLayout): Found['columns'] | undefined {
  const keys = row.map(({ text }) => key(text));
  const columns: Found['columns'] = {};
  for (const column of Object.keys(titles) as Column[]) {
    const index = titlesOf(titles[column])
      .map((title) => keys.indexOf(title))
      .find((at) => at !== -1);
    if (index !== undefined) columns[column] = index;
    else if (!optional.has(column)) return undefined;
  }
  return columns;
}

/** @returns undefined where no layout has its titles */
export function readReceiptText(text: string, findings: Findings): ListedReceipt[] | undefined {
  const { receiptLists = [] } = findings.known;
  if (receiptLists.length === 0) return undefined;
  const table = tableIn(text, (head) => found(head, receiptLists) !== undefined, findings);
  return table === 'broken' ? [] : table && readReceipts(table, findings);
}

/** @returns undefined where no layout has its titles */
export function readReceipts(table: Table, findings: Findings): ListedReceipt[] | undefined {
  const list = found(table, findings.known.receiptLists ?? []);
  if (list === undefined) return undefined;
  const receipts = new Map<string, ListedReceipt>();
  const seen = new Set<string>();
  for (const [index, row] of table.rows.entries()) {
    if (index <= list.head || row.every(({ text }) => text === '')) continue;
    const where = `line ${index + 1}`;
    const at = (column: Column): Cell => row[list.columns[column] ?? -1] ?? empty;
    const ntpn = ntpnIn(at('ntpn'), where, findings);
    if (ntpn === undefined) continue;
    const receipt = receiptIn(at, ntpn, list.layout, table.from1904, where, findings);
    if (receipt === undefined) continue;
    const row1 = `${ntpn} ${key(at('account').text)}`;
    const before = receipts.get(ntpn);
    const isSame = before?.paidOn === receipt.paidOn && before.billingCode === receipt.billingCode;
    if (seen.has(row1) || (before !== undefined && !isSame))
      findings.add('bank-file-doubled', where, { endToEndId: ntpn });
    else if (before === undefined) receipts.set(ntpn, receipt);
    else receipts.set(ntpn, { ...before, amount: rupiah(before.amount + receipt.amount) });
    seen.add(row1);
  }
  return [...receipts.values()];
}

/** A number of Excel's has lost its last digits; what is no NTPN at all is a heading or a total. */
function ntpnIn({ text, isNumber }: Cell, where: string, findings: Findings): string | undefined {
  const ntpn = ntpnSchema.safeParse(text.replaceAll(/[\s.-]/g, '').toUpperCase());
  if (ntpn.success && !isNumber) return ntpn.data;
  if (/\d/.test(text)) findings.keep('bank-kept-ntpn', where, { ntpn: shown(text) });
  else findings.keep('bank-kept-text', where);
  return undefined;
}

function receiptIn(
  at: (column: Column) => Cell,
  ntpn: string,
  layout: ReceiptLayout,
  from1904: boolean,
  where: string,
  findings: Findings,
): ListedReceipt | undefined {
  const money = moneyIn(at('amount'), { ...layout, ...unmarked });
  const amount = money === undefined || money.side !== undefined ? undefined : wholeRupiahOf(money.amount);
  const paidOn = dayOf(at('paidDay'), layout, undefined, from1904);
  const code = at('billingCode');
  const billing = code.text === '' ? undefined : billingCodeSchema.safeParse(code.text.replaceAll(' ', ''));
  if (amount === undefined || amount === 0)
    findings.add('bank-file-amount', where, { amount: shown(at('amount').text) });
  if (paidOn === undefined) findings.add('bank-file-date', where, { date: shown(at('paidDay').text) });
  if (billing?.success === false) findings.add('bank-file-id', where, { id: shown(code.text), maximum: 15 });
  if (amount === undefined || paidOn === undefined || billing?.success === false) return undefined;
  return { ntpn, amount, paidOn, ...(billing !== undefined && { billingCode: billing.data }) };
}
