import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { payeeOf } from '#domain/money/payee.ts';
import { planPayment } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { listOf } from '#functions/payment/run-list.ts';
import { readView, viewAddress } from '#functions/payment/run-view.ts';

const before = {
  endToEndId: 'P-0123456789-01-01',
  account: { bankCode: '008', number: '7777777777777', holder: 'KEL LAMA; "DULU"' },
};

function paymentOf(group: string, holder: string) {
  const account = { bankCode: '002', number: '001234567890123', holder };
  return planPayment(
    {
      ...{ proposalId: 'P-0123456789', tranche: 2, amount: rupiah(40_000_000), account },
      payee: payeeOf(group, account, before),
      debitAccount: { bankCode: '002', number: '000100000001', holder: 'RPL' },
      ...{ rail: 'bulk-text', remittance: 'TKM 2020' },
    },
    '2020-08-03T02:00:00.000Z',
  );
}

it.each([
  ['=HYPERLINK("http://x.example","Rejeki")', `'=HYPERLINK("http://x.example","Rejeki")`],
  ['+62811', "'+62811"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-1+1|cmd', "'-1+1|cmd"],
  ['\t=1', "'=1"],
  ['Maju;Terus\r\n"Bersama"', 'Maju;Terus "Bersama"'],
  ['\u202eijekeR', 'ijekeR'],
])('a list keeps a name that is written to harm to its cell: %j', (written, read) => {
  const bytes = listOf([paymentOf(written, written)]);
  const rows = parse(bytes, { bom: true, delimiter: ';' }) as string[][];
  expect(rows).toHaveLength(2);
  const [, row = []] = rows;
  expect(row).toHaveLength(12);
  expect([row[2], row[5], row[8]]).toEqual([read, read, '40000000']);
  expect(row[9]).toBe('bank, rekening / account, pemilik / holder');
  expect(row[11]).toBe('Bank Mandiri ••••7777 KEL LAMA; "DULU"');
  expect(bytes.toString()).not.toMatch(/001234567890123|7777777777777/);
});

it('the address of a part of a run is read as it was written, and anything else is its beginning', () => {
  for (const view of [
    { of: 'all', from: 50 },
    { of: 'changed', from: 0 },
    { of: 'bank', bankCode: '002', from: 100 },
    { of: 'payment', endToEndId: 'P-0123456789-01-01' },
  ] as const) {
    const [, text = ''] = viewAddress('/a/secret', view).split('?setelah=');
    expect(readView(decodeURIComponent(text))).toEqual(view);
  }
  for (const text of [undefined, '', 'ITEM#x', 'bank-<b>.0', 'semua.-1', 'berubah.1e9', 'P-1'])
    expect(readView(text)).toEqual({ of: 'all', from: 0 });
});
