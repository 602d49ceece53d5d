import { readSheet } from 'read-excel-file/node';
import { describe, expect, test } from 'vitest';
import { csvOf, xlsxOf } from '#cli/spreadsheet.ts';

const hostile = "=cmd|' /C calc'!A0";

describe('a table', () => {
  test('as CSV runs nothing, quotes what it must, and leaves amounts as numbers', () => {
    expect(
      csvOf([
        ['nama', 'jumlah'],
        [hostile, -5],
        ['Maju, "Jaya"', 40_000_000],
      ]),
    ).toBe(`\uFEFFnama,jumlah\r\n'${hostile},-5\r\n"Maju, ""Jaya""",40000000\r\n`);
  });

  test.each(['=1+1', '+62812', '-5', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1+1', '＋1', '－1', '＠x'])(
    'as CSV keeps %j from being run',
    (text) => {
      expect(csvOf([[text]])).toMatch(/^\uFEFF"?'/);
    },
  );

  test('as XLSX is read back as it was, texts as texts', async () => {
    const bytes = await xlsxOf(
      [
        ['nama', 'jumlah'],
        [hostile, 40_000_000],
      ],
      'Buku besar',
    );
    expect(await readSheet(bytes)).toEqual([
      ['nama', 'jumlah'],
      [hostile, 40_000_000],
    ]);
  });
});
