import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BulkLayout, bulkLayoutSchema, type Column } from '#domain/money/bulk-layout.ts';
import {
  endToEndId,
  makeReady,
  type PaymentAttempt,
  planPayment,
  railProblems,
} from '#domain/money/payment.ts';
import { accountProblems } from '#domain/money/rail.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { latinText } from '#functions/payment/rails/latin-text.ts';
import { writerOf } from '#functions/payment/rails/writers.ts';

const now = '2020-08-03T02:00:00.000Z';
const instruction = { runId: 'R20200803-0A1B2C3D', file: 'x', startedAt: now, date: '2020-08-03' };

/** A fixed layout as banks publish them for payroll uploads. */
const fixed = {
  ...{ format: 'bulk-text', id: 'PAYROLL1', lineEnd: 'crlf', encoding: 'ascii', text: 'latin' },
  services: { BIFAST: 'BIF', SKNBI: 'LLG', RTGS: 'RTG' },
  header: [
    { constant: '0', width: 1 },
    { fact: 'date', width: 8, date: 'ddmmyyyy' },
    { fact: 'debitAccount', width: 20 },
    { fact: 'count', width: 6, align: 'right', pad: '0' },
    { fact: 'sum', width: 18, align: 'right', pad: '0', decimals: 2, point: '' },
  ],
  detail: [
    { constant: '1', width: 1 },
    { fact: 'lineNumber', width: 6, align: 'right', pad: '0' },
    { fact: 'account', width: 20 },
    { fact: 'bankCode', width: 7, align: 'right' },
    { fact: 'holder', width: 35 },
    { fact: 'amount', width: 17, align: 'right', pad: '0', decimals: 2, point: '' },
    { fact: 'service', width: 3 },
    { fact: 'endToEndId', width: 20 },
    { fact: 'remittance', width: 40 },
  ],
  trailer: [
    { constant: '9', width: 1 },
    { fact: 'count', width: 8, align: 'right' },
    { fact: 'sum', width: 20, align: 'right', decimals: 2, point: ',' },
  ],
} as const;
function layoutOf(change: object = {}): BulkLayout {
  return bulkLayoutSchema.parse({ ...fixed, ...change });
}

function paymentOf(
  rail: PaymentAttempt['rail'],
  attempt: number,
  facts: { amount: number; holder: string; number: string; remittance: string },
): PaymentAttempt {
  const { amount, holder, number, remittance } = facts;
  const planned = planPayment(
    {
      ...{ proposalId: 'P-0123456789', tranche: 1, amount: rupiah(amount), rail, remittance },
      account: { bankCode: '002', number, holder },
      payee: { group: 'Sumber Rejeki' },
      debitAccount: { bankCode: '008', number: '000100000001', holder: 'RPL' },
    },
    now,
  );
  const { payment: ready } = makeReady(planned, '0042/SP2D', now);
  return { ...ready, attempt, endToEndId: endToEndId('P-0123456789', 1, attempt) };
}

function written(rail: BulkLayout, payments: readonly PaymentAttempt[]): Buffer {
  const writer = writerOf(rail);
  return Buffer.concat(
    Array.from(writer.write({ ...instruction, payments }), (piece) => Buffer.from(piece, writer.encoding)),
  );
}

/** A line of the file as the bank takes it apart, by the layout alone: what is filled up is taken away again. */
function factsIn(layout: BulkLayout, columns: readonly Column[], line: string): Record<string, string> {
  let at = 0;
  const cells = layout.delimiter === undefined ? undefined : line.split(layout.delimiter);
  if (cells !== undefined) expect(cells).toHaveLength(columns.length);
  const facts: Record<string, string> = {};
  for (const [index, { fact, constant, width = 0, align, pad, decimals, point }] of columns.entries()) {
    let cell = cells?.[index] ?? line.slice(at, at + width);
    at += width;
    if (constant !== undefined) expect(cell.trimEnd()).toBe(constant.trimEnd());
    if (fact === undefined) continue;
    if (pad === '0') cell = cell.replace(/^0+(?=\d)/, '');
    else cell = align === 'right' ? cell.trimStart() : cell.trimEnd();
    if (decimals > 0) {
      expect(cell.endsWith(`${point}00`)).toBe(true);
      cell = cell.slice(0, cell.length - decimals - point.length);
    }
    facts[fact] = cell;
  }
  if (cells === undefined) expect(line).toHaveLength(at);
  return facts;
}

function readBy(layout: BulkLayout, bytes: Buffer) {
  const text = bytes.toString(layout.encoding === 'utf-8' ? 'utf8' : 'latin1');
  const end = layout.lineEnd === 'lf' ? '\n' : '\r\n';
  expect(text.endsWith(end)).toBe(true);
  const lines = text.slice(0, -end.length).split(end);
  const head = layout.header && factsIn(layout, layout.header, lines.shift() ?? '');
  const tail = layout.trailer && factsIn(layout, layout.trailer, lines.pop() ?? '');
  return { head, tail, details: lines.map((line) => factsIn(layout, layout.detail, line)) };
}

const anyFacts = fc.record({
  amount: fc.integer({ min: 1, max: 9_999_999_999 }),
  holder: fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom('Kel. Maju | Jaya', 'ꦏꦼꦭꦺꦴꦩ꧀ꦥꦺꦴꦏ꧀', 'A;B, & "C"'),
    )
    .filter((text) => /[A-Za-z0-9]/.test(text)),
  number: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 5, maxLength: 20 }),
  remittance: fc.string({ unit: 'grapheme', maxLength: 60 }),
});

/** Columns in any order, delimited or fixed, with and without header and trailer. */
const anyLayout: fc.Arbitrary<BulkLayout> = fc
  .record({
    delimiter: fc.constantFrom(undefined, '|', ';', ',', '\t', '~', '^'),
    lineEnd: fc.constantFrom('lf', 'crlf'),
    encoding: fc.constantFrom('utf-8', 'iso-8859-1', 'ascii'),
    text: fc.constantFrom('latin', 'tidy', 'exact'),
    detail: fc.shuffledSubarray([...fixed.detail], { minLength: fixed.detail.length }),
    header: fc.option(fc.constant(fixed.header), { nil: undefined }),
    trailer: fc.option(
      fc.constant([fixed.trailer[0], fixed.trailer[1], { ...fixed.trailer[2], point: '.' }]),
      {
        nil: undefined,
      },
    ),
  })
  .map(({ delimiter, encoding, header, trailer, ...rest }) =>
    bulkLayoutSchema.parse({
      ...{ format: 'bulk-text', id: 'ANY', services: fixed.services, ...rest },
      ...(delimiter !== undefined && { delimiter }),
      encoding: delimiter === undefined && encoding === 'utf-8' ? 'ascii' : encoding,
      ...(header && { header }),
      ...(trailer && { trailer }),
    }),
  );

describe('a layout of a bank’s own', () => {
  it('is read by the layout alone as it was meant, whatever it is; what it cannot carry is known before', () => {
    fc.assert(
      fc.property(anyLayout, fc.array(anyFacts, { minLength: 1, maxLength: 6 }), (layout, all) => {
        const payments = all
          .map((facts, index) => paymentOf(layout, index + 1, facts))
          .filter((payment) => railProblems(payment).length === 0);
        fc.pre(payments.length > 0);
        const { head, tail, details } = readBy(layout, written(layout, payments));
        const sum = String(payments.reduce((total, { amount }) => total + amount, 0));
        for (const totals of [head, tail])
          if (totals !== undefined) expect(totals).toMatchObject({ count: String(payments.length), sum });
        if (head !== undefined)
          expect(head).toMatchObject({ date: '03082020', debitAccount: '000100000001' });
        expect(details).toHaveLength(payments.length);
        for (const [index, payment] of payments.entries()) {
          const { account, amount, service } = payment;
          expect(details[index]).toMatchObject({
            ...{ endToEndId: payment.endToEndId, amount: String(amount), account: account.number },
            ...{ bankCode: '002', lineNumber: String(index + 1), service: fixed.services[service] },
          });
          const holder = details[index]?.holder;
          if (layout.text === 'exact') expect(holder).toBe(account.holder.trimEnd());
          else expect(holder).toMatch(/[\p{L}\p{N}]/u);
          if (layout.text === 'latin') expect(holder).toMatch(/^[A-Za-z0-9/\-?:().,'+ ]*$/);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('writes the same as ever where the rule-pack says bulk-text alone', () => {
    const payment = paymentOf('bulk-text', 1, {
      ...{
        amount: 300_000_000,
        holder: 'KEL | SUMBER\nREJEKI é',
        number: '0012345678',
        remittance: 'TKM 2020',
      },
    });
    const writer = writerOf('bulk-text');
    expect([...writer.write({ ...instruction, payments: [payment] })].join('')).toBe(
      [
        'H|JARING-BULK-1|R20200803-0A1B2C3D|20200803|000100000001|1|300000000',
        'D|P-0123456789-01-01|300000000|IDR|002|0012345678|KEL SUMBER REJEKI é|SKNBI|TKM 2020',
        'T|1|300000000',
        '',
      ].join('\n'),
    );
  });

  it('has a fixed line to the letter', () => {
    const payment = paymentOf(layoutOf(), 1, {
      ...{ amount: 40_000_000, holder: 'Kelompok Šumber & Réjeki', number: '0012345678', remittance: 'TKM' },
    });
    const [head, line, tail] = written(layoutOf(), [payment]).toString('latin1').split('\r\n');
    expect(head).toBe('003082020000100000001        000001000000004000000000');
    expect(line).toBe(
      `1${'000001'}${'0012345678'.padEnd(20)}${'    002'}${'Kelompok Sumber + Rejeki'.padEnd(35)}${'00000004000000000'}BIF${'P-0123456789-01-01'.padEnd(20)}${'TKM'.padEnd(40)}`,
    );
    expect(tail).toBe(`9${'1'.padStart(8)}${'40000000,00'.padStart(20)}`);
  });

  it('spells and cuts what is too long or foreign, or refuses it early with a word on what to do', () => {
    const codes = (change: object, account: object) =>
      accountProblems(
        layoutOf(change),
        { bankCode: '002', number: '0012345678', holder: 'MAJU', ...account },
        '/account/',
      ).map(({ code, where }) => `${code} ${where}`);
    const long = { holder: 'K'.repeat(36) };
    expect(codes({}, long)).toEqual([]);
    expect(latinText(long.holder, 35)).toHaveLength(35);
    expect(codes({ text: 'tidy' }, long)).toEqual(['text-too-long-for-bank-file /account/holder']);
    expect(codes({}, { number: '0'.repeat(21) })).toEqual(['text-too-long-for-bank-file /account/number']);
    expect(codes({}, { holder: '***' })).toEqual(['name-not-writable /account/holder']);
    const divided = { delimiter: ';', encoding: 'iso-8859-1' };
    expect(codes({ ...divided, text: 'exact' }, { holder: 'MAJU; JAYA' })).toEqual([
      'text-not-in-bank-file /account/holder',
    ]);
    expect(codes({ ...divided, text: 'tidy' }, { holder: 'MAJU; JAYA é' })).toEqual([]);
    expect(codes({ ...divided, text: 'tidy' }, { holder: 'MAJU ꦗꦪ' })).toEqual([
      'text-not-in-bank-file /account/holder',
    ]);
    expect(codes({ ...divided, text: 'tidy', encoding: 'utf-8' }, { holder: 'MAJU ꦗꦪ' })).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    [
      'has no column for the account',
      { detail: fixed.detail.filter((each) => !('fact' in each && each.fact === 'account')) },
      /one account/,
    ],
    [
      'names a payment twice',
      { detail: [...fixed.detail, { fact: 'endToEndId', width: 20 }] },
      /one endToEndId/,
    ],
    [
      'is fixed and has a column without a width',
      { detail: [...fixed.detail, { constant: 'X' }] },
      /needs every width/,
    ],
    ['has too little room for a sum', { trailer: [{ fact: 'sum', width: 14 }] }, /too narrow/],
    [
      'has too little room for an amount with decimals',
      {
        detail: fixed.detail.map((each) =>
          'fact' in each && each.fact === 'amount' ? { ...each, width: 14 } : each,
        ),
      },
      /too narrow/,
    ],
    [
      'fills up an account with zeros',
      {
        detail: fixed.detail.map((each) =>
          'fact' in each && each.fact === 'account' ? { ...each, align: 'right', pad: '0' } : each,
        ),
      },
      /only numbers/,
    ],
    [
      'fills up at the right side with zeros',
      { trailer: [{ fact: 'count', width: 8, pad: '0' }] },
      /only numbers/,
    ],
    [
      'wants the sum in each detail',
      { detail: [...fixed.detail, { fact: 'sum', width: 20 }] },
      /stands in no detail/,
    ],
    ['wants an account in the header', { header: [{ fact: 'account', width: 20 }] }, /stands in no header/],
    ['is fixed in letters of several bytes', { encoding: 'utf-8' }, /one byte/],
    [
      'has its divider in a constant',
      { delimiter: ';', header: [{ constant: 'A;B' }] },
      /the constant holds the divider/,
    ],
    [
      'has its divider before the decimals',
      { delimiter: ',', header: [{ fact: 'sum', decimals: 2, point: ',' }] },
      /decimal point/,
    ],
    ['has a column with nothing in it', { trailer: [{ width: 3 }] }, /either a fact or a constant/],
    ['has something that is not known', { trailer: [{ constant: 'T', width: 1, colour: 'red' }] }, /colour/],
  ])('is refused when it is loaded if it %s', (_what, change, message) => {
    expect(() => layoutOf(change)).toThrow(message);
  });
});
