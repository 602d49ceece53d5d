/**
 * camt.053, the statement, and camt.054, the notification, of any version.
 *
 * Only booked entries say what happened; those that are pending say that the bank has taken a payment over. A debit has
 * settled; a credit with a return (`RtrInf`) or a reversal (`RvslInd`) is money that came back. One entry may book many
 * transfers, each with its details. Totals, batch sums and balances are checked wherever they are stated of the whole.
 */

import { type Rupiah, zeroRupiah } from '#domain/money/rupiah.ts';
import { present } from '#domain/present.ts';
import {
  type BankEntry,
  bookingsOf,
  type Findings,
  type Reading,
  type Verdict,
} from '#functions/payment/reconciliation/bank-entry.ts';
import { wholeRupiah } from '#functions/payment/reconciliation/pain002.ts';
import { all, at, type Element, textAt } from '#functions/payment/reconciliation/xml.ts';

export function readCamt(message: Element, format: 'camt.053' | 'camt.054', findings: Findings): Reading {
  const reports = all(message, format === 'camt.053' ? 'Stmt' : 'Ntfctn');
  if (reports.length === 0)
    findings.add('bank-file-element', message.name, { element: format === 'camt.053' ? 'Stmt' : 'Ntfctn' });
  const transactions = reports.flatMap((report) => readReport(report, format, findings));
  return findings.reading({ format, transactions, groups: [] });
}

interface Entry {
  credit: boolean;
  amount: Rupiah;
  booked: boolean;
  said: BankEntry[];
}

function readReport(report: Element, format: string, findings: Findings): BankEntry[] {
  const where = textAt(report, 'Id') ?? format;
  findings.account(textAt(report, 'Acct/Id/Othr/Id') ?? textAt(report, 'Acct/Id/IBAN'), where);
  const currency = textAt(report, 'Acct/Ccy');
  if (currency !== undefined) findings.currency(currency, where);
  const entries = all(report, 'Ntry').map((entry, index) =>
    readEntry(entry, `${where}, Ntry ${index + 1}`, findings),
  );
  if (!isPaged(report)) {
    checkTotals(at(report, 'TxsSummry'), entries, where, findings);
    checkBalances(report, entries, where, findings);
  }
  return bookingsOf(
    entries.flatMap(({ said }) => said),
    format === 'camt.053',
  );
}

/** Whether it is one page of several, so that totals are of more than is in it. */
function isPaged(report: Element): boolean {
  const page = at(report, 'StmtPgntn') ?? at(report, 'NtfctnPgntn');
  return page !== undefined && (textAt(page, 'PgNb') !== '1' || !isTrue(textAt(page, 'LastPgInd')));
}

/** `xs:boolean`. */
function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1';
}

/** From version 8 on a code within the element, before that its text. */
function statusOf(entry: Element): string | undefined {
  return textAt(entry, 'Sts/Cd') ?? textAt(entry, 'Sts');
}

function readEntry(entry: Element, where: string, findings: Findings): Entry {
  const money = (element: Element | undefined): Rupiah => {
    findings.currency(element?.attributes.Ccy, where);
    return findings.amount(element?.text.trim(), wholeRupiah, where) ?? zeroRupiah;
  };
  const amount = money(at(entry, 'Amt'));
  const direction = textAt(entry, 'CdtDbtInd');
  if (direction !== 'CRDT' && direction !== 'DBIT')
    findings.add('bank-file-element', where, { element: 'CdtDbtInd' });
  const credit = direction === 'CRDT';
  const status = statusOf(entry);
  if (status === undefined) findings.add('bank-file-element', where, { element: 'Sts' });
  const day =
    textAt(entry, 'ValDt/Dt') ??
    textAt(entry, 'ValDt/DtTm') ??
    textAt(entry, 'BookgDt/Dt') ??
    textAt(entry, 'BookgDt/DtTm');
  // What is pending or only for information may have no day yet.
  const valueDate = day === undefined && status !== 'BOOK' ? undefined : findings.date(day, where);
  const batches = all(entry, 'NtryDtls');
  const details = batches.flatMap((batch) => all(batch, 'TxDtls'));
  const amounts = details.map((detail) => {
    const own = at(detail, 'Amt') ?? at(detail, 'AmtDtls/TxAmt/Amt') ?? at(detail, 'AmtDtls/InstdAmt/Amt');
    return own === undefined ? undefined : money(own);
  });
  if (details.length > 1 && amounts.every((each) => each !== undefined))
    findings.sum(amount, findings.total(amounts, where), where);
  for (const batch of batches) {
    const count = textAt(batch, 'Btch/NbOfTxs');
    // A batch may be booked without its transfers.
    const listed = all(batch, 'TxDtls').length;
    if (count !== undefined && listed > 0) findings.count(Number(count), listed, where);
    const total = at(batch, 'Btch/TtlAmt');
    if (total !== undefined && batches.length === 1) findings.sum(money(total), amount, where);
  }
  const verdict = (detail: Element | undefined): Verdict | undefined => {
    if (status === 'PDNG') return credit ? undefined : 'ACCEPTED';
    if (status !== 'BOOK') return undefined;
    const reversed = isTrue(textAt(entry, 'RvslInd'));
    if (!credit) return reversed ? undefined : 'SETTLED';
    return reversed || at(detail, 'RtrInf') !== undefined ? 'RETURNED' : 'CREDIT';
  };
  const entryReference = textAt(entry, 'AcctSvcrRef');
  // Without details the entry itself is the transfer.
  const said = (details.length === 0 ? [undefined] : details).flatMap((detail, index): BankEntry[] => {
    const what = verdict(detail);
    const endToEndId = findings.id(textAt(detail, 'Refs/EndToEndId'), where);
    const bankReference = findings.id(
      textAt(detail, 'Refs/AcctSvcrRef') ?? (details.length > 1 ? undefined : entryReference),
      where,
    );
    if (what === undefined) return [];
    const reason = at(detail, 'RtrInf/Rsn');
    return [
      present<BankEntry>({
        verdict: what,
        endToEndId,
        bankReference,
        amount: detail === undefined || details.length === 1 ? (amounts[0] ?? amount) : amounts[index],
        valueDate,
        reasonCode:
          what === 'RETURNED' ? (textAt(reason, 'Cd') ?? textAt(reason, 'Prtry') ?? 'NARR') : undefined,
      }),
    ];
  });
  return { credit, amount, booked: status === 'BOOK', said };
}

function checkTotals(
  summary: Element | undefined,
  entries: readonly Entry[],
  where: string,
  findings: Findings,
) {
  if (summary === undefined) return;
  const check = (name: string, of: readonly Entry[]) => {
    const total = at(summary, name);
    if (total === undefined) return;
    const count = textAt(total, 'NbOfNtries');
    const sum = textAt(total, 'Sum');
    if (count !== undefined) findings.count(Number(count), of.length, `${where}, ${name}`);
    if (sum !== undefined)
      findings.sum(
        findings.amount(sum, wholeRupiah, `${where}, ${name}`),
        findings.total(
          of.map(({ amount }) => amount),
          `${where}, ${name}`,
        ),
        `${where}, ${name}`,
      );
  };
  check('TtlNtries', entries);
  check(
    'TtlCdtNtries',
    entries.filter(({ credit }) => credit),
  );
  check(
    'TtlDbtNtries',
    entries.filter(({ credit }) => !credit),
  );
}

/** Opening balance and booked entries make the closing balance. */
function checkBalances(report: Element, entries: readonly Entry[], where: string, findings: Findings) {
  const balance = (...codes: string[]) => {
    const found = all(report, 'Bal').find((each) => codes.includes(textAt(each, 'Tp/CdOrPrtry/Cd') ?? ''));
    if (found === undefined) return undefined;
    const element = at(found, 'Amt');
    findings.currency(element?.attributes.Ccy, `${where}, Bal`);
    const amount = findings.amount(element?.text.trim(), wholeRupiah, `${where}, Bal`);
    return amount === undefined ? undefined : textAt(found, 'CdtDbtInd') === 'DBIT' ? -amount : amount;
  };
  const opening = balance('OPBD', 'PRCD');
  const closing = balance('CLBD');
  if (opening === undefined || closing === undefined) return;
  const net = entries
    .filter(({ booked }) => booked)
    .reduce((before, { credit, amount }) => before + (credit ? amount : -amount), 0);
  findings.balance(closing, opening + net, `${where}, CLBD`);
}
