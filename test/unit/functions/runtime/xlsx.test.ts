import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { readXlsx } from '#functions/runtime/xlsx.ts';

function code(file: Uint8Array) {
  return readXlsx(file).problems.map((each) => each.code);
}

/** An archive of parts, with the sizes that the test states. */
function zip(
  parts: Record<string, string | Buffer>,
  lie: { bytes?: number; flags?: number; method?: number } = {},
): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(lie.flags ?? 0, 8);
    entry.writeUInt16LE(lie.method ?? 8, 10);
    entry.writeUInt32LE(crc32(plain), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(lie.bytes ?? plain.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), packed);
    entries.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
/** The parts of a workbook whose first sheet has these rows. */
function workbook(rows: string, more: Record<string, string | Buffer> = {}) {
  return {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook xmlns="${spreadsheet}" xmlns:r="${relations}"><sheets><sheet name="Daftar Hadir" sheetId="7" r:id="rId3"/><sheet name="B" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/other.xml"/><Relationship Id="rId3" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${spreadsheet}"><sheetData>${rows}</sheetData></worksheet>`,
    ...more,
  };
}

describe('a workbook', () => {
  test('as a spreadsheet library writes it is read cell by cell', async () => {
    const file = await writeExcelFile(
      [
        [
          { value: 'No', type: String },
          { value: 'Nama & <x>', type: String },
        ],
        [{ value: 1, type: Number }, null, { value: true, type: Boolean }],
      ],
      { sheet: 'Daftar Hadir' },
    ).toBuffer();
    expect(readXlsx(file)).toEqual({
      problems: [],
      sheet: {
        from1904: false,
        rows: [
          [
            { kind: 'text', text: 'No' },
            { kind: 'text', text: 'Nama & <x>' },
          ],
          [{ kind: 'number', text: '1' }, undefined, { kind: 'boolean', text: 'true' }],
        ],
      },
    });
  });

  test('gives numbers as written, formulas and errors by name, holes as such, and the first sheet only', () => {
    const rows =
      '<row r="2"><c r="B2"><v>1E7</v></c><c r="D2" t="str"><f>A1</f><v>9</v></c><c t="e"><v>#REF!</v></c></row>' +
      '<row><c t="inlineStr"><is><r><t>dua</t></r><r><t> kata</t></r></is></c><c t="s"><v>0</v></c></row>';
    const { sheet } = readXlsx(
      zip(
        workbook(rows, {
          'xl/sharedStrings.xml': '<sst><si><t>bersama</t><rPh><t>x</t></rPh></si></sst>',
          'xl/worksheets/other.xml': '<worksheet',
        }),
      ),
    );
    expect(sheet?.rows).toEqual([
      [],
      [
        undefined,
        { kind: 'number', text: '1E7' },
        undefined,
        { kind: 'formula', text: '' },
        { kind: 'error', text: '#REF!' },
      ],
      [
        { kind: 'text', text: 'dua kata' },
        { kind: 'text', text: 'bersama' },
      ],
    ]);
  });
});

describe('a file that is not to be trusted', () => {
  const row = '<row><c><v>1</v></c></row>';
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'roll-not-xlsx'],
    ['a few bytes', Buffer.from('PK\u0003\u0004'), 'roll-not-xlsx'],
    ['an archive of something else', zip({ 'a.txt': 'x' }), 'roll-not-xlsx'],
    ['macros', zip(workbook(row, { 'xl/vbaProject.bin': 'x' })), 'roll-has-macros'],
    [
      'the type of macros',
      zip(
        workbook(row, {
          '[Content_Types].xml':
            '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
        }),
      ),
      'roll-has-macros',
    ],
    ['a password', zip(workbook(row), { flags: 1 }), 'roll-not-xlsx'],
    ['a method that workbooks do not use', zip(workbook(row), { method: 12 }), 'roll-not-xlsx'],
    ['a size that is stated wrongly', zip(workbook(row), { bytes: 10 }), 'roll-not-xlsx'],
    ['entities', zip(workbook('&lol;', {}), {}), 'roll-not-xlsx'],
    [
      'a DOCTYPE',
      zip(workbook(row, { 'xl/worksheets/sheet1.xml': '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>' })),
      'roll-not-xlsx',
    ],
    ['a cell in row 5000', zip(workbook('<row r="5000"><c><v>1</v></c></row>')), 'roll-unpacked-too-large'],
    ['a cell in row 1e9', zip(workbook('<row r="1e9"><c><v>1</v></c></row>')), 'roll-unpacked-too-large'],
    ['a cell in column XFD', zip(workbook('<row><c r="XFD1"><v>1</v></c></row>')), 'roll-unpacked-too-large'],
    ['too deep a nesting', zip(workbook('<a>'.repeat(100))), 'roll-unpacked-too-large'],
    [
      'letters that are no UTF-8',
      zip(workbook(row, { 'xl/worksheets/sheet1.xml': Buffer.from([0x3c, 0xff, 0xfe]) })),
      'roll-not-xlsx',
    ],
    [
      'too many parts',
      zip(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`p${index}`, '']))),
      'roll-unpacked-too-large',
    ],
    ['more bytes than any roll has', Buffer.alloc(2 ** 20 + 1), 'roll-file-too-large'],
  ])('with %s is refused by name', (_what, file, expected) => {
    expect(code(file)).toEqual([expected]);
  });

  describe('and is a bomb', () => {
    const bomb = Buffer.alloc(12 * 2 ** 20, 0x20);
    let honest: Buffer;
    let lying: Buffer;
    beforeAll(() => {
      honest = zip(workbook(row, { 'xl/worksheets/sheet1.xml': bomb }));
      lying = zip(workbook(row, { 'xl/worksheets/sheet1.xml': bomb }), { bytes: 100 });
    });
    test('is refused before it is unpacked, or as soon as it outgrows what it said', () => {
      expect(code(honest)).toEqual(['roll-unpacked-too-large']);
      const before = process.memoryUsage().arrayBuffers;
      expect(code(lying)).toEqual(['roll-not-xlsx']);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 2 ** 20);
    });
  });

  test('is refused and never fails, wherever it is cut or altered', () => {
    const sound = zip(workbook(row));
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const file = cut ? sound.subarray(0, at) : Buffer.from(sound);
        if (!cut) file[at] = byte;
        const { sheet, problems } = readXlsx(file);
        expect(sheet === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 150 },
    );
  });
});
