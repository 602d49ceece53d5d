/**
 * The bank's list as CSV: UTF-8, with or without byte-order mark, divided by `;`, `,` or tabs, as Excel writes it.
 *
 * ```
 * debit_account;end_to_end_id;bank_reference;status;amount;currency;value_date;reason_code
 * 0123456789;P-0000000001-01-01;REF1;ACSC;40000000;IDR;2020-10-05;
 * TOTAL;1;;;40000000;IDR;;
 * ```
 * Columns may stand in any order, other columns are not read. The last row repeats count (under `end_to_end_id`) and
 * sum, so that a list which was cut off is refused.
 */
import type { Rupiah } from '#domain/money/rupiah.ts';
import { present } from '#domain/present.ts';
import {
  type BankEntry,
  type Findings,
  type Reading,
  shown,
  type Verdict,
} from '#functions/payment/reconciliation/bank-entry.ts';
import { namesIn, rowsIn, wholeRupiah } from '#functions/payment/reconciliation/table-text.ts';

const columns = [
  'debit_account',
  'end_to_end_id',
  'bank_reference',
  'status',
  'amount',
  'currency',
  'value_date',
  'reason_code',
] as const;

const verdicts = new Map<string | undefined, Verdict>([
  ['ACTC', 'ACCEPTED'],
  ['ACCP', 'ACCEPTED'],
  ['ACSP', 'ACCEPTED'],
  ['ACWC', 'ACCEPTED'],
  ['PDNG', 'ACCEPTED'],
  ['ACCEPTED', 'ACCEPTED'],
  ['ACSC', 'SETTLED'],
  ['ACCC', 'SETTLED'],
  ['SETTLED', 'SETTLED'],
  ['RJCT', 'REJECTED'],
  ['REJECTED', 'REJECTED'],
  ['RETURNED', 'RETURNED'],
]);

/** Whether the first line names a column that no other format has. */
export function isCsv(text: string): boolean {
  return namesIn(text).includes('end_to_end_id');
}

export function readCsv(text: string, findings: Findings): Reading {
  const rows = rowsIn(text, columns, findings);
  if (rows === undefined) return { problems: findings.problems };
  const total = rows.at(-1)?.debit_account === 'TOTAL' ? rows.pop() : undefined;
  const amounts: (Rupiah | undefined)[] = [];
  const transactions = rows.flatMap((row, index): BankEntry[] => {
    const line = index + 2;
    const where = `line ${line}`;
    findings.account(row.debit_account, where);
    findings.currency(row.currency, where);
    const amount = findings.amount(row.amount, wholeRupiah, where);
    const valueDate = findings.date(row.value_date, where);
    const verdict = verdicts.get(row.status);
    if (verdict === undefined) findings.add('bank-file-status', where, { status: shown(row.status) });
    const endToEndId = findings.id(row.end_to_end_id, where);
    const bankReference = findings.id(row.bank_reference, where);
    amounts.push(amount);
    if (verdict === undefined) return [];
    const reasonCode =
      verdict === 'REJECTED' || verdict === 'RETURNED' ? row.reason_code || 'NARR' : undefined;
    return [present<BankEntry>({ verdict, endToEndId, bankReference, amount, valueDate, reasonCode })];
  });
  if (total === undefined) findings.add('bank-file-trailer', `line ${rows.length + 1}`);
  else {
    findings.currency(total.currency, 'TOTAL');
    findings.count(Number(total.end_to_end_id), rows.length, 'TOTAL');
    const stated = findings.amount(total.amount, wholeRupiah, 'TOTAL');
    findings.sum(stated, findings.total(amounts, 'TOTAL'), 'TOTAL');
  }
  return findings.reading({ format: 'csv', transactions, groups: [] });
}
