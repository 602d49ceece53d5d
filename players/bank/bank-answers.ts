/**
 * What a bank writes, in the formats that banks here use: for the fake bank and for tests. It shares no code with the
 * application, so that both must really agree on the formats.
 */

/** What became of one payment. Amounts are whole rupiah, days `yyyy-mm-dd`. */
export interface BankWord {
  endToEndId?: string | undefined;
  amount: number;
  status: 'ACTC' | 'ACCP' | 'ACSP' | 'ACWC' | 'PDNG' | 'ACSC' | 'RJCT' | 'RETURNED';
  /** The bank's own id of the transfer. */
  reference?: string | undefined;
  day: string;
  /** Why it was refused or came back: an ISO 20022 external code. */
  reason?: string;
}

export interface BankLetter {
  /** The letter's own id, at most 16 characters so that every format can carry it. */
  id: string;
  day: string;
  debitAccount: string;
  /** The id of the message that is answered, and of its part. */
  original?: { messageId: string; paymentId?: string };
  words: readonly BankWord[];
  /** Other payments of the message are answered elsewhere, or not at all: nothing is said of the message as a whole. */
  partial?: boolean;
  /** What is said of the message as a whole, whatever is said of its payments. */
  groupStatus?: string;
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
export function canReport(format: AnswerFormat, { status }: BankWord): boolean {
  if (format === 'csv') return true;
  if (format === 'pain.002') return status !== 'RETURNED';
  return status === 'ACSC' || status === 'RETURNED';
}

/** The letter in that format, with those of its words that the format can report. */
export function writeLetter(format: AnswerFormat, letter: BankLetter): string {
  const words = letter.words.filter((word) => canReport(format, word));
  return writers[format]({ ...letter, words });
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
function document(message: string, content: readonly Node[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${flat(el('Document', content, ` xmlns="urn:iso:std:iso:20022:tech:xsd:${message}"`))}\n`;
}
function account(number: string) {
  return el('Id', [el('Othr', [el('Id', number)])]);
}
function sumOf(words: readonly BankWord[]) {
  return words.reduce((sum, { amount }) => sum + amount, 0);
}

function pain002({ id, day, debitAccount, original, words, partial, groupStatus }: BankLetter): string {
  const statuses = new Set(words.map(({ status }) => status));
  const alike = statuses.size === 1 && partial !== true ? [...statuses][0] : 'PART';
  const group = groupStatus ?? (statuses.size === 0 ? undefined : alike);
  const messageId = original?.messageId ?? 'UNKNOWN';
  return document('pain.002.001.14', [
    el('CstmrPmtStsRpt', [
      el('GrpHdr', [el('MsgId', id), el('CreDtTm', `${day}T09:00:00+07:00`)]),
      el('OrgnlGrpInfAndSts', [
        el('OrgnlMsgId', messageId),
        el('OrgnlMsgNmId', 'pain.001.001.09'),
        el('OrgnlNbOfTxs', words.length),
        el('OrgnlCtrlSum', sumOf(words)),
        el('GrpSts', group),
        [...statuses].map((status) => {
          const of = words.filter((word) => word.status === status);
          return el('NbOfTxsPerSts', [
            el('DtldNbOfTxs', of.length),
            el('DtldSts', status),
            el('DtldCtrlSum', sumOf(of)),
          ]);
        }),
      ]),
      el('OrgnlPmtInfAndSts', [
        el('OrgnlPmtInfId', original?.paymentId ?? messageId),
        words.map(({ endToEndId, amount, status, reference, day: on, reason }) =>
          el('TxInfAndSts', [
            el('OrgnlEndToEndId', endToEndId),
            el('TxSts', status),
            status === 'RJCT' ? el('StsRsnInf', [el('Rsn', [el('Cd', reason ?? 'AC01')])]) : [],
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

function entry({ endToEndId, amount, status, reference, day, reason }: BankWord): Node {
  const back = status === 'RETURNED';
  const code = el('BkTxCd', [el('Prtry', [el('Cd', back ? 'RTN' : 'TRF')])]);
  return el('Ntry', [
    money('Amt', amount),
    el('CdtDbtInd', back ? 'CRDT' : 'DBIT'),
    el('Sts', [el('Cd', 'BOOK')]),
    el('BookgDt', [el('Dt', day)]),
    el('ValDt', [el('Dt', day)]),
    el('AcctSvcrRef', reference),
    code,
    el('NtryDtls', [
      el('TxDtls', [
        el('Refs', [el('AcctSvcrRef', reference), el('EndToEndId', endToEndId)]),
        money('Amt', amount),
        el('CdtDbtInd', back ? 'CRDT' : 'DBIT'),
        back ? el('RtrInf', [el('Rsn', [el('Cd', reason ?? 'AC04')])]) : [],
      ]),
    ]),
  ]);
}

function totals(words: readonly BankWord[]): Node {
  const back = words.filter(({ status }) => status === 'RETURNED');
  const out = words.filter(({ status }) => status !== 'RETURNED');
  const total = (name: string, of: readonly BankWord[]) =>
    el(name, [el('NbOfNtries', of.length), el('Sum', sumOf(of))]);
  return el('TxsSummry', [
    total('TtlNtries', words),
    total('TtlCdtNtries', back),
    total('TtlDbtNtries', out),
  ]);
}

/** What lies in the account before the first entry. */
const opening = 1_000_000_000_000;
function closingOf(words: readonly BankWord[]) {
  return words.reduce(
    (left, { status, amount }) => left + (status === 'RETURNED' ? amount : -amount),
    opening,
  );
}

function camt053({ id, day, debitAccount, words }: BankLetter): string {
  const balance = (code: string, amount: number) =>
    el('Bal', [
      el('Tp', [el('CdOrPrtry', [el('Cd', code)])]),
      money('Amt', amount),
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
        balance('OPBD', opening),
        balance('CLBD', closingOf(words)),
        totals(words),
        words.map(entry),
      ]),
    ]),
  ]);
}

function camt054({ id, day, debitAccount, words }: BankLetter): string {
  return document('camt.054.001.12', [
    el('BkToCstmrDbtCdtNtfctn', [
      el('GrpHdr', [el('MsgId', id), el('CreDtTm', `${day}T12:00:00+07:00`)]),
      el('Ntfctn', [
        el('Id', id),
        el('CreDtTm', `${day}T12:00:00+07:00`),
        el('Acct', [account(debitAccount), el('Ccy', 'IDR')]),
        totals(words),
        words.map(entry),
      ]),
    ]),
  ]);
}

/** With lines cut at 65 characters, as SWIFT cuts them. */
function mt940({ id, day, debitAccount, words }: BankLetter): string {
  const short = (date: string) => date.slice(2).replaceAll('-', '');
  const lines = words.flatMap(({ endToEndId, amount, status, reference, day: on, reason }) => {
    const back = status === 'RETURNED';
    const information = [
      endToEndId === undefined ? '' : `/EREF/${endToEndId}`,
      back ? `/RTRN/${reason ?? 'AC04'}` : '',
      '/REMI/BANTUAN PEMERINTAH UNTUK KELOMPOK TENAGA KERJA MANDIRI',
    ].join('');
    return [
      `:61:${short(on)}${on.slice(5).replace('-', '')}${back ? 'C' : 'D'}${amount},00N${back ? 'RTI' : 'TRF'}NONREF${reference === undefined ? '' : `//${reference}`}`,
      `:86:${information.replaceAll(/.{65}(?=.)/g, '$&\r\n')}`,
    ];
  });
  const balance = (tag: string, amount: number) => `:${tag}:C${short(day)}IDR${amount},00`;
  return [
    `:20:${id}`,
    `:25:${debitAccount}`,
    ':28C:1/1',
    balance('60F', opening),
    ...lines,
    balance('62F', closingOf(words)),
    '-',
    '',
  ].join('\r\n');
}

function csv({ debitAccount, words }: BankLetter): string {
  const rows = words.map(({ endToEndId = '', reference = '', status, amount, day, reason = '' }) =>
    [debitAccount, endToEndId, reference, status, amount, 'IDR', day, reason].join(';'),
  );
  const head = 'debit_account;end_to_end_id;bank_reference;status;amount;currency;value_date;reason_code';
  return `\u{feff}${[head, ...rows, `TOTAL;${words.length};;;${sumOf(words)};IDR;;`].join('\r\n')}\r\n`;
}

const writers: Readonly<Record<AnswerFormat, (letter: BankLetter) => string>> = {
  'pain.002': pain002,
  'camt.053': camt053,
  'camt.054': camt054,
  mt940,
  csv,
};
