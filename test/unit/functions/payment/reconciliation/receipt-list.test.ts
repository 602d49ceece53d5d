import { describe, expect, it } from 'vitest';
import { xlsxOf } from '#cli/spreadsheet.ts';
import { readBankFile } from '#functions/payment/reconciliation/reading.ts';
import { bankLists } from '#programmes/bank-lists.ts';
import { receiptLists } from '#programmes/receipt-lists.ts';

const known = {
  debitAccounts: new Set(['003201000123456']),
  satkers: new Set<string>(),
  lists: bankLists,
  receiptLists,
};
function read(content: string | Uint8Array) {
  return readBankFile(Buffer.from(content), 'inbox/ntpn', known);
}
function codesOf(content: string | Uint8Array) {
  return read(content).problems.map(({ code }) => code);
}
function receiptsOf(content: string | Uint8Array) {
  return read(content).report?.receipts;
}
const one = { ntpn: '09J8987HSD4567IJ', amount: 5_000_000, paidOn: '2020-08-03' };

describe('a list of receipts', () => {
  it.each([
    [
      'of a KPPN, with a heading, sums with points and a total',
      'Nota Konfirmasi Setoran;;;;;\nNo;Kode NTPN;Kode NTB/NTP;Kode Akun;Tanggal Setor;Nilai Rupiah\n1;09J8987HSD4567IJ;000000876564;425919;03-08-2020;5.000.000\n;Jumlah;;;;5.000.000\n',
    ],
    [
      'of the system, divided by commas',
      'ntpn,akun,tanggal_bayar,nilai\n09J8987HSD4567IJ,425919,2020-08-03,5000000.00\n',
    ],
    [
      'with the number in groups and small letters',
      'sep=|\nNTPN|Tanggal Bayar|Jumlah Setoran\n09j8 987h sd45 67ij|3-8-2020|Rp5.000.000,00\n',
    ],
  ])('%s is read', (_, content) => {
    expect([codesOf(content), receiptsOf(content)]).toEqual([[], [one]]);
  });

  it.each([
    [
      'the same row twice',
      'ntpn,tanggal_bayar,nilai\n09J8987HSD4567IJ,2020-08-03,5000000\n09J8987HSD4567IJ,2020-08-03,5000000\n',
      ['bank-file-doubled'],
    ],
    [
      'one number on two days',
      'ntpn,akun,tanggal_bayar,nilai\n09J8987HSD4567IJ,1,2020-08-03,1\n09J8987HSD4567IJ,2,2020-08-04,1\n',
      ['bank-file-doubled'],
    ],
    [
      'sen, no day and a code that is none',
      'ntpn,kode_billing,tanggal_bayar,nilai\n09J8987HSD4567IJ,12,2020-02-30,1.50\n',
      ['bank-file-amount', 'bank-file-date', 'bank-file-id'],
    ],
    [
      'a sum of nothing or below',
      'ntpn,tanggal_bayar,nilai\n09J8987HSD4567IJ,2020-08-03,0\n09J8987HSD4567IK,2020-08-03,-5\n',
      ['bank-file-amount', 'bank-file-amount'],
    ],
  ])('with %s is quarantined', (_, content, codes) => {
    expect([codesOf(content), receiptsOf(content)]).toEqual([codes, undefined]);
  });

  it.each([
    ['too short', '09J8987HSD4567I'],
    ['too long', '09J8987HSD4567IJK'],
    ['with other letters', '09J8987HSD4567Ü1'],
    ['one character again and again', '0000000000000000'],
  ])('keeps a number that is %s, and reads the rest', (_, ntpn) => {
    const { report } = read(
      `ntpn,tanggal_bayar,nilai\n${ntpn},2020-08-03,5000000\n09J8987HSD4567IJ,2020-08-03,5000000\n`,
    );
    expect(report?.receipts).toEqual([one]);
    expect(report?.kept.map(({ what }) => what.code)).toEqual(['bank-kept-ntpn']);
  });

  it('of a workbook is read', async () => {
    const sheet = await xlsxOf(
      [
        ['ntpn', 'tanggal_bayar', 'nilai'],
        ['09J8987HSD4567IJ', '2020-08-03', 5_000_000],
      ],
      'NTPN',
    );
    expect(receiptsOf(sheet)).toEqual([one]);
  });

  it('keeps a number that Excel made one of: its end is lost', async () => {
    const sheet = await xlsxOf(
      [
        ['ntpn', 'tanggal_bayar', 'nilai'],
        [1234567890123456, '2020-08-03', 5_000_000],
      ],
      'NTPN',
    );
    expect(read(sheet).report?.kept.map(({ what }) => what.code)).toEqual(['bank-kept-ntpn']);
    expect(receiptsOf(sheet)).toEqual([]);
  });
});
