import { describe, expect, it } from 'vitest';
import { readInstruction, UnreadableInstruction } from '#players/bank/instructions.ts';

function transaction(id: string, amount: number | string, service = 'BIFAST') {
  return `<CdtTrfTxInf><PmtId><EndToEndId>${id}</EndToEndId></PmtId><PmtTpInf><LclInstrm><Prtry>${service}</Prtry></LclInstrm></PmtTpInf>
   <Amt><InstdAmt Ccy="IDR">${amount}</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>009</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>
   <Cdtr><Nm>KEL A</Nm></Cdtr><CdtrAcct><Id><Othr><Id>00123</Id></Othr></Id></CdtrAcct><RmtInf><Ustrd>tahap 1</Ustrd></RmtInf></CdtTrfTxInf>`;
}
function part(count: number, sum: number, transactions: string) {
  return `<PmtInf><PmtInfId>M-1</PmtInfId><NbOfTxs>${count}</NbOfTxs><CtrlSum>${sum}</CtrlSum><ReqdExctnDt><Dt>2020-08-04</Dt></ReqdExctnDt>
   <DbtrAcct><Id><Othr><Id>0001</Id></Othr></Id></DbtrAcct>${transactions}</PmtInf>`;
}
function message(count: number, sum: number, parts: string, namespace = 'pain.001.001.09') {
  return `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:${namespace}"><CstmrCdtTrfInitn>
   <GrpHdr><MsgId>R20200804-0A1B2C3D-99</MsgId><NbOfTxs>${count}</NbOfTxs><CtrlSum>${sum}</CtrlSum></GrpHdr>${parts}</CstmrCdtTrfInitn></Document>`;
}

const two = transaction('A', 10) + transaction('B', 20);
const sound = message(2, 30, part(2, 30, two));

describe('a bank that reads pain.001', () => {
  it('takes a sound message, and knows the run by its id', () => {
    expect(readInstruction('outbox/a.xml', sound)).toMatchObject({
      runId: 'R20200804-0A1B2C3D',
      date: '20200804',
      debitAccount: '0001',
      orders: [
        { endToEndId: 'A', amount: 10, account: '00123', bank: '009' },
        { endToEndId: 'B', amount: 20 },
      ],
    });
  });

  it.each([
    ['a count of the message that differs', message(3, 30, part(2, 30, two)), 'GrpHdr/NbOfTxs'],
    ['a sum of the message that differs', message(2, 31, part(2, 30, two)), 'GrpHdr/CtrlSum'],
    ['a count of the part that differs', message(2, 30, part(1, 30, two)), 'PmtInf/NbOfTxs'],
    ['a sum of the part that differs', message(2, 30, part(2, 29, two)), 'PmtInf/CtrlSum'],
    ['a second part', message(2, 30, part(2, 30, two) + part(2, 30, two)), 'stated twice'],
    ['an id that comes twice', message(2, 20, part(2, 20, transaction('A', 10).repeat(2))), 'comes twice'],
    ['another message', message(2, 30, part(2, 30, two), 'pain.008.001.08'), 'not pain.001'],
    ['a fraction', message(1, 1.5, part(1, 1.5, transaction('A', 1.5))), 'whole rupiah'],
    ['a negative amount', message(1, -5, part(1, -5, transaction('A', -5))), 'whole rupiah'],
    [
      'too much for BI-FAST',
      message(1, 250_000_001, part(1, 250_000_001, transaction('A', 250_000_001))),
      'BIFAST',
    ],
    [
      'a document type',
      sound.replace('<Document', '<!DOCTYPE Document [<!ENTITY e "x">]><Document'),
      'document type',
    ],
    ['an entity of its own', sound.replace('KEL A', '&e;'), 'entity'],
    ['an end that is missing', sound.slice(0, -20), 'unclosed'],
    ['no account', sound.replaceAll('<Id>00123</Id>', ''), 'CdtrAcct/Id/Othr/Id is missing'],
  ])('refuses %s', (_, text, why) => {
    const read = () => readInstruction('outbox/a.xml', text);
    expect(read).toThrow(UnreadableInstruction);
    expect(read).toThrow(why);
  });
});
