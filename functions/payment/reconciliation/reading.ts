/** A file of the bank's, read by what is in it: its name says nothing. */

import { reasonAbout, type StatusMeaning } from '#domain/money/bank-codes.ts';
import type { InstructionStatus } from '#domain/money/bank-entry.ts';
import { readBankAnswer } from '#domain/money/bank-file.ts';
import {
  addStatus,
  type Content,
  emptyContent,
  type ListedReceipt,
  type Reading,
} from '#functions/payment/reconciliation/bank-entry.ts';
import {
  isWorkbook,
  readListText,
  readTable,
  workbookTable,
} from '#functions/payment/reconciliation/booking-list.ts';
import { CamtReader } from '#functions/payment/reconciliation/camt.ts';
import { isCsv, readCsv } from '#functions/payment/reconciliation/csv.ts';
import { type Decoded, decode } from '#functions/payment/reconciliation/decoding.ts';
import { Findings, type Known, shown } from '#functions/payment/reconciliation/findings.ts';
import { isMt940, readMt940 } from '#functions/payment/reconciliation/mt940.ts';
import { Pain002Reader } from '#functions/payment/reconciliation/pain002.ts';
import { readReceipts, readReceiptText } from '#functions/payment/reconciliation/receipt-list.ts';
import { isSp2dList, readSp2dList } from '#functions/payment/reconciliation/sp2d-list.ts';
import { at, type Element, readXml, XmlRefused } from '#functions/payment/reconciliation/xml.ts';

/** The formats, as a refusal names them. */
const formats =
  'pain.002, camt.053, camt.054, MT940, CSV, JARING-ANSWER-1, SP2D, NTPN, CSV/XLSX (BCA, Mandiri, BRI, BNI, BSI, BTN)';

/** @param where the file's name, for its problems */
export function readBankFile(bytes: Uint8Array, where: string, known: Known): Reading {
  const findings = new Findings(known);
  const content = isWorkbook(bytes)
    ? workbookContent(bytes, where, findings)
    : textContent(bytes, where, findings);
  const { problems, kept } = findings;
  if (content === undefined || problems.length > 0) return { problems };
  return { report: { ...content, kept }, problems: [] };
}

function textContent(bytes: Uint8Array, where: string, findings: Findings): Content | undefined {
  const decoded = decode(bytes, where);
  if (!('problem' in decoded)) return contentOf(decoded, where, findings);
  findings.problems.push(decoded.problem);
  return undefined;
}

/** The treasury's list of receipts, or a bank's list of bookings. */
function workbookContent(bytes: Uint8Array, where: string, findings: Findings): Content | undefined {
  const table = workbookTable(bytes, where, findings);
  if (table === undefined) return undefined;
  const receipts = readReceipts(table, findings);
  if (receipts !== undefined) return receiptContent(receipts, findings);
  return knownList(readTable(table, findings), where, findings);
}

function receiptContent(receipts: readonly ListedReceipt[], { known }: Findings): Content {
  return { ...emptyContent('receipts', known.keepEntries), receipts };
}

/** A bank's list of bookings; where its titles are not known it is nothing. */
function knownList(content: Content | undefined, where: string, findings: Findings): Content | undefined {
  if (content === undefined && findings.problems.length === 0)
    findings.add('bank-file-header', where, { expected: formats });
  return content;
}

function contentOf(decoded: Decoded, where: string, findings: Findings): Content | undefined {
  const text = decoded.text.trimStart();
  if (text.startsWith('<')) return readMessage(text, where, findings);
  if (isMt940(text)) return readMt940(text, where, findings, maxLines);
  if (hasTooManyLines(text)) {
    findings.add('bank-file-too-deep', where);
    return undefined;
  }
  const receipts = decoded.undeclared ? undefined : readReceiptText(text, findings);
  if (receipts !== undefined) return receiptContent(receipts, findings);
  const isOwnList = isCsv(text) || isSp2dList(text) || text.startsWith('H|');
  const list = isOwnList ? undefined : readListText(text, decoded.undeclared, findings);
  if (list !== undefined) return knownList(list, where, findings);
  if (decoded.undeclared) {
    findings.add('bank-file-encoding', where, { encoding: 'UTF-8' });
    return undefined;
  }
  if (text.startsWith('H|')) return readBulkText(text, findings);
  if (isCsv(text)) return readCsv(text, findings);
  if (isSp2dList(text)) return readSp2dList(text, findings);
  findings.add('bank-file-header', where, { expected: formats });
  return undefined;
}

/** Each line becomes a record of a few hundred bytes: these many take about 200 MB. */
const maxLines = 500_000;

function hasTooManyLines(text: string): boolean {
  let lines = 0;
  // CR LF is one end.
  for (const end of /\r(?!\n)/.test(text) ? ['\n', '\r'] : ['\n'])
    for (let at = text.indexOf(end); at !== -1 && lines <= maxLines; at = text.indexOf(end, at + 1))
      if (end === '\n' || text.charCodeAt(at + 1) !== 10) lines += 1;
  return lines > maxLines;
}

function readMessage(text: string, where: string, findings: Findings): Content | undefined {
  let camt = new CamtReader(findings);
  let pain002 = new Pain002Reader(findings);
  let root: Element;
  try {
    root = readXml(text, () => {
      findings.clear();
      camt = new CamtReader(findings);
      pain002 = new Pain002Reader(findings);
      return (element, parent) => camt.take(element, parent) || pain002.take(element, parent);
    });
  } catch (error) {
    if (!(error instanceof XmlRefused)) throw error;
    // What was found in a part of a broken file says nothing.
    findings.clear();
    if (error.why === 'malformed') findings.add('bank-file-xml', where, { detail: shown(error.message) });
    else findings.add(error.why === 'doctype' ? 'bank-file-doctype' : 'bank-file-too-deep', where);
    return undefined;
  }
  // Some banks put header and document into an envelope of their own.
  const document = root.name === 'Document' ? root : at(root, 'Document');
  const [message] = document?.children ?? [];
  switch (message?.name) {
    case 'CstmrPmtStsRpt':
      return pain002.content(message);
    case 'BkToCstmrStmt':
      return camt.content(message, 'camt.053');
    case 'BkToCstmrDbtCdtNtfctn':
      return camt.content(message, 'camt.054');
    case 'BkToCstmrAcctRpt':
      findings.clear();
      findings.add('bank-file-interim', where, { format: 'camt.052' });
      return undefined;
    default:
      findings.add('bank-file-header', where, { expected: formats });
      return undefined;
  }
}

function readBulkText(text: string, findings: Findings): Content | undefined {
  const { file, problems } = readBankAnswer(text);
  if (file === undefined) {
    findings.problems.push(...problems);
    return undefined;
  }
  const content = { ...emptyContent('bulk-text', findings.known.keepEntries), runId: file.runId };
  for (const line of file.lines) {
    const { endToEndId, bankReference, date: day } = line;
    const means: StatusMeaning = line.status === 'SETTLED' ? 'settled' : 'refused';
    const status: InstructionStatus = {
      ...{ level: 'transaction', code: line.status, means, statedLevel: 'transaction', day },
      reasons:
        line.status === 'SETTLED' ? [] : [{ code: line.reasonCode, about: reasonAbout(line.reasonCode) }],
      original: { messageId: file.runId, endToEndIds: [endToEndId] },
      report: {},
      references: bankReference === '' ? [] : [{ kind: 'servicer', value: bankReference }],
      unanimous: true,
      doubts: [],
    };
    addStatus(status, content);
  }
  return content;
}
