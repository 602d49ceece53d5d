/**
 * pain.002, the payment status report, of any version: group, payment and transaction level.
 *
 * What a transaction says counts before what is said of its part, and that before what is said of the whole message; a
 * transaction without a status of its own has that of the level above. `PART` says nothing of any one payment.
 * Counts and sums of a report are those of our message or of a status, and a report may list a part of them only, so it
 * lies where it lists more than it states.
 */
import type { Rupiah } from '#domain/money/rupiah.ts';
import { present } from '#domain/present.ts';
import {
  type BankEntry,
  type BatchStatus,
  type Findings,
  type Reading,
  shown,
  type Verdict,
} from '#functions/payment/reconciliation/bank-entry.ts';
import { all, at, type Element, textAt } from '#functions/payment/reconciliation/xml.ts';

/** ISO 20022 external payment status codes. `PART` is of a group alone. */
const verdicts = new Map<string | undefined, Verdict>([
  ['RCVD', 'ACCEPTED'],
  ['ACTC', 'ACCEPTED'],
  ['ACCP', 'ACCEPTED'],
  ['ACFC', 'ACCEPTED'],
  ['ACSP', 'ACCEPTED'],
  ['ACWC', 'ACCEPTED'],
  ['ACWP', 'ACCEPTED'],
  ['PDNG', 'ACCEPTED'],
  ['PATC', 'ACCEPTED'],
  ['ACSC', 'SETTLED'],
  ['ACCC', 'SETTLED'],
  ['RJCT', 'REJECTED'],
  ['CANC', 'REJECTED'],
]);

export const wholeRupiah = /^\+?(\d{1,15})(?:\.0{1,5})?$/;

function verdictOf(status: string | undefined, findings: Findings, where: string): Verdict | undefined {
  if (status === undefined || status === 'PART') return undefined;
  const verdict = verdicts.get(status);
  if (verdict === undefined) findings.add('bank-file-status', where, { status: shown(status) });
  return verdict;
}

/** `Rsn/Cd` or the bank's own; a rejection always has one. */
function reasonOf(element: Element | undefined, verdict: Verdict | undefined): string | undefined {
  if (verdict !== 'REJECTED') return undefined;
  const reason = at(element, 'StsRsnInf/Rsn');
  return textAt(reason, 'Cd') ?? textAt(reason, 'Prtry') ?? 'NARR';
}

export function readPain002(report: Element, findings: Findings): Reading {
  const day = findings.date(textAt(report, 'GrpHdr/CreDtTm'), 'GrpHdr/CreDtTm');
  const original = at(report, 'OrgnlGrpInfAndSts');
  const messageId = textAt(original, 'OrgnlMsgId');
  if (day === undefined || original === undefined || messageId === undefined) {
    if (messageId === undefined)
      findings.add('bank-file-element', 'CstmrPmtStsRpt', { element: 'OrgnlMsgId' });
    return { problems: findings.problems };
  }
  const verdict = verdictOf(textAt(original, 'GrpSts'), findings, 'GrpSts');
  const reasonCode = reasonOf(original, verdict);
  const parts = all(report, 'OrgnlPmtInfAndSts').map((part) =>
    readPart(part, { verdict, reasonCode, day }, findings),
  );
  const transactions = parts.flatMap((part) => part.transactions);
  stated(
    original,
    'OrgnlNbOfTxs',
    'OrgnlCtrlSum',
    'NbOfTxsPerSts',
    parts.flatMap(({ seen }) => seen),
    findings,
  );
  const inside = [...parts.map((part) => part.status), ...transactions.map((each) => each.verdict)];
  const groups: BatchStatus[] = parts.flatMap((part) =>
    part.paymentId === undefined || part.status === undefined
      ? []
      : [
          present<BatchStatus>({
            verdict: part.status,
            reasonCode: part.reasonCode,
            messageId,
            paymentId: part.paymentId,
            valueDate: day,
            unanimous: part.transactions.every((each) => each.verdict === part.status),
          }),
        ],
  );
  if (verdict !== undefined)
    groups.push(
      present<BatchStatus>({
        verdict,
        reasonCode,
        messageId,
        paymentId: undefined,
        valueDate: day,
        // A part that says `PART` is not the group's word either.
        unanimous:
          inside.every((each) => each === undefined || each === verdict) &&
          parts.every((part) => !part.mixed),
      }),
    );
  return findings.reading({ format: 'pain.002', transactions, groups });
}

interface Seen {
  status: string | undefined;
  amount: Rupiah | undefined;
}

function readPart(
  part: Element,
  above: { verdict: Verdict | undefined; reasonCode: string | undefined; day: string },
  findings: Findings,
) {
  const code = textAt(part, 'PmtInfSts');
  const status = verdictOf(code, findings, 'PmtInfSts');
  const reasonCode = reasonOf(part, status);
  const mixed = code === 'PART';
  const inherited = mixed
    ? { verdict: undefined, reasonCode: undefined }
    : status === undefined
      ? above
      : { verdict: status, reasonCode };
  const seen: Seen[] = [];
  const transactions = all(part, 'TxInfAndSts').flatMap((transaction, index): BankEntry[] => {
    const where = `TxInfAndSts ${index + 1}`;
    const own = verdictOf(textAt(transaction, 'TxSts'), findings, where);
    const verdict = own ?? inherited.verdict;
    const reference = at(transaction, 'OrgnlTxRef');
    const instructed = at(reference, 'Amt/InstdAmt');
    const amount =
      instructed === undefined ? undefined : findings.amount(instructed.text.trim(), wholeRupiah, where);
    if (instructed !== undefined) findings.currency(instructed.attributes.Ccy, where);
    const account = at(reference, 'DbtrAcct');
    if (account !== undefined) findings.account(textAt(account, 'Id/Othr/Id'), where);
    seen.push({ status: textAt(transaction, 'TxSts'), amount });
    const endToEndId = findings.id(textAt(transaction, 'OrgnlEndToEndId'), where);
    const bankReference = findings.id(textAt(transaction, 'AcctSvcrRef'), where);
    const settledOn = textAt(transaction, 'FctvIntrBkSttlmDt/Dt') ?? textAt(transaction, 'AccptncDtTm');
    const valueDate = settledOn === undefined ? above.day : findings.date(settledOn, where);
    if (verdict === undefined) return [];
    return [
      present<BankEntry>({
        verdict,
        endToEndId,
        bankReference,
        amount,
        valueDate,
        reasonCode:
          reasonOf(transaction, own) ??
          (verdict === 'REJECTED' ? (inherited.reasonCode ?? 'NARR') : undefined),
      }),
    ];
  });
  stated(part, 'OrgnlNbOfTxs', 'OrgnlCtrlSum', 'NbOfTxsPerSts', seen, findings);
  return { paymentId: textAt(part, 'OrgnlPmtInfId'), status, reasonCode, mixed, seen, transactions };
}

/** Refuses a level that lists more transactions, or more money, than it states. */
function stated(
  level: Element,
  count: string,
  sum: string,
  perStatus: string,
  seen: readonly Seen[],
  findings: Findings,
): void {
  const judge = (
    number: string | undefined,
    total: string | undefined,
    of: readonly Seen[],
    where: string,
  ) => {
    const found = of.length;
    if (number !== undefined && (!/^\d{1,15}$/.test(number) || Number(number) < found))
      findings.add('bank-file-count', where, { stated: shown(number), found });
    const amount = total === undefined ? undefined : findings.amount(total, wholeRupiah, where);
    if (amount === undefined) return;
    const listed = findings.total(
      of.map(({ amount: each }) => each),
      where,
    );
    if (listed !== undefined && amount < listed) findings.sum(amount, listed, where);
  };
  judge(textAt(level, count), textAt(level, sum), seen, count);
  for (const each of all(level, perStatus)) {
    const code = textAt(each, 'DtldSts');
    judge(
      textAt(each, 'DtldNbOfTxs'),
      textAt(each, 'DtldCtrlSum'),
      seen.filter(({ status }) => status === code),
      `${perStatus} ${shown(code)}`,
    );
  }
}
