/**
 * Instructions as a bank reads them: `JARING-BULK-1` text, and ISO 20022 `pain.001` in the versions 09 and 03.
 *
 * Written from the formats' descriptions and sharing nothing with the application, so that both must really agree. A
 * file of which anything is odd is refused whole, as a bank does.
 */
import { SaxesParser } from 'saxes';

/** One payment, as the bank was instructed to make it. */
export interface BankOrder {
  endToEndId: string;
  /** In rupiah. */
  amount: number;
  bank: string;
  account: string;
  holder: string;
  service: string;
  remittance: string;
}

export interface BankInstruction {
  /** The run that the file came from. */
  runId: string;
  /** What an answer refers to: the message's id, or the run's where the format has none; and its part's id. */
  original: { messageId: string; paymentId?: string };
  /** The day of execution, `yyyymmdd`. */
  date: string;
  debitAccount: string;
  orders: BankOrder[];
}

/** The bank was given a file that it cannot read. */
export class UnreadableInstruction extends Error {
  override readonly name = 'UnreadableInstruction';
  constructor(key: string, line: number, what: string) {
    super(`${key}, line ${line}: ${what}`);
  }
}

/** Reads an instruction of either format. @throws {UnreadableInstruction} */
export function readInstruction(key: string, text: string): BankInstruction {
  return key.endsWith('.xml') ? readPain001(key, text) : readBulkText(key, text);
}

function total(orders: readonly BankOrder[]) {
  return orders.reduce((sum, { amount }) => sum + amount, 0);
}

function readBulkText(key: string, text: string): BankInstruction {
  const lines = text.split('\n').filter((line) => line !== '');
  const [header, version, runId = '', date = '', debitAccount = '', count, sum] = lines[0]?.split('|') ?? [];
  if (header !== 'H' || version !== 'JARING-BULK-1')
    throw new UnreadableInstruction(key, 1, 'not JARING-BULK-1');
  const orders = lines.slice(1, -1).map((line, index): BankOrder => {
    const [kind, endToEndId = '', amount, currency, ...rest] = line.split('|');
    if (kind !== 'D' || currency !== 'IDR' || !/^[1-9]\d*$/.test(amount ?? ''))
      throw new UnreadableInstruction(key, index + 2, 'not a payment in whole rupiah');
    const [bank = '', account = '', holder = '', service = '', remittance = ''] = rest;
    return { endToEndId, amount: Number(amount), bank, account, holder, service, remittance };
  });
  const trailer = lines.at(-1)?.split('|') ?? [];
  const agreed =
    [count, trailer[1]].every((stated) => Number(stated) === orders.length) &&
    [sum, trailer[2]].every((stated) => Number(stated) === total(orders));
  if (trailer[0] !== 'T' || !agreed)
    throw new UnreadableInstruction(key, lines.length, 'count or sum differ from the payments');
  return { runId, original: { messageId: runId }, date, debitAccount, orders };
}

const namespaces: ReadonlySet<string> = new Set([
  'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09',
  'urn:iso:std:iso:20022:tech:xsd:pain.001.001.03',
]);

/** Letters that this bank takes in texts. */
const allowed = /^[A-Za-z0-9/\-?:().,'+ ]+$/;
const limits: Readonly<Record<string, number>> = {
  BIFAST: 250_000_000,
  SKNBI: 1_000_000_000,
  RTGS: Infinity,
};

const message = 'Document/CstmrCdtTrfInitn';
const order = `${message}/PmtInf/CdtTrfTxInf`;

function readPain001(key: string, text: string): BankInstruction {
  const parser = new SaxesParser({ xmlns: true });
  const refuse = (what: string): never => {
    throw new UnreadableInstruction(key, parser.line, what);
  };
  const path: string[] = [];
  /** Texts by where they stand: of the message, and of the transaction that is being read. */
  const stated = new Map<string, string>();
  let one = new Map<string, string>();
  let currency = '';
  let content = '';
  const orders: BankOrder[] = [];
  const need = (from: ReadonlyMap<string, string>, name: string): string =>
    from.get(name) ?? refuse(`${name} is missing`);

  const orderOf = (fields: ReadonlyMap<string, string>): BankOrder => {
    const amount = need(fields, 'Amt/InstdAmt');
    if (currency !== 'IDR' || !/^[1-9]\d*$/.test(amount)) refuse('not a payment in whole rupiah');
    const service = need(fields, 'PmtTpInf/LclInstrm/Prtry');
    if (Number(amount) > (limits[service] ?? 0)) refuse(`${service} does not carry ${amount}`);
    const [holder, remittance] = [need(fields, 'Cdtr/Nm'), need(fields, 'RmtInf/Ustrd')];
    if (![holder, remittance].every((each) => allowed.test(each))) refuse('letters that are not allowed');
    return {
      endToEndId: need(fields, 'PmtId/EndToEndId'),
      amount: Number(amount),
      bank: need(fields, 'CdtrAgt/FinInstnId/ClrSysMmbId/MmbId'),
      account: need(fields, 'CdtrAcct/Id/Othr/Id'),
      holder,
      service,
      remittance,
    };
  };

  parser.on('error', ({ message: what }) => refuse(what));
  parser.on('doctype', () => refuse('a document type is not taken'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (!namespaces.has(uri)) refuse(`not pain.001.001.09 or .03: ${uri}`);
    path.push(local);
    content = '';
    if (local === 'InstdAmt') currency = String(attributes.Ccy?.value);
  });
  parser.on('text', (piece) => {
    content += piece;
  });
  parser.on('closetag', () => {
    const here = path.join('/');
    path.pop();
    if (here === order) {
      orders.push(orderOf(one));
      one = new Map();
    } else {
      const [map, name] = here.startsWith(`${order}/`)
        ? [one, here.slice(order.length + 1)]
        : [stated, here.slice(message.length + 1)];
      // One message has one PmtInf here; a second would state everything again.
      if (content.trim() !== '' && map.has(name)) refuse(`${name} is stated twice`);
      if (content.trim() !== '') map.set(name, content);
    }
    content = '';
  });
  parser.write(text).close();

  for (const level of ['GrpHdr', 'PmtInf']) {
    if (Number(need(stated, `${level}/NbOfTxs`)) !== orders.length) refuse(`${level}/NbOfTxs differs`);
    if (Number(need(stated, `${level}/CtrlSum`)) !== total(orders)) refuse(`${level}/CtrlSum differs`);
  }
  if (new Set(orders.map(({ endToEndId }) => endToEndId)).size !== orders.length) refuse('an id comes twice');
  const date = stated.get('PmtInf/ReqdExctnDt') ?? need(stated, 'PmtInf/ReqdExctnDt/Dt');
  return {
    original: {
      messageId: need(stated, 'GrpHdr/MsgId'),
      paymentId: need(stated, 'PmtInf/PmtInfId'),
    },
    // Agreed with the customer: its message ids are the run's id, a dash, and a digest of the file's name.
    runId: need(stated, 'GrpHdr/MsgId').replace(/-[^-]*$/, ''),
    date: date.replaceAll('-', ''),
    debitAccount: need(stated, 'PmtInf/DbtrAcct/Id/Othr/Id'),
    orders,
  };
}
