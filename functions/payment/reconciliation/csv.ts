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
import { reasonAbout, type StatusMeaning, statusMeaning } from '#domain/money/bank-codes.ts';
import type { InstructionStatus } from '#domain/money/bank-entry.ts';
import type { Sen } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import { addStatus, type Content, emptyContent } from '#functions/payment/reconciliation/bank-entry.ts';
import { type Findings, shown } from '#functions/payment/reconciliation/findings.ts';
import { checkTotal } from '#functions/payment/reconciliation/statements.ts';
import { eachRow, listAmount, namesIn } from '#functions/payment/reconciliation/table-text.ts';

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

/** Words that are no codes of ISO 20022's. */
const ownWords: Readonly<Record<string, StatusMeaning>> = {
  ACCEPTED: 'accepted',
  SETTLED: 'settled',
  REJECTED: 'refused',
  RETURNED: 'returned',
};

function meaningOf(status: string): StatusMeaning {
  return Object.hasOwn(ownWords, status) ? (ownWords[status] ?? 'unknown') : statusMeaning(status);
}

/** Whether the first line names a column that no other format has. */
export function isCsv(text: string): boolean {
  return namesIn(text).includes('end_to_end_id');
}

export function readCsv(text: string, findings: Findings): Content | undefined {
  const amounts: (Sen | undefined)[] = [];
  let strangers = 0;
  let stranger: string | undefined;
  const content = emptyContent('csv', findings.known.keepEntries);
  const table = eachRow(text, columns, findings, (row, index) => {
    const where = `line ${index + 2}`;
    const account = findings.ourAccount(row.debit_account);
    if (account === undefined) {
      strangers += 1;
      stranger ??= row.debit_account;
      findings.keep('bank-kept-account', where, { account: `…${row.debit_account.slice(-4)}` });
    }
    findings.currency(row.currency, where);
    const amount = findings.amount(row.amount, listAmount, where);
    amounts.push(amount);
    const day = findings.date(row.value_date, where);
    const means = meaningOf(row.status);
    if (means === 'unknown') findings.keep('bank-kept-status', where, { status: shown(row.status) });
    const endToEndId = findings.id(row.end_to_end_id, where);
    const reference = findings.id(row.bank_reference, where);
    if (account === undefined) return;
    const refused = means === 'refused' || means === 'cancelled' || means === 'returned';
    addStatus(
      present<InstructionStatus>({
        ...{ level: 'transaction', code: shown(row.status), means, statedLevel: 'transaction' },
        reasons:
          refused && row.reason_code !== ''
            ? [{ code: shown(row.reason_code), about: reasonAbout(row.reason_code) }]
            : [],
        original: { endToEndIds: endToEndId === undefined ? [] : [endToEndId] },
        ...{ report: {}, account, amount, day },
        references: reference === undefined ? [] : [{ kind: 'servicer', value: reference }],
        ...{ unanimous: true, doubts: [] },
      }),
      content,
    );
  });
  if (table === undefined) return undefined;
  const { count, total } = table;
  if (strangers > 0 && strangers === count) findings.notOurAccount(stranger, 'line 2');
  if (total === undefined) findings.add('bank-file-trailer', `line ${count + 1}`);
  else {
    findings.currency(total.currency, 'TOTAL');
    findings.count(Number(total.end_to_end_id), count, 'TOTAL');
    checkTotal(findings.amount(total.amount, listAmount, 'TOTAL'), amounts, findings);
  }
  return content;
}
