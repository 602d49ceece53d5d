/** A file of the bank's, read by what is in it: its name says nothing. */
import { readBankAnswer } from '#domain/money/bank-file.ts';
import {
  type BankEntry,
  Findings,
  type Known,
  type Reading,
  shown,
} from '#functions/payment/reconciliation/bank-entry.ts';
import { readCamt } from '#functions/payment/reconciliation/camt.ts';
import { isCsv, readCsv } from '#functions/payment/reconciliation/csv.ts';
import { decode } from '#functions/payment/reconciliation/decoding.ts';
import { isMt940, readMt940 } from '#functions/payment/reconciliation/mt940.ts';
import { readPain002 } from '#functions/payment/reconciliation/pain002.ts';
import { isSp2dList, readSp2dList } from '#functions/payment/reconciliation/sp2d-list.ts';
import { at, type Element, readXml, XmlRefused } from '#functions/payment/reconciliation/xml.ts';

/** The formats, as a refusal names them. */
const formats = 'pain.002, camt.053, camt.054, MT940, CSV, JARING-ANSWER-1, SP2D';

/** @param where the file's name, for its problems */
export function readBankFile(bytes: Uint8Array, where: string, known: Known): Reading {
  const decoded = decode(bytes, where);
  if ('problem' in decoded) return { problems: [decoded.problem] };
  const text = decoded.text.trimStart();
  const findings = new Findings(known);
  if (text.startsWith('<')) return readMessage(text, where, findings);
  if (hasTooManyLines(text)) {
    findings.add('bank-file-too-deep', where);
    return { problems: findings.problems };
  }
  if (isMt940(text)) return readMt940(text, findings);
  if (text.startsWith('H|')) return readBulkText(text);
  if (isCsv(text)) return readCsv(text, findings);
  if (isSp2dList(text)) return readSp2dList(text, findings);
  findings.add('bank-file-header', where, { expected: formats });
  return { problems: findings.problems };
}

/** Each line becomes a record of a few hundred bytes: these many take about 200 MB. */
const maxLines = 500_000;

function hasTooManyLines(text: string): boolean {
  let lines = 0;
  for (const _ of text.matchAll(/\r\n|\n|\r/g)) if (++lines > maxLines) return true;
  return false;
}

function readMessage(text: string, where: string, findings: Findings): Reading {
  let root: Element;
  try {
    root = readXml(text);
  } catch (error) {
    if (!(error instanceof XmlRefused)) throw error;
    if (error.why === 'malformed') findings.add('bank-file-xml', where, { detail: shown(error.message) });
    else findings.add(error.why === 'doctype' ? 'bank-file-doctype' : 'bank-file-too-deep', where);
    return { problems: findings.problems };
  }
  // Some banks put header and document into an envelope of their own.
  const document = root.name === 'Document' ? root : at(root, 'Document');
  const [message] = document?.children ?? [];
  switch (message?.name) {
    case 'CstmrPmtStsRpt':
      return readPain002(message, findings);
    case 'BkToCstmrStmt':
      return readCamt(message, 'camt.053', findings);
    case 'BkToCstmrDbtCdtNtfctn':
      return readCamt(message, 'camt.054', findings);
    default:
      findings.add('bank-file-header', where, { expected: formats });
      return { problems: findings.problems };
  }
}

function readBulkText(text: string): Reading {
  const { file, problems } = readBankAnswer(text);
  if (file === undefined) return { problems };
  const transactions = file.lines.map((line): BankEntry => {
    const { endToEndId, bankReference, date: valueDate } = line;
    const reference = bankReference === '' ? {} : { bankReference };
    return line.status === 'SETTLED'
      ? { verdict: 'SETTLED', endToEndId, valueDate, ...reference }
      : { verdict: 'REJECTED', endToEndId, valueDate, ...reference, reasonCode: line.reasonCode };
  });
  return { report: { format: 'bulk-text', runId: file.runId, transactions, groups: [] }, problems: [] };
}
