/**
 * The treasury's list of SP2Ds as CSV: UTF-8, with or without byte-order mark, divided by `;`, `,` or tabs.
 *
 * ```
 * satker;nomor_sp2d;tanggal_sp2d;nilai;nomor_spm;status;alasan
 * 689912;230191303001234;2020-10-05;40000000;SPM-0001;CAIR;
 * 689912;230191303001235;2020-10-05;40000000;SPM-0002;RETUR;Rekening tutup
 * TOTAL;2;;80000000;;;
 * ```
 * Columns may stand in any order, other columns are not read. `CAIR`: the money has reached the account; `RETUR`: it
 * came back. The last row repeats count (under `nomor_sp2d`) and sum. The number and the amount find the payment.
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

const columns = ['satker', 'nomor_sp2d', 'tanggal_sp2d', 'nilai', 'nomor_spm', 'status', 'alasan'] as const;

const verdicts = new Map<string | undefined, Verdict>([
  ['CAIR', 'SETTLED'],
  ['RETUR', 'RETURNED'],
]);

/** As long as a paper's number may be on the form of the SP2D. */
const longestNumber = 60;

/** Whether the first line names a column that no other format has. */
export function isSp2dList(text: string): boolean {
  return namesIn(text).includes('nomor_sp2d');
}

export function readSp2dList(text: string, findings: Findings): Reading {
  const rows = rowsIn(text, columns, findings);
  if (rows === undefined) return { problems: findings.problems };
  const total = rows.at(-1)?.satker === 'TOTAL' ? rows.pop() : undefined;
  const amounts: (Rupiah | undefined)[] = [];
  const seen = new Set<string>();
  const transactions = rows.flatMap((row, index): BankEntry[] => {
    const where = `line ${index + 2}`;
    findings.satker(row.satker, where);
    const amount = findings.amount(row.nilai, wholeRupiah, where);
    const valueDate = findings.date(row.tanggal_sp2d, where);
    const bankReference = findings.id(row.nomor_sp2d, where, longestNumber);
    findings.id(row.nomor_spm, where, longestNumber);
    const verdict = verdicts.get(row.status.toUpperCase());
    if (verdict === undefined) findings.add('bank-file-status', where, { status: shown(row.status) });
    if (bankReference === undefined) findings.add('bank-file-element', where, { element: 'nomor_sp2d' });
    else if (seen.has(`${bankReference} ${row.status}`))
      findings.add('bank-file-doubled', where, { endToEndId: shown(bankReference) });
    seen.add(`${bankReference} ${row.status}`);
    amounts.push(amount);
    if (verdict === undefined) return [];
    const reasonCode = verdict === 'RETURNED' ? shown(row.alasan.trim() || 'RETUR') : undefined;
    return [
      present<BankEntry>({
        ...{ verdict, endToEndId: undefined, bankReference, amount, valueDate, reasonCode },
        sp2d: true,
      }),
    ];
  });
  if (total === undefined) findings.add('bank-file-trailer', `line ${rows.length + 1}`);
  else {
    findings.count(Number(total.nomor_sp2d), rows.length, 'TOTAL');
    const stated = findings.amount(total.nilai, wholeRupiah, 'TOTAL');
    findings.sum(stated, findings.total(amounts, 'TOTAL'), 'TOTAL');
  }
  return findings.reading({ format: 'sp2d', transactions, groups: [] });
}
