/**
 * What a bank writes, in the formats that banks here use: for the fake bank and for tests. It shares no code with the
 * application, so that both must really agree on the formats.
 */

/** An advice: what became of one payment, as the bank notifies us. Amounts are whole rupiah, days `yyyy-mm-dd`. */
export interface BankAdvice {
  endToEndId?: string | undefined;
  amount: number;
  /**
   * `RETURNED`: money came back. `REVERSED`: that was taken back again. `CREDIT`: money came in, and the bank does not say why.
   */
  status: 'ACTC' | 'ACCP' | 'ACSP' | 'ACWC' | 'PDNG' | 'ACSC' | 'RJCT' | 'RETURNED' | 'REVERSED' | 'CREDIT';
  /** The bank's own id of the transfer. */
  reference?: string | undefined;
  day: string;
  /** Why it was refused or came back: an ISO 20022 external code. */
  reason?: string;
  /** A code of the bank's own for that, and what it adds in words: instead of `reason`. */
  ownReason?: { code: string; text: string };
  /** Of money that came back: by an entry that takes the debit back (`RvslInd`, `RD`). */
  byReversal?: true;
  /** Its fee in `amount`: on top of what the payee gets, or kept from what comes back. Only camt tells it. */
  fee?: number;
  /** What was instructed, where the bank repeats it in its entry. Only camt tells it. */
  instructed?: number;
}

/** A line of an account statement that is about no payment of ours. */
export interface StrangersLine {
  side: 'debit' | 'credit';
  /** In sen. */
  sen: number;
  day: string;
  text: string;
}

export interface BankLetter {
  /** The letter's own id, at most 16 characters so that every format can carry it. */
  id: string;
  day: string;
  debitAccount: string;
  /** The id of the message that is answered, and of its part. */
  original?: { messageId: string; paymentId?: string };
  advices: readonly BankAdvice[];
  /** Other payments of the message are answered elsewhere, or not at all: nothing is said of the message as a whole. */
  partial?: boolean;
  /** What is said of the message as a whole, whatever is said of its payments. */
  groupStatus?: string;
  /** Other lines of the same account; only statements and notifications have them. */
  strangers?: readonly StrangersLine[];
  /** Lines of the bank's own before the message; only MT940 has them. */
  heading?: readonly string[];
}

export const answerFormats = ['pain.002', 'camt.053', 'camt.054', 'mt940', 'csv'] as const;
export type AnswerFormat = (typeof answerFormats)[number];

/** How files of each format are named. */
export const extensions: Readonly<Record<AnswerFormat, string>> = {
  'pain.002': 'pain002.xml',
  'camt.053': 'camt053.xml',
  'camt.054': 'camt054.xml',
  mt940: 'mt940.txt',
  csv: 'csv',
};

/** Whether a format can report it; a statement cannot report everything: a refused payment was never booked. */
export function canReport(format: AnswerFormat, { status }: BankAdvice): boolean {
  if (format === 'csv') return status !== 'REVERSED' && status !== 'CREDIT';
  if (format === 'pain.002') return status !== 'RETURNED' && status !== 'REVERSED' && status !== 'CREDIT';
  return status === 'ACSC' || status === 'RETURNED' || status === 'REVERSED' || status === 'CREDIT';
}

/** Whether it is on the side on which money comes in. */
function isCredit({ status }: BankAdvice): boolean {
  return status === 'RETURNED' || status === 'CREDIT';
}

/** The letter in that format, with those of its advices that the format can report. */
export function writeLetter(format: AnswerFormat, letter: BankLetter): string {
  const advices = letter.advices.filter((advice) => canReport(format, advice));
  return writers[format]({ ...letter, advices });
}

type Node = string | readonly Node[];
function escaped(text: string) {
  return text.replaceAll(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
/** An element; none where it would hold nothing. */
function el(name: string, content: string | number | undefined | readonly Node[], attributes = ''): Node {
  if (content === undefined) return [];
  const inside = Array.isArray(content) ? flat(content) : escaped(String(content));
  return inside === '' ? [] : `<${name}${attributes}>${inside}</${name.split(' ')[0]}>`;
}
function flat(node: Node): string {
  return typeof node === 'string' ? node : node.map(flat).join('');
}
function money(name: string, amount: number) {
  return el(name, `${amount}.00`, ' Ccy="IDR"');
}
function senMoney(name: string, sen: number) {
  return el(name, (sen / 100).toFixed(2), ' Ccy="IDR"');
}
function document(message: string, content: readonly Node[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${flat(el('Document', content, ` xmlns="urn:iso:std:iso:20022:tech:xsd:${message}"`))}\n`;
}
function account(number: string) {
  return el('Id', [el('Othr', [el('Id', number)])]);
}
function sumOf(advices: readonly BankAdvice[]) {
  return advices.reduce((sum, { amount }) => sum + amount, 0);
}

function pain002({ id, day, debitAccount, original, advices, partial, groupStatus }: BankLetter): string {
  const statuses = new Set(advices.map(({ status }) => status));
  const alike = statuses.size === 1 && partial !== true ? [...statuses][0] : 'PART';
  const group = groupStatus ?? (statuses.size === 0 ? undefined : alike);
  const messageId = original?.messageId ?? 'UNKNOWN';
  return document('pain.002.001.14', [
    el('CstmrPmtStsRpt', [
      el('GrpHdr', [el('MsgId', id), el('CreDtTm', `${day}T09:00:00+07:00`)]),
      el('OrgnlGrpInfAndSts', [
        el('OrgnlMsgId', messageId),
        el('OrgnlMsgNmId', 'pain.001.001.09'),
        el('OrgnlNbOfTxs', advices.length),
        el('OrgnlCtrlSum', sumOf(advices)),
        el('GrpSts', group),
        [...statuses].map((status) => {
          const of = advices.filter((advice) => advice.status === status);
          return el('NbOfTxsPerSts', [
            el('DtldNbOfTxs', of.length),
            el('DtldSts', status),
            el('DtldCtrlSum', sumOf(of)),
          ]);
        }),
      ]),
      el('OrgnlPmtInfAndSts', [
        el('OrgnlPmtInfId', original?.paymentId ?? messageId),
        advices.map(({ endToEndId, amount, status, reference, day: on, reason, ownReason }) =>
          el('TxInfAndSts', [
            el('OrgnlEndToEndId', endToEndId),
            el('TxSts', status),
            status === 'RJCT' ? el('StsRsnInf', reasonOf(ownReason, reason ?? 'AC01')) : [],
            el('AccptncDtTm', `${on}T09:00:00+07:00`),
            el('AcctSvcrRef', reference),
            el('OrgnlTxRef', [
              el('Amt', [money('InstdAmt', amount)]),
              el('DbtrAcct', [account(debitAccount)]),
            ]),
          ]),
        ),
      ]),
    ]),
  ]);
}

function reasonOf(own: BankAdvice['ownReason'], code: string): readonly Node[] {
  return own === undefined
    ? [el('Rsn', [el('Cd', code)])]
    : [el('Rsn', [el('Prtry', own.code)]), el('AddtlInf', own.text)];
}

function entry(advice: BankAdvice): Node {
  const { endToEndId, amount, status, reference, day, reason, ownReason, byReversal, fee, instructed } =
    advice;
  const credit = isCredit(advice);
  const back = status === 'RETURNED' && byReversal !== true;
  const reversal = status === 'REVERSED' || byReversal === true;
  const code = el('BkTxCd', [el('Prtry', [el('Cd', back ? 'RTN' : 'TRF')])]);
  // What moved between the payee and us, without what the bank took for it.
  const moved = amount + (fee === undefined ? 0 : credit ? fee : -fee);
  return el('Ntry', [
    money('Amt', amount),
    el('CdtDbtInd', credit ? 'CRDT' : 'DBIT'),
    reversal ? el('RvslInd', 'true') : [],
    el('Sts', [el('Cd', 'BOOK')]),
    el('BookgDt', [el('Dt', day)]),
    el('ValDt', [el('Dt', day)]),
    el('AcctSvcrRef', reference),
    code,
    fee === undefined ? [] : el('Chrgs', [money('TtlChrgsAndTaxAmt', fee)]),
    el('NtryDtls', [
      el('TxDtls', [
        el('Refs', [el('AcctSvcrRef', reference), el('EndToEndId', endToEndId)]),
        money('Amt', moved),
        el('CdtDbtInd', credit ? 'CRDT' : 'DBIT'),
        instructed === undefined ? [] : el('AmtDtls', [el('InstdAmt', [money('Amt', instructed)])]),
        back ? el('RtrInf', reasonOf(ownReason, reason ?? 'AC04')) : [],
      ]),
    ]),
  ]);
}

/** A line that is about no payment of ours: with a text, and no details. */
function strangersEntry({ side, sen, day, text }: StrangersLine): Node {
  return el('Ntry', [
    senMoney('Amt', sen),
    el('CdtDbtInd', side === 'credit' ? 'CRDT' : 'DBIT'),
    el('Sts', [el('Cd', 'BOOK')]),
    el('BookgDt', [el('Dt', day)]),
    el('ValDt', [el('Dt', day)]),
    el('BkTxCd', [el('Prtry', [el('Cd', 'MSC')])]),
    el('AddtlNtryInf', text),
  ]);
}

function totals({ advices, strangers = [] }: BankLetter): Node {
  const all = [
    ...advices.map((advice) => ({ credit: isCredit(advice), sen: advice.amount * 100 })),
    ...strangers.map(({ side, sen }) => ({ credit: side === 'credit', sen })),
  ];
  const total = (name: string, of: typeof all) => {
    const sum = of.reduce((before, { sen }) => before + sen, 0);
    return el(name, [
      el('NbOfNtries', of.length),
      el('Sum', sum % 100 === 0 ? sum / 100 : (sum / 100).toFixed(2)),
    ]);
  };
  return el('TxsSummry', [
    total('TtlNtries', all),
    total(
      'TtlCdtNtries',
      all.filter(({ credit }) => credit),
    ),
    total(
      'TtlDbtNtries',
      all.filter(({ credit }) => !credit),
    ),
  ]);
}

/** What lies in the account before the first entry, in rupiah. */
const opening = 1_000_000_000_000;
/** In sen. */
function closingOf({ advices, strangers = [] }: BankLetter) {
  const ours = advices.reduce(
    (left, advice) => left + (isCredit(advice) ? 100 : -100) * advice.amount,
    opening * 100,
  );
  return strangers.reduce((left, { side, sen }) => left + (side === 'credit' ? sen : -sen), ours);
}

function camt053(letter: BankLetter): string {
  const { id, day, debitAccount, advices, strangers = [] } = letter;
  const balance = (code: string, sen: number) =>
    el('Bal', [
      el('Tp', [el('CdOrPrtry', [el('Cd', code)])]),
      senMoney('Amt', sen),
      el('CdtDbtInd', 'CRDT'),
      el('Dt', [el('Dt', day)]),
    ]);
  return document('camt.053.001.12', [
    el('BkToCstmrStmt', [
      el('GrpHdr', [el('MsgId', id), el('CreDtTm', `${day}T18:00:00+07:00`)]),
      el('Stmt', [
        el('Id', id),
        el('CreDtTm', `${day}T18:00:00+07:00`),
        el('Acct', [account(debitAccount), el('Ccy', 'IDR')]),
        balance('OPBD', opening * 100),
        balance('CLBD', closingOf(letter)),
        totals(letter),
        advices.map(entry),
        strangers.map(strangersEntry),
      ]),
    ]),
  ]);
}

function camt054(letter: BankLetter): string {
  const { id, day, debitAccount, advices, strangers = [] } = letter;
  return document('camt.054.001.12', [
    el('BkToCstmrDbtCdtNtfctn', [
      el('GrpHdr', [el('MsgId', id), el('CreDtTm', `${day}T12:00:00+07:00`)]),
      el('Ntfctn', [
        el('Id', id),
        el('CreDtTm', `${day}T12:00:00+07:00`),
        el('Acct', [account(debitAccount), el('Ccy', 'IDR')]),
        totals(letter),
        advices.map(entry),
        strangers.map(strangersEntry),
      ]),
    ]),
  ]);
}

/** With lines cut at 65 characters, as SWIFT cuts them. */
function mt940(letter: BankLetter): string {
  const { id, day, debitAccount, advices, strangers = [], heading = [] } = letter;
  const short = (date: string) => date.slice(2).replaceAll('-', '');
  const comma = (sen: number) => `${Math.floor(sen / 100)},${String(sen % 100).padStart(2, '0')}`;
  const first = (on: string, mark: string, sen: number, behind: string) =>
    `:61:${short(on)}${on.slice(5).replace('-', '')}${mark}${comma(sen)}${behind}`;
  const lines = advices.flatMap((advice) => {
    const { endToEndId, amount, status, reference, day: on, reason, ownReason, byReversal } = advice;
    const back = status === 'RETURNED' && byReversal !== true;
    const mark = status === 'REVERSED' ? 'RC' : byReversal ? 'RD' : isCredit(advice) ? 'C' : 'D';
    const why = ownReason === undefined ? (reason ?? 'AC04') : `${ownReason.code} ${ownReason.text}`;
    const information = [
      endToEndId === undefined ? '' : `/EREF/${endToEndId}`,
      back ? `/RTRN/${why}` : '',
      '/REMI/BANTUAN PEMERINTAH UNTUK KELOMPOK TENAGA KERJA MANDIRI',
    ].join('');
    const behind = `N${back ? 'RTI' : 'TRF'}NONREF${reference === undefined ? '' : `//${reference}`}`;
    return [first(on, mark, amount * 100, behind), `:86:${information.replaceAll(/.{65}(?=.)/g, '$&\r\n')}`];
  });
  const others = strangers.flatMap(({ side, sen, day: on, text }) => [
    first(on, side === 'credit' ? 'C' : 'D', sen, 'NMSCNONREF'),
    `:86:${text.slice(0, 65)}`,
  ]);
  const balance = (tag: string, sen: number) => `:${tag}:C${short(day)}IDR${comma(sen)}`;
  return [
    ...heading,
    `:20:${id}`,
    `:25:${debitAccount}`,
    ':28C:1/1',
    balance('60F', opening * 100),
    ...lines,
    ...others,
    balance('62F', closingOf(letter)),
    '-',
    '',
  ].join('\r\n');
}

function csv({ debitAccount, advices }: BankLetter): string {
  const rows = advices.map(({ endToEndId = '', reference = '', status, amount, day, reason = '' }) =>
    [debitAccount, endToEndId, reference, status, amount, 'IDR', day, reason].join(';'),
  );
  const head = 'debit_account;end_to_end_id;bank_reference;status;amount;currency;value_date;reason_code';
  return `\u{feff}${[head, ...rows, `TOTAL;${advices.length};;;${sumOf(advices)};IDR;;`].join('\r\n')}\r\n`;
}

const writers: Readonly<Record<AnswerFormat, (letter: BankLetter) => string>> = {
  'pain.002': pain002,
  'camt.053': camt053,
  'camt.054': camt054,
  mt940,
  csv,
};
