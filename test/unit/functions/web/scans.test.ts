import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxMegapixels } from '#domain/asks/documents.ts';
import { inspectScan } from '#functions/web/scans/inspect-scan.ts';
import { inspectPdf } from '#functions/web/scans/pdf-pages.ts';
import { jpegFile, pdfFile, pngFile } from '#samples/files.ts';

function latin(text: string) {
  return Buffer.from(text, 'latin1');
}
const head = '%PDF-1.7\n';

/** A page tree of as many pages, in nested nodes, with more put before the trailer. */
function tree(pages: number, more = '', trailer = '/Root 1 0 R') {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 10} 0 R`);
  const half = Math.ceil(pages / 2);
  return latin(
    [
      head,
      '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
      '2 0 obj<</Type/Pages/Count 99/Kids[3 0 R 4 0 R]>>endobj',
      `3 0 obj<</Type/Pages/Kids[${kids.slice(0, half).join(' ')}]>>endobj`,
      `4 0 obj<</Type/Pages/Kids[${kids.slice(half).join(' ')}]>>endobj`,
      ...kids.map((_, index) => `${index + 10} 0 obj<</Type/Page/Parent 3 0 R>>endobj`),
      more,
      `trailer<<${trailer}>>`,
    ].join('\n'),
  );
}

/** The same with catalogue, nodes and pages packed in an object stream, as most writers do since PDF 1.5. */
function packed(pages: number) {
  const values = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`).join(' ')}]>>`,
    ...Array.from({ length: pages }, () => '<</Type/Page/Parent 2 0 R>>'),
  ];
  let offset = 0;
  const index = values.map((value, at) => {
    const pair = `${at + 1} ${offset}`;
    offset += value.length + 1;
    return pair;
  });
  const first = `${index.join(' ')} `;
  const data = deflateSync(latin(first + values.join(' ')));
  return Buffer.concat([
    latin(
      `${head}90 0 obj<</Type/ObjStm/N ${values.length}/First ${first.length}/Length ${data.length}/Filter/FlateDecode>>stream\r\n`,
    ),
    data,
    latin(
      '\nendstream endobj\n91 0 obj<</Type/XRef/Root 1 0 R/Length 0>>stream\n\nendstream endobj\nstartxref\n9\n%%EOF',
    ),
  ]);
}

describe('the pages of a scan', () => {
  it('are counted by the page tree, in any of the forms in which writers put it', () => {
    expect(inspectPdf(Buffer.from(pdfFile(['Halaman'])))).toEqual({ pages: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), (pages) => {
        expect(inspectPdf(tree(pages))).toEqual({ pages });
        expect(inspectPdf(packed(pages))).toEqual({ pages });
      }),
      { numRuns: 20 },
    );
  });

  it('are those of the last update, whatever the first writing and the counts say', () => {
    const updated = Buffer.concat([
      tree(4),
      latin('\n4 0 obj<</Type/Pages/Kids[]>>endobj\ntrailer<</Root 1 0 R>>'),
    ]);
    expect(inspectPdf(updated)).toEqual({ pages: 2 });
    const circle = tree(2, '10 0 obj<</Type/Pages/Kids[2 0 R 10 0 R 11 0 R]>>endobj');
    expect(inspectPdf(circle)).toEqual({ pages: 1 });
  });

  it.each([
    ['a password', tree(1, '', '/Root 1 0 R/Encrypt 9 0 R'), 'encrypted'],
    ['a script', tree(1, '9 0 obj<</S/Java#53cript/JS(app.alert)>>endobj'), 'active'],
    ['a program that is started', tree(1, '9 0 obj<</Type/Action/S/Launch/F(cmd.exe)>>endobj'), 'active'],
    [
      'another file inside',
      tree(1, '9 0 obj<</Type/Filespec/F(isi.exe)/UF(isi.exe)/EF<</F 8 0 R>>>>endobj'),
      'active',
    ],
    ['no pages', tree(0), 'broken'],
    ['only its first bytes', latin(head), 'broken'],
    ['half of it', packed(9).subarray(0, 90), 'broken'],
  ])('are refused with %s', (_what, file, fault) => {
    expect(inspectPdf(file)).toEqual({ fault });
  });

  it('cost no more memory and time than the file’s size allows', () => {
    const bomb = deflateSync(Buffer.alloc(17 * 2 ** 20), { level: 1 });
    const unpacked = Buffer.concat([
      latin(`${head}1 0 obj<</Type/ObjStm/N 1/First 4/Length ${bomb.length}/Filter/FlateDecode>>stream\n`),
      bomb,
      latin('\nendstream endobj'),
    ]);
    expect(inspectPdf(unpacked)).toEqual({ fault: 'too-complex' });
    expect(inspectPdf(latin(`${head}1 0 obj${'['.repeat(5000)}`))).toEqual({ fault: 'too-complex' });
    // Each text runs to the end of the file, so that reading them all would take the square of its length.
    expect(inspectPdf(latin(head + '1 0 obj ('.repeat(60_000)))).toEqual({ fault: 'too-complex' });
  });

  it('are measured or refused whatever the bytes are', () => {
    const sound = packed(3);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(sound.length),
        (changes, end) => {
          const file = Buffer.from(sound);
          for (const [at, byte] of changes) file[at] = byte;
          const found = inspectPdf(file.subarray(0, end));
          expect('pages' in found ? found.pages > 0 : found.fault !== undefined).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a picture', () => {
  const shade = () => 200;
  it('is one page, unless its head states more pixels than any telephone takes', () => {
    const jpeg = Buffer.from(jpegFile(4, 3, shade));
    const png = Buffer.from(pngFile(4, 3, shade));
    expect(inspectScan(jpeg, 'image/jpeg')).toEqual({ pages: 1 });
    expect(inspectScan(png, 'image/png')).toEqual({ pages: 1 });
    const side = Math.ceil(Math.sqrt(maxMegapixels * 1e6)) + 1;
    png.writeUInt32BE(side, 16);
    png.writeUInt32BE(side, 20);
    expect(inspectScan(png, 'image/png')).toEqual({ fault: 'too-many-pixels' });
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_535, frame + 5);
    jpeg.writeUInt16BE(65_535, frame + 7);
    expect(inspectScan(jpeg, 'image/jpeg')).toEqual({ fault: 'too-many-pixels' });
  });

  it('that states no size is broken', () => {
    for (const bytes of [
      [0xff, 0xd8, 0xff, 0xda],
      [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0],
      [0xff, 0xd8],
    ])
      expect(inspectScan(Buffer.from(bytes), 'image/jpeg')).toEqual({ fault: 'broken' });
    expect(inspectScan(Buffer.from(pngFile(1, 1, shade)).subarray(0, 20), 'image/png')).toEqual({
      fault: 'broken',
    });
  });
});
