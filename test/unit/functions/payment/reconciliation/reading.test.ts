import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxAnswerBytes, readAnswerObject } from '#functions/payment/bank-objects.ts';
import { readBankFile } from '#functions/payment/reconciliation/reading.ts';
import {
  type AnswerFormat,
  answerFormats,
  type BankLetter,
  writeLetter,
} from '#players/bank/bank-answers.ts';

const debitAccount = '0123456789';
const known = { debitAccounts: new Set([debitAccount]), satkers: new Set(['689912']), keepEntries: true };
function read(text: string | Uint8Array) {
  return readBankFile(Buffer.from(text), 'inbox/x', known);
}
/** What a file says of payments, whatever else is in it. */
function linesOf(text: string) {
  const { report, problems } = read(text);
  expect(problems).toEqual([]);
  return [report?.transactions, report?.groups];
}
function codes(text: string | Uint8Array) {
  const { report, problems } = read(text);
  expect(report === undefined).toBe(problems.length > 0);
  return [...new Set(problems.map(({ code }) => code))];
}

function id(number: number) {
  return `P-000000000${number}-01-01`;
}
const letter: BankLetter = {
  id: 'L-1',
  day: '2020-10-05',
  debitAccount,
  original: { messageId: 'R20201005-00000000' },
  advices: [
    { endToEndId: id(1), amount: 40_000_000, status: 'ACSC', reference: 'REF-1', day: '2020-10-05' },
    {
      endToEndId: id(2),
      amount: 28_000_000,
      status: 'RETURNED',
      reference: 'REF-2',
      day: '2020-10-05',
      reason: 'AC04',
    },
    { endToEndId: id(3), amount: 12_000_000, status: 'RJCT', day: '2020-10-05', reason: 'AC01' },
    { endToEndId: id(4), amount: 1, status: 'ACSP', reference: 'REF-4', day: '2020-10-05' },
    { amount: 5, status: 'ACSC', reference: 'REF-5', day: '2020-10-05' },
  ],
};
const stated = {
  1: {
    outcome: 'SETTLED',
    endToEndId: id(1),
    amount: 40_000_000,
    bankReference: 'REF-1',
    valueDate: '2020-10-05',
  },
  2: {
    outcome: 'RETURNED',
    endToEndId: id(2),
    amount: 28_000_000,
    bankReference: 'REF-2',
    valueDate: '2020-10-05',
    reasonCode: 'AC04',
  },
  3: {
    outcome: 'REJECTED',
    endToEndId: id(3),
    amount: 12_000_000,
    valueDate: '2020-10-05',
    reasonCode: 'AC01',
  },
  4: { outcome: 'ACCEPTED', endToEndId: id(4), amount: 1, bankReference: 'REF-4', valueDate: '2020-10-05' },
  5: { outcome: 'SETTLED', amount: 5, bankReference: 'REF-5', valueDate: '2020-10-05' },
} as const;

describe('a file of the bank’s', () => {
  it.each<[AnswerFormat, object[]]>([
    [
      'pain.002',
      [stated[1], stated[3], stated[4], stated[5]].map((each) => ({
        ...each,
        messageId: 'R20201005-00000000',
      })),
    ],
    ['camt.053', [stated[1], stated[2], stated[5]]],
    ['camt.054', [stated[1], stated[2], stated[5]]],
    ['mt940', [stated[1], stated[2], stated[5]]],
    ['csv', [stated[1], stated[2], stated[3], stated[4], stated[5]]],
  ])('is known as %s by what is in it, and says the same', (format, expected) => {
    const { report, problems } = read(writeLetter(format, letter));
    expect(problems).toEqual([]);
    expect(report?.format).toBe(format);
    expect(report?.transactions.map(({ account, ...line }) => line)).toEqual(
      expected.map((each) => ({ ...each, channel: format })),
    );
    expect(new Set(report?.transactions.map(({ account }) => account))).toEqual(new Set(['0123456789']));
  });

  it.each([
    ['pain.002.001.14', 'pain.002.001.03'],
    ['pain.002.001.14', 'pain.002.001.10'],
    ['camt.053.001.12', 'camt.053.001.08'],
    ['camt.054.001.12', 'camt.054.001.08'],
  ])('is read whatever version of %s it is', (ours, other) => {
    const format = ours.slice(0, 8) as AnswerFormat;
    const text = writeLetter(format, letter).replace(ours, other);
    expect(read(text)).toEqual(read(writeLetter(format, letter)));
  });

  it('is read when it is camt of version 2, whose status is no code, or bears prefixes and an envelope', () => {
    const text = writeLetter('camt.054', letter);
    const old = text.replaceAll('<Sts><Cd>BOOK</Cd></Sts>', '<Sts>BOOK</Sts>').replace('.12', '.02');
    expect(read(old)).toEqual(read(text));
    const prefixed = text
      .replace('<?xml version="1.0" encoding="UTF-8"?>', '')
      .replaceAll(/<(\/?)([A-Z])/g, '<$1n:$2')
      .replace('xmlns=', 'xmlns:n=');
    expect(read(`<Envelope><Header/>${prefixed}</Envelope>`)).toEqual(read(text));
  });

  it('is read with mixed line ends, in an envelope of SWIFT’s, and with an id that a line end cuts', () => {
    const long = 'P-0000000001-01-01';
    const text = [
      '{1:F01BANKIDJAAXXX0000000000}{2:I940KEMNIDJAXXXXN}{4:',
      ':20:S1\r\n:25:014/0123456789IDR',
      ':28C:1/1\r:60F:C201005IDR100,',
      ':61:2010051005D40,NTRFNONREF//REF',
      `:86:/REMI/${'X'.repeat(50)}/EREF/${long.slice(0, 4)}\r\n${long.slice(4)}`,
      ':61:201005RD10,00NTRFX//REF',
      ':86:166?00RETUR?20EREF+P-0000000?21002-01-01?32KELOMPOK',
      ':62F:C201005IDR70,00',
      '-}',
    ].join('\n');
    expect(read(text).problems).toEqual([]);
    expect(read(text).report?.transactions).toEqual([
      {
        ...{
          outcome: 'SETTLED',
          endToEndId: long,
          bankReference: 'REF',
          amount: 40,
          valueDate: '2020-10-05',
        },
        ...{ channel: 'mt940', account: '0123456789' },
      },
      {
        outcome: 'RETURNED',
        account: '0123456789',
        endToEndId: 'P-0000000002-01-01',
        bankReference: 'REF',
        amount: 10,
        valueDate: '2020-10-05',
        reasonCode: 'NARR',
        channel: 'mt940',
      },
    ]);
  });

  it('counts what is booked as settled, what is pending as accepted, and what is for information as nothing', () => {
    const text = writeLetter('camt.054', {
      ...letter,
      advices: [letter.advices[0] as BankLetter['advices'][0]],
    });
    const outcomes = (status: string) =>
      read(text.replace('<Cd>BOOK</Cd>', `<Cd>${status}</Cd>`)).report?.transactions.map(
        ({ outcome }) => outcome,
      );
    expect(['BOOK', 'PDNG', 'INFO', 'FUTR'].map(outcomes)).toEqual([['SETTLED'], ['ACCEPTED'], [], []]);
  });

  it('may book many transfers as one entry, each with its own amount', () => {
    const text = writeLetter('camt.054', letter);
    const detail = (number: number, amount: string) =>
      `<TxDtls><Refs><EndToEndId>${id(number)}</EndToEndId></Refs><Amt Ccy="IDR">${amount}</Amt></TxDtls>`;
    const batch = (amount: string, count: number) =>
      text
        .replace(/<TxsSummry>.*<\/TxsSummry>/, '')
        .replace(
          /<Ntry>.*<\/Ntry>/,
          `<Ntry><Amt Ccy="IDR">30</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>2020-10-05</Dt></ValDt><AcctSvcrRef>ALL</AcctSvcrRef><NtryDtls><Btch><NbOfTxs>${count}</NbOfTxs></Btch>${detail(1, '10')}${detail(2, amount)}</NtryDtls></Ntry>`,
        );
    expect(read(batch('20', 2)).report?.transactions).toMatchObject([
      { endToEndId: id(1), amount: 10 },
      { endToEndId: id(2), amount: 20 },
    ]);
    expect(codes(batch('21', 3)).sort()).toEqual(['bank-file-count', 'bank-file-sum']);
  });
});

describe('a pain.002', () => {
  const status = (group: string, part: string, transactions: string) =>
    `<Document xmlns="x"><CstmrPmtStsRpt><GrpHdr><CreDtTm>2020-10-05T09:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>${group}</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-1</OrgnlPmtInfId>${part}${transactions}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`;
  const transaction = (number: number, code?: string) =>
    `<TxInfAndSts><OrgnlEndToEndId>${id(number)}</OrgnlEndToEndId>${code === undefined ? '' : `<TxSts>${code}</TxSts>`}</TxInfAndSts>`;

  it.each([
    ...['RCVD', 'ACTC', 'ACCP', 'ACSP', 'ACWC', 'PDNG'].map((code) => [code, 'ACCEPTED'] as const),
    ...['ACSC', 'ACCC'].map((code) => [code, 'SETTLED'] as const),
    ...['RJCT', 'CANC'].map((code) => [code, 'REJECTED'] as const),
    ['PART', undefined],
  ] as const)(
    'means by %s that a payment is %s, said of itself, of its part or of its group',
    (code, outcome) => {
      const [group, part] = [`<GrpSts>${code}</GrpSts>`, `<PmtInfSts>${code}</PmtInfSts>`];
      const ways = [
        status('', '', transaction(1, code)),
        status('', part, transaction(1)),
        status(group, '', transaction(1)),
      ];
      for (const text of ways)
        expect(read(text).report?.transactions.map((each) => each.outcome)).toEqual(outcome ? [outcome] : []);
      const [ofGroup, ofPart] = [status(group, '', ''), status('', part, '')].map(
        (text) => read(text).report,
      );
      for (const report of [ofGroup, ofPart])
        expect(report?.groups.map((each) => each.outcome)).toEqual(outcome ? [outcome] : []);
    },
  );

  it('is believed of the payment before its part, and of the part before the group', () => {
    const refused = '<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>';
    const text = status('<GrpSts>ACSC</GrpSts>', refused, transaction(1, 'ACSP') + transaction(2));
    expect(read(text).report?.transactions).toMatchObject([
      { endToEndId: id(1), outcome: 'ACCEPTED' },
      { endToEndId: id(2), outcome: 'REJECTED', reasonCode: 'AM04' },
    ]);
  });

  it.each([
    ['2020-10-05T23:30:00Z', '2020-10-06'],
    ['2020-10-05T23:30:00.123+07:00', '2020-10-05'],
    ['2020-10-06T00:30:00+09:00', '2020-10-05'],
    ['2020-10-05T23:30:00', '2020-10-05'],
    ['2020-10-05+07:00', '2020-10-05'],
  ])('finds from %s the day %s in Jakarta', (moment, day) => {
    const text = status('', '', transaction(1, 'ACSC')).replace(
      '</TxSts>',
      `</TxSts><AccptncDtTm>${moment}</AccptncDtTm>`,
    );
    expect(read(text).report?.transactions).toMatchObject([{ valueDate: day }]);
  });

  it.each(['2020-13-05', '2020-10-05T25:00:00', '2020-10-05T10:00:00+7', '05/10/2020', '2020-10-05Tx'])(
    'is set aside for the moment %s',
    (moment) => {
      const text = status('', '', transaction(1)).replace('2020-10-05T09:00:00', moment);
      expect(codes(text)).toEqual(['bank-file-date']);
    },
  );

  it('may refuse the whole message and yet hold a payment that settled: then its group is not taken at its word', () => {
    const refused = '<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>';
    const mixed = read(status(refused, '', transaction(1, 'ACSC')));
    expect(mixed.report?.transactions).toMatchObject([{ outcome: 'SETTLED', endToEndId: id(1) }]);
    expect(mixed.report?.groups).toMatchObject([{ outcome: 'REJECTED', unanimous: false }]);
    const clear = read(status(refused, '', transaction(1)));
    expect(clear.report?.transactions).toMatchObject([{ outcome: 'REJECTED', reasonCode: 'AM04' }]);
    expect(clear.report?.groups).toEqual([
      { outcome: 'REJECTED', reasonCode: 'AM04', messageId: 'M1', valueDate: '2020-10-05', unanimous: true },
    ]);
  });

  it('says nothing of a payment by PART, and gives a payment without status that of its part', () => {
    const part = read(status('<GrpSts>PART</GrpSts>', '<PmtInfSts>ACSP</PmtInfSts>', transaction(1)));
    expect(part.report?.transactions).toMatchObject([{ outcome: 'ACCEPTED' }]);
    expect(part.report?.groups).toMatchObject([{ outcome: 'ACCEPTED', paymentId: 'M1-1', unanimous: true }]);
    const mixed = read(status('<GrpSts>ACSC</GrpSts>', '<PmtInfSts>PART</PmtInfSts>', transaction(1)));
    expect(mixed.report).toMatchObject({ transactions: [], groups: [{ unanimous: false }] });
  });

  it.each([
    ['BLCK', 'bank-kept-status-blocked'],
    ['ACPD', 'bank-kept-status-cleared'],
    ['PRES', 'bank-kept-status-presented'],
    ['DONE', 'bank-kept-status'],
    ['constructor', 'bank-kept-status'],
  ])('keeps the status %s in words, and reads the others', (code, words) => {
    const { report } = read(status('', '', transaction(1, code) + transaction(2, 'ACSC')));
    expect(report?.kept).toMatchObject([{ what: { code: words, facts: { status: code } }, times: 1 }]);
    expect(report?.transactions).toMatchObject([{ endToEndId: id(2), outcome: 'SETTLED' }]);
    expect(report?.statuses?.map(({ means }) => means)).toEqual(['unknown', 'settled']);
    const ofGroup = read(status(`<GrpSts>${code}</GrpSts>`, '', transaction(1))).report;
    expect(ofGroup).toMatchObject({ transactions: [], groups: [] });
    const list = read(writeLetter('csv', letter).replace(';ACSC;', `;${code};`)).report;
    expect(list?.kept).toMatchObject([{ what: { code: 'bank-kept-status' } }]);
  });

  it('keeps the words of a reason, and says what a reason is about', () => {
    const reason = (inside: string) =>
      read(
        status('', '', transaction(1, 'RJCT')).replace(
          '</TxSts>',
          `</TxSts><StsRsnInf><Rsn>${inside}</Rsn><AddtlInf>REKENING </AddtlInf><AddtlInf>TIDAK AKTIF</AddtlInf></StsRsnInf>`,
        ),
      ).report?.statuses?.[0]?.reasons;
    const text = 'REKENING TIDAK AKTIF';
    expect(reason('<Cd>NARR</Cd>')).toEqual([{ code: 'NARR', text, about: 'unknown' }]);
    expect(reason('<Cd>AM05</Cd>')).toEqual([{ code: 'AM05', text, about: 'copy' }]);
    expect(reason('<Cd>AC06</Cd>')).toEqual([{ code: 'AC06', text, about: 'payee' }]);
    expect(reason('<Prtry>R-17</Prtry>')).toEqual([{ proprietary: 'R-17', text, about: 'unknown' }]);
  });

  it('lies where it lists more than it states', () => {
    const stated = '<OrgnlNbOfTxs>1</OrgnlNbOfTxs>';
    expect(codes(status(stated, '', transaction(1, 'ACSC') + transaction(2, 'ACSC')))).toEqual([
      'bank-file-count',
    ]);
  });
});

describe('a file that is broken, foreign or lies is set aside whole', () => {
  const of = (format: AnswerFormat) => writeLetter(format, letter);
  const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, index) => `<!ENTITY lol${index} "${`&lol${index - 1};`.repeat(10)}">`).join('')}]><Document>&lol8;</Document>`;

  it.each<[string, string | Uint8Array, string[]]>([
    [
      'an external entity',
      `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>`,
      ['bank-file-doctype'],
    ],
    ['a billion laughs', laughs, ['bank-file-doctype']],
    ['an entity of its own', '<Document>&x;</Document>', ['bank-file-xml']],
    ['XML that ends too early', of('pain.002').slice(0, 900), ['bank-file-xml']],
    ['XML without end', '<a>'.repeat(5000), ['bank-file-too-deep']],
    [
      'another message',
      '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>',
      ['bank-file-header'],
    ],
    [
      'a CSV of nothing but separators',
      `debit_account;end_to_end_id;bank_reference;status;amount;currency;value_date;reason_code\n${';;;;;;;\n'.repeat(600_000)}`,
      ['bank-file-too-deep'],
    ],
    ['prose', 'Dear customer,', ['bank-file-header']],
    ['nothing', '', ['bank-file-header']],
    [
      'UTF-16 that says it is UTF-8',
      Buffer.from(`\u{feff}${of('pain.002')}`, 'utf16le'),
      ['bank-file-encoding'],
    ],
    ['UTF-16 without its mark', Buffer.from(of('mt940'), 'utf16le'), ['bank-file-encoding']],
    [
      'UTF-16 the other way round, declared',
      Buffer.from(of('pain.002').replace('UTF-8', 'UTF-16'), 'utf16le').swap16(),
      ['bank-file-encoding'],
    ],
    [
      'UTF-8 that is not',
      Buffer.concat([Buffer.from(of('csv')), Buffer.from([0xe9])]),
      ['bank-file-encoding'],
    ],
    [
      'UTF-8 that is Windows’',
      Buffer.from(of('pain.002').replace('L-1', 'L–\u{e9}'), 'latin1'),
      ['bank-file-encoding'],
    ],
    [
      'an encoding that is not needed',
      of('pain.002').replace('UTF-8', 'EBCDIC-CP-US'),
      ['bank-file-encoding'],
    ],
  ])('%s', (_what, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('reads UTF-8 with a byte order mark in every format', () => {
    for (const format of answerFormats)
      expect(codes(Buffer.from(`\u{feff}${of(format).replace('\u{feff}', '')}`))).toEqual([]);
  });

  it('names an account that lost the zeros that it begins with', () => {
    for (const format of answerFormats)
      expect(codes(writeLetter(format, { ...letter, debitAccount: '123456789' }))).toEqual([
        'bank-file-account-zeros',
      ]);
  });

  it('reads on where names hold & < " and letters of other scripts', () => {
    const name = 'Kelompok "Tani" &amp; &lt;Nelayan&gt; 農民 ꦱꦸꦩ꧀ꦧꦺꦂ';
    for (const format of ['camt.053', 'camt.054'] as const) {
      const text = of(format).replaceAll(
        '</Refs>',
        `</Refs><RltdPties><Cdtr><Pty><Nm>${name}</Nm></Pty></Cdtr></RltdPties>`,
      );
      expect(linesOf(text)).toEqual(linesOf(of(format)));
    }
    const swift = of('mt940').replaceAll('/REMI/', '/NAME/Kelompok "Tani" & <Nelayan> 農民/REMI/');
    expect(linesOf(swift)).toEqual(linesOf(of('mt940')));
    const listed = of('csv')
      .replace(';reason_code', ';reason_code;name')
      .replaceAll(/(;AC0\d|;)\r\n/g, '$1;"Kelompok ""Tani"" & <Nelayan>; 農民"\r\n');
    expect(read(listed)).toEqual(read(of('csv')));
  });

  it('believes no id in MT940 where a name brings in a second one', () => {
    const text = of('mt940').replace(`/EREF/${id(1)}`, `/NAME/X/EREF/${id(9)}/EREF/${id(1)}`);
    const [stated] = read(text).report?.transactions ?? [];
    expect(stated).toMatchObject({ bankReference: 'REF-1', amount: 40_000_000 });
    expect(stated).not.toHaveProperty('endToEndId');
  });

  it('counts what one statement books again, with its references and without', () => {
    const advice = letter.advices[0] as BankLetter['advices'][0];
    for (const format of ['camt.053', 'camt.054', 'mt940'] as const) {
      const twice = writeLetter(format, {
        ...letter,
        advices: [advice, { ...advice, reference: 'REF-9' }, advice],
      });
      const times = read(twice).report?.transactions.map(({ again }) => again);
      expect(times).toEqual([undefined, 2, 3]);
    }
    const list = read(writeLetter('csv', { ...letter, advices: [advice, advice] }));
    expect(list.report?.transactions.map(({ again }) => again)).toEqual([undefined, undefined]);
  });

  it('reads UTF-16 by its mark in every format, in both orders', () => {
    for (const format of answerFormats) {
      const text = `\u{feff}${of(format).replace('\u{feff}', '').replace('UTF-8', 'UTF-16')}`;
      const bytes = Buffer.from(text, 'utf16le');
      for (const each of [bytes, Buffer.from(bytes).swap16()]) expect(codes(each)).toEqual([]);
    }
  });

  it('reads MT940 as Windows writes it, and a list of ours only as UTF-8', () => {
    const named = Buffer.from(of('mt940').replace('/REMI/', '/NAME/CAF\u{c9} \u{80}/REMI/'), 'latin1');
    expect(codes(named)).toEqual([]);
    expect(codes(Buffer.concat([named, Buffer.from([0x00])]))).toEqual(['bank-file-encoding']);
  });

  it('reads the same from a file that is plain and from one with comments, sections and references', () => {
    for (const format of ['pain.002', 'camt.053', 'camt.054'] as const) {
      const unusual = of(format)
        .replace('<Document', '<!-- made by hand --><Document')
        .replaceAll(/<EndToEndId>([^<]*)</g, '<EndToEndId><![CDATA[$1]]><')
        .replaceAll('2020-10-05', '&#50;020-10-05');
      expect(linesOf(unusual)).toEqual(linesOf(of(format)));
    }
  });

  it('reads ISO 8859-1 where it is declared', () => {
    const text = of('pain.002').replace('UTF-8', 'ISO-8859-1').replace('L-1', 'L-\u{e9}');
    expect(codes(Buffer.from(text, 'latin1'))).toEqual([]);
  });

  it.each(answerFormats)('of %s: another account, another currency', (format) => {
    expect(codes(writeLetter(format, { ...letter, debitAccount: '999' }))).toEqual(['bank-file-account']);
    expect(codes(of(format).replaceAll('IDR', 'USD'))).toContain('bank-file-currency');
  });

  it.each(['-40000000', '40000000.505', '4e7', '40.000.000', '40,000,000', '0x2625A00', '', '١'])(
    'with the amount %j',
    (amount) => {
      for (const format of ['pain.002', 'camt.053', 'camt.054'] as const)
        expect(codes(of(format).replaceAll('40000000.00', amount))).toContain('bank-file-amount');
      expect(codes(of('csv').replace(';40000000;', `;${amount};`))).toContain('bank-file-amount');
      const mt940 = codes(of('mt940').replace('D40000000,00', `D${amount}`));
      expect(mt940.some((code) => code === 'bank-file-amount' || code === 'bank-file-line')).toBe(true);
    },
  );

  it('with a sum or a count that is not its own', () => {
    expect(codes(of('camt.053').replace('<TtlNtries><NbOfNtries>3', '<TtlNtries><NbOfNtries>4'))).toEqual([
      'bank-file-count',
    ]);
    expect(codes(of('camt.054').replace(/(<TtlDbtNtries>.*?<Sum>)\d+/, '$11'))).toEqual(['bank-file-sum']);
    expect(
      codes(
        of('camt.053')
          .replace(/<Ntry>.*?<\/Ntry>/, '')
          .replace(/<TxsSummry>.*<\/TxsSummry>/, ''),
      ),
    ).toEqual(['bank-file-sum']);
    expect(codes(of('mt940').replace(/:61:.*?(?=:61:)/s, ''))).toEqual(['bank-file-sum']);
    expect(codes(of('csv').replace(/TOTAL.*/, ''))).toEqual(['bank-file-trailer']);
    expect(codes(of('csv').replace('TOTAL;5', 'TOTAL;6'))).toEqual(['bank-file-count']);
    expect(codes(of('pain.002').replace(/(<OrgnlCtrlSum>)\d+/, '$11'))).toEqual(['bank-file-sum']);
  });

  it('with a sum that is too large to be exact', () => {
    const [head = '', first = ''] = of('csv').split(/\r?\n/);
    const rows = Array.from({ length: 10 }, () => first.replace(';40000000;', ';999999999999999;'));
    const total = 'TOTAL;10;;;1;IDR;;';
    expect(codes([head, ...rows, total].join('\n'))).toEqual(['bank-file-amount']);
  });

  it('with a date or an id that cannot be', () => {
    expect(codes(of('csv').replace('2020-10-05', '2020-02-30'))).toEqual(['bank-file-date']);
    expect(codes(of('csv').replaceAll(id(1), 'X'.repeat(36)))).toEqual(['bank-file-id']);
  });

  it('and reports everything that is wrong at once', () => {
    const text = of('csv')
      .replace(';40000000;IDR', ';-1;USD')
      .replace(';28000000;', ';1.5.5;')
      .replace('TOTAL;5', 'TOTAL;7');
    expect(read(text).problems.length).toBeGreaterThanOrEqual(4);
  });

  it('and never ends the function that reads it, whatever its bytes are', () => {
    const changes = fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.uint8Array({ maxLength: 12 }) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...answerFormats), changes, fc.boolean(), (format, all, cut) => {
        let bytes = Buffer.from(of(format));
        for (const { at, bytes: other } of all) {
          const from = Math.floor(at * bytes.length);
          bytes = Buffer.concat([
            bytes.subarray(0, from),
            other,
            cut ? Buffer.alloc(0) : bytes.subarray(from + other.length),
          ]);
        }
        const { report, problems } = readBankFile(bytes, 'inbox/x', known);
        expect(report === undefined).toBe(problems.length > 0);
        for (const { amount } of report?.transactions ?? [])
          expect(amount === undefined || Number.isSafeInteger(amount)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readBankFile(bytes, 'inbox/x', known).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  /** A client of a bucket that answers with this body, and records how much of it was taken. */
  const bucketOf = (body: () => Readable) =>
    new S3Client({
      region: 'ap-southeast-3',
      credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
      requestHandler: {
        handle: async () => ({ response: { statusCode: 200, headers: {}, body: body() } }),
      },
    });
  const large = { key: 'inbox/large', versionId: 'v', bytes: 500 * 2 ** 20 };

  it('of 500 MB: by its size alone, before a byte is fetched', async () => {
    const s3 = bucketOf(() => {
      throw new Error('fetched');
    });
    expect(await readAnswerObject(s3, 'bank', large)).toMatchObject({
      problems: [{ code: 'attachment-too-large', facts: { bytes: large.bytes } }],
    });
  });

  it('of 500 MB whose size was not announced: by what comes, without taking more than may be read', async () => {
    const mebibyte = Buffer.alloc(2 ** 20, 'x');
    let taken = 0;
    const s3 = bucketOf(() =>
      Readable.from(
        (function* () {
          for (; taken < 500; taken++) yield mebibyte;
        })(),
      ),
    );
    expect(await readAnswerObject(s3, 'bank', { ...large, bytes: 0 })).toMatchObject({
      problems: [{ code: 'attachment-too-large' }],
    });
    expect(taken).toBeLessThan(maxAnswerBytes / 2 ** 20 + 8);
  });

  it('and read to the last byte where it is as large as may be', async () => {
    const s3 = bucketOf(() => Readable.from([Buffer.alloc(maxAnswerBytes - 1), Buffer.alloc(1)]));
    const content = await readAnswerObject(s3, 'bank', { ...large, bytes: maxAnswerBytes });
    expect('bytes' in content && content.bytes.length).toBe(maxAnswerBytes);
  });
});
