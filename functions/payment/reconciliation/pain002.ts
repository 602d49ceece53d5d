/**
 * pain.002, the payment status report, of any version: group, payment and transaction level.
 *
 * What a transaction says counts before what is said of its part, and that before what is said of the whole message; a
 * transaction without a status of its own has that of the level above. `PART` says nothing of any one payment. A status that is
 * not in the code list is kept, and says nothing either.
 *
 * Counts and sums of a report are those of our message or of a status, and a report may list a part of them only, so it
 * lies where it lists more than it states.
 */
import { statusMeaning } from '#domain/money/bank-codes.ts';
import type { BankReason, InstructionStatus, StatusLevel } from '#domain/money/bank-entry.ts';
import type { Sen } from '#domain/money/sen.ts';
import { present } from '#domain/present.ts';
import type { ProblemCode } from '#domain/text/problem.ts';
import { addStatus, type Content, emptyContent } from '#functions/payment/reconciliation/bank-entry.ts';
import { type Findings, givenId, shown, xmlAmount } from '#functions/payment/reconciliation/findings.ts';
import { reasonIn } from '#functions/payment/reconciliation/reasons.ts';
import { all, at, type Element, textAt } from '#functions/payment/reconciliation/xml.ts';

/** A status as a level says it. */
interface StatedStatus {
  code: string;
  statedLevel: StatusLevel;
  reasons: BankReason[];
}

/** What is said of one payment, before what is said above it is known. */
interface Transaction {
  own: StatedStatus | undefined;
  endToEndId: string | undefined;
  instructionId: string | undefined;
  reference: string | undefined;
  account: string | undefined;
  amount: Sen | undefined;
  day: string | undefined;
}

/** Reads a report while it comes: `take` each transaction as it ends, and the report at last by `content`. */
export class Pain002Reader {
  readonly #findings: Findings;
  readonly #transactions = new Map<Element, Transaction[]>();
  /** What transactions say of themselves without a reason, which most say alike. */
  readonly #plain = new Map<string, StatedStatus>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  readonly take = (element: Element, parent: Element): boolean => {
    if (element.name !== 'TxInfAndSts') return false;
    const transactions = this.#transactions.get(parent) ?? [];
    if (transactions.length === 0) this.#transactions.set(parent, transactions);
    transactions.push(this.#transaction(element, `TxInfAndSts ${transactions.length + 1}`));
    return true;
  };

  #transaction(element: Element, where: string): Transaction {
    const findings = this.#findings;
    const original = at(element, 'OrgnlTxRef');
    const instructed = at(original, 'Amt/InstdAmt');
    if (instructed !== undefined) findings.currency(instructed.attributes.Ccy, where);
    const named =
      original && (textAt(original, 'DbtrAcct/Id/Othr/Id') ?? textAt(original, 'DbtrAcct/Id/IBAN'));
    const account = findings.ourAccount(named);
    if (named !== undefined && account === undefined) findings.notOurAccount(named, where);
    const settledOn =
      textAt(element, 'FctvIntrBkSttlmDt/Dt') ??
      textAt(element, 'FctvIntrBkSttlmDt/DtTm') ??
      textAt(element, 'AccptncDtTm');
    return {
      own: this.#statusAt(element, 'TxSts', 'transaction', where),
      endToEndId: findings.reference(textAt(element, 'OrgnlEndToEndId'), where),
      instructionId: givenId(textAt(element, 'OrgnlInstrId')),
      reference: findings.reference(textAt(element, 'AcctSvcrRef'), where),
      account,
      amount: instructed && findings.amount(instructed.text.trim(), xmlAmount, where),
      day: settledOn === undefined ? undefined : findings.date(settledOn, where),
    };
  }

  /** The level's status; one that moves nothing is noted, in words. */
  #statusAt(
    level: Element | undefined,
    name: string,
    statedLevel: StatusLevel,
    where: string,
  ): StatedStatus | undefined {
    const code = textAt(level, name);
    if (code === undefined) return undefined;
    if (statusMeaning(code) === 'unknown')
      this.#findings.keep(unknownWords.get(code) ?? 'bank-kept-status', where, { status: shown(code) });
    const reasons = all(level, 'StsRsnInf').map(reasonIn);
    if (reasons.length > 0) return { code: shown(code), statedLevel, reasons };
    const key = `${statedLevel} ${code}`;
    const plain = this.#plain.get(key) ?? { code: shown(code), statedLevel, reasons };
    this.#plain.set(key, plain);
    return plain;
  }

  content(report: Element): Content {
    const findings = this.#findings;
    const content = emptyContent('pain.002', findings.known.keepEntries);
    const header = at(report, 'GrpHdr');
    const day = findings.date(textAt(header, 'CreDtTm'), 'GrpHdr/CreDtTm');
    const original = at(report, 'OrgnlGrpInfAndSts') ?? at(report, 'OrgnlGrpInf');
    const messageId = textAt(original, 'OrgnlMsgId');
    if (messageId === undefined)
      findings.add('bank-file-element', 'CstmrPmtStsRpt', { element: 'OrgnlMsgId' });
    if (day === undefined || messageId === undefined) return content;
    const common = {
      day,
      messageId,
      report: present<InstructionStatus['report']>({
        messageId: textAt(header, 'MsgId'),
        sender: senderOf(header),
      }),
    };
    const ofMessage = this.#statusAt(original, 'GrpSts', 'message', 'GrpSts');
    const parts = all(report, 'OrgnlPmtInfAndSts');
    const codes = new Set<string>();
    const add = (transaction: Transaction, above: StatedStatus | undefined, paymentId?: string): string => {
      const status = statusOf(transaction, above, common, paymentId);
      addStatus(status, content);
      codes.add(status.code);
      return status.code;
    };
    const read = parts.map((part) => this.#part(part, ofMessage, common, add));
    // In the first versions transactions stand next to the group.
    for (const each of this.#transactions.get(report) ?? []) add(each, ofMessage);
    stated(
      original,
      { count: 'OrgnlNbOfTxs', sum: 'OrgnlCtrlSum' },
      [...this.#transactions.values()].flat(),
      findings,
    );
    for (const { ofPart, status } of read) {
      if (ofPart !== undefined) codes.add(ofPart.code);
      if (status !== undefined) addStatus(status, content);
    }
    if (ofMessage !== undefined) addStatus(groupStatus(ofMessage, common, undefined, codes), content);
    return content;
  }

  #part(
    part: Element,
    ofMessage: StatedStatus | undefined,
    common: Common,
    add: (transaction: Transaction, above: StatedStatus | undefined, paymentId?: string) => string,
  ) {
    const paymentId = textAt(part, 'OrgnlPmtInfId');
    const ofPart = this.#statusAt(part, 'PmtInfSts', 'payment', 'PmtInfSts');
    const own = this.#transactions.get(part) ?? [];
    stated(part, { count: 'OrgnlNbOfTxs', sum: 'OrgnlCtrlSum' }, own, this.#findings);
    const codes = new Set<string>();
    for (const each of own) codes.add(add(each, ofPart ?? ofMessage, paymentId));
    const status =
      ofPart === undefined || paymentId === undefined
        ? undefined
        : groupStatus(ofPart, common, paymentId, codes);
    return { ofPart, status };
  }
}

/** Codes that are in the list and say of no payment whether it was made, in words. */
const unknownWords = new Map<string, ProblemCode>([
  ['BLCK', 'bank-kept-status-blocked'],
  ['ACPD', 'bank-kept-status-cleared'],
  ['PRES', 'bank-kept-status-presented'],
]);

interface Common {
  day: string;
  messageId: string;
  report: InstructionStatus['report'];
}

/** Who sent the report: the bank that has our account, or who initiated, by name or code. */
function senderOf(header: Element | undefined): string | undefined {
  for (const agent of ['DbtrAgt', 'FwdgAgt', 'CdtrAgt']) {
    const institution = at(header, `${agent}/FinInstnId`);
    const code =
      textAt(institution, 'BICFI') ?? textAt(institution, 'BIC') ?? textAt(institution, 'ClrSysMmbId/MmbId');
    if (code !== undefined) return code;
  }
  const party = at(header, 'InitgPty');
  return (
    textAt(party, 'Id/OrgId/AnyBIC') ??
    textAt(party, 'Id/OrgId/BICOrBEI') ??
    textAt(party, 'Id/OrgId/Othr/Id') ??
    textAt(party, 'Nm')
  );
}

function statusOf(
  transaction: Transaction,
  above: StatedStatus | undefined,
  { day, messageId, report }: Common,
  paymentId?: string,
): InstructionStatus {
  const { own, endToEndId, instructionId, reference, account, amount } = transaction;
  // `PART` of a level says nothing of its payments.
  const inherited = above?.code === 'PART' ? undefined : above;
  const stated = own ?? inherited ?? noStatus;
  const reasons =
    stated === own && own.reasons.length === 0 && own.code === inherited?.code
      ? inherited.reasons
      : stated.reasons;
  return present<InstructionStatus>({
    level: 'transaction',
    ...{ code: stated.code, means: statusMeaning(stated.code), statedLevel: stated.statedLevel, reasons },
    original: present<InstructionStatus['original']>({
      ...{ messageId, paymentId, instructionId },
      endToEndIds: endToEndId === undefined ? [] : [endToEndId],
    }),
    ...{ report, account, amount },
    references: reference === undefined ? [] : [{ kind: 'servicer', value: reference }],
    day: transaction.day ?? day,
    unanimous: true,
    doubts: [],
  });
}

const noStatus: StatedStatus = { code: '', statedLevel: 'message', reasons: [] };

function groupStatus(
  { code, statedLevel, reasons }: StatedStatus,
  { day, messageId, report }: Common,
  paymentId: string | undefined,
  inside: ReadonlySet<string>,
): InstructionStatus {
  const means = statusMeaning(code);
  return present<InstructionStatus>({
    ...{ level: statedLevel, code, means, statedLevel, reasons },
    original: present<InstructionStatus['original']>({
      ...{ messageId, paymentId, instructionId: undefined },
      endToEndIds: [],
    }),
    ...{ report, account: undefined, amount: undefined, references: [], day },
    // Transactions and parts that say nothing do not contradict; a part that says `PART` does.
    unanimous: [...inside].every((each) => each === '' || sameSaying(statusMeaning(each), means)),
    doubts: [],
  });
}

/** Received, accepted and pending are stages of one thing. */
function sameSaying(one: InstructionStatus['means'], other: InstructionStatus['means']): boolean {
  return stageOf(one) === stageOf(other);
}
function stageOf(means: InstructionStatus['means']): InstructionStatus['means'] {
  return means === 'received' || means === 'pending' ? 'accepted' : means === 'cancelled' ? 'refused' : means;
}

/** Refuses a level that lists more transactions, or more money, than it states. */
function stated(
  level: Element | undefined,
  names: { count: string; sum: string },
  seen: readonly Transaction[],
  findings: Findings,
): void {
  const judge = (
    number: string | undefined,
    total: string | undefined,
    of: readonly Transaction[],
    where: string,
  ) => {
    const found = of.length;
    if (number !== undefined && (!/^\d{1,15}$/.test(number) || Number(number) < found))
      findings.add('bank-file-count', where, { stated: shown(number), found });
    const amount = total === undefined ? undefined : findings.amount(total, xmlAmount, where);
    if (amount === undefined) return;
    const listed = of.reduce((before, { amount: each = 0 }) => before + each, 0);
    if (!Number.isSafeInteger(listed)) findings.add('bank-file-amount', where, { amount: String(listed) });
    else if (amount < listed) findings.sum(amount, listed, where);
  };
  judge(textAt(level, names.count), textAt(level, names.sum), seen, names.count);
  for (const each of all(level, 'NbOfTxsPerSts')) {
    const code = textAt(each, 'DtldSts');
    judge(
      textAt(each, 'DtldNbOfTxs'),
      textAt(each, 'DtldCtrlSum'),
      seen.filter(({ own }) => own?.code === code),
      `NbOfTxsPerSts ${shown(code)}`,
    );
  }
}
