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
import type { StatusMeaning } from '#domain/money/bank-codes.ts';
import type { InstructionStatus } from '#domain/money/bank-entry.ts';
import type { Sen } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import { addStatus, type Content, emptyContent } from '#functions/payment/reconciliation/bank-entry.ts';
import { type Findings, shown } from '#functions/payment/reconciliation/findings.ts';
import { checkTotal } from '#functions/payment/reconciliation/statements.ts';
import { eachRow, listAmount, namesIn } from '#functions/payment/reconciliation/table-text.ts';

const columns = ['satker', 'nomor_sp2d', 'tanggal_sp2d', 'nilai', 'nomor_spm', 'status', 'alasan'] as const;

const meanings = new Map<string, StatusMeaning>([
  ['CAIR', 'settled'],
  ['RETUR', 'returned'],
]);

/** As long as a paper's number may be on the form of the SP2D. */
const longestNumber = 60;

/** Whether the first line names a column that no other format has. */
export function isSp2dList(text: string): boolean {
  return namesIn(text).includes('nomor_sp2d');
}

export function readSp2dList(text: string, findings: Findings): Content | undefined {
  const amounts: (Sen | undefined)[] = [];
  const seen = new Set<string>();
  const isOurs = (satker: string) => findings.known.satkers.has(satker);
  let strangers = 0;
  let stranger: string | undefined;
  const content = emptyContent('sp2d', findings.known.keepEntries);
  const table = eachRow(text, columns, findings, (row, index) => {
    const where = `line ${index + 2}`;
    const amount = findings.amount(row.nilai, listAmount, where);
    amounts.push(amount);
    if (!isOurs(row.satker)) {
      strangers += 1;
      stranger ??= row.satker;
      findings.keep('bank-kept-satker', where, { satker: shown(row.satker) });
      return;
    }
    const day = findings.date(row.tanggal_sp2d, where);
    const number = findings.id(row.nomor_sp2d, where, longestNumber);
    findings.id(row.nomor_spm, where, longestNumber);
    const code = row.status.toUpperCase();
    const means = meanings.get(code) ?? 'unknown';
    if (means === 'unknown') findings.keep('bank-kept-status', where, { status: shown(row.status) });
    if (number === undefined) findings.add('bank-file-element', where, { element: 'nomor_sp2d' });
    else if (seen.has(`${number} ${code}`))
      findings.add('bank-file-doubled', where, { endToEndId: shown(number) });
    seen.add(`${number} ${code}`);
    const reason = shown(row.alasan.trim() || 'RETUR');
    addStatus(
      present<InstructionStatus>({
        ...{ level: 'transaction', code: shown(code), means, statedLevel: 'transaction' },
        reasons: means === 'returned' ? [{ proprietary: reason, about: 'unknown' }] : [],
        ...{ original: { endToEndIds: [] }, report: {}, account: undefined, amount, day },
        references: number === undefined ? [] : [{ kind: 'sp2d', value: number }],
        ...{ unanimous: true, doubts: [] },
      }),
      content,
    );
  });
  if (table === undefined) return undefined;
  const { count, total } = table;
  if (strangers > 0 && strangers === count) findings.satker(stranger, 'line 2');
  if (total === undefined) findings.add('bank-file-trailer', `line ${count + 1}`);
  else {
    findings.count(Number(total.nomor_sp2d), count, 'TOTAL');
    checkTotal(findings.amount(total.nilai, listAmount, 'TOTAL'), amounts, findings);
  }
  return content;
}
