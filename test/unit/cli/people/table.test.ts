import { describe, expect, test } from 'vitest';
import { maxTableBytes, readTable } from '#cli/people/table.ts';
import { xlsxOf } from './xlsx.ts';

function bytes(text: string) {
  return new TextEncoder().encode(text);
}
async function tableOf(text: string) {
  return (await readTable(bytes(text))).table;
}
const rows = [
  ['id', 'nama', 'jabatan'],
  ['ani', 'Ani', 'ppk: 33, 34'],
];

describe('a table', () => {
  test.each([
    ['commas', 'id,nama,jabatan\nani,Ani,"ppk: 33, 34"\n'],
    ['semicolons, in which commas need no quotation marks', 'id;nama;jabatan\nani;Ani;ppk: 33, 34\n'],
    ['tabs', 'id\tnama\tjabatan\nani\tAni\tppk: 33, 34\n'],
    ['a byte order mark and CRLF', '\uFEFFid;nama;jabatan\r\nani;Ani;ppk: 33, 34\r\n'],
    ['Excel’s line that names the separator', 'sep=;\r\nid;nama;jabatan\r\nani;Ani;ppk: 33, 34\r\n'],
    ['spaces around cells', ' id ; nama ;jabatan\n ani ;Ani ; ppk: 33, 34 \n'],
    ['a separator inside of a quoted heading', '"id";"nama";"jabatan"\nani;Ani;ppk: 33, 34'],
  ])('is read with %s', async (_, text) => {
    expect(await tableOf(text)).toEqual(rows);
  });

  test('is read as Excel’s Unicode text', async () => {
    const text = '\uFEFFid\tnama\tjabatan\r\nani\tAni\tppk: 33, 34';
    expect((await readTable(Buffer.from(text, 'utf16le'))).table).toEqual(rows);
  });

  test('keeps quotation marks, lines within cells, and the places of empty rows', async () => {
    expect(await tableOf('id,nama\n\n"a","Ani ""Kecil""\nbaris dua"\n')).toEqual([
      ['id', 'nama'],
      [''],
      ['a', 'Ani "Kecil"\nbaris dua'],
    ]);
  });

  test('is read from a workbook, with the places of empty rows and what Excel makes of numbers', async () => {
    const workbook = xlsxOf([
      ['id', 'wilayah', 'telepon'],
      [],
      ['ani', 33.1, 81_210_000_001],
      ['budi & <co>', 33, ''],
    ]);
    expect((await readTable(workbook)).table).toEqual([
      ['id', 'wilayah', 'telepon'],
      ['', '', ''],
      ['ani', '33.10', '81210000001'],
      ['budi & <co>', '33', ''],
    ]);
  });

  test.each([
    ['is not UTF-8', Uint8Array.from([0x69, 0x64, 0x0a, 0xe9, 0x0a]), 'table-not-text'],
    ['is an old Excel file', Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'table-old-excel'],
    ['is an archive of something else', bytes('PK\x03\x04 nothing'), 'table-unreadable'],
    ['has a quotation mark that does not end', bytes('id,nama\n"ani,Ani\n'), 'table-unreadable'],
    ['is too large', new Uint8Array(maxTableBytes + 1), 'table-too-large'],
  ])('that %s is refused', async (_, content, code) => {
    const { table, problems } = await readTable(content);
    expect(table).toBeUndefined();
    expect(problems.map((each) => each.code)).toEqual([code]);
  });
});
