/**
 * Small real files: a PDF that opens, a JPEG and a PNG that show something. Written byte by byte, so that the same
 * input gives the same bytes on every machine.
 */
import { crc32, deflateSync } from 'node:zlib';
import { seededRandom } from './random.ts';

/** A one-page PDF with one line of text for each of `lines` (letters of ASCII; others become `?`). */
export function pdfFile(lines: readonly string[]): Uint8Array {
  const shown = lines.map(
    (line) => `(${line.replace(/[^\x20-\x7e]/g, '?').replace(/[()\\]/g, '\\$&')}) Tj T*`,
  );
  const content = `BT /F1 11 Tf 15 TL 56 780 Td ${shown.join(' ')} ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  file += `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** How bright a tile is, 0 (black) to 255 (white). */
export type Shade = (column: number, row: number) => number;

/**
 * A grey baseline JPEG of tiles, each 8 × 8 pixels of one shade: only the first coefficient of every block is used,
 * so the Huffman tables are two short ones (ITU-T T.81, annexes B and F).
 */
export function jpegFile(columns: number, rows: number, shade: Shade): Uint8Array {
  // With a quantisation of 8, the first coefficient of a flat block is its brightness less 128.
  const quantisation = Buffer.alloc(65, 8).fill(0, 0, 1);
  const bits: number[] = [];
  let before = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = Math.round(shade(column, row)) - 128;
      const difference = value - before;
      before = value;
      const size = Math.abs(difference).toString(2).length * (difference === 0 ? 0 : 1);
      pushBits(bits, size, 4);
      pushBits(bits, difference < 0 ? difference + 2 ** size - 1 : difference, size);
      bits.push(0); // the end of the block
    }
  }
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [...quantisation]),
    segment(0xc0, [8, ...short(rows * 8), ...short(columns * 8), 1, 1, 0x11, 0]),
    // First coefficients: sizes 0 to 9 as codes of 4 bits each. The others: one code, of 1 bit, the end of the block.
    segment(0xc4, [0x00, 0, 0, 0, 10, ...Array<number>(12).fill(0), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), 0]),
    segment(0xda, [1, 1, 0x00, 0, 63, 0]),
    packed(bits),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A grey PNG of pixels (https://www.w3.org/TR/png-3/). */
export function pngFile(columns: number, rows: number, shade: Shade): Uint8Array {
  const pixels = Array.from({ length: rows }, (_, row) => [
    0,
    ...Array.from({ length: columns }, (__, column) => Math.round(shade(column, row))),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(pixels.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function segment(marker: number, content: readonly number[]): Buffer {
  return Buffer.from([0xff, marker, ...short(content.length + 2), ...content]);
}

function short(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function pushBits(bits: number[], value: number, count: number): void {
  for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
}

/** Bits as bytes, filled up with ones; a byte of ones is followed by a zero, lest it be taken for a marker. */
function packed(bits: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (let start = 0; start < bits.length; start += 8) {
    const eight = Array.from({ length: 8 }, (_, index) => bits[start + index] ?? 1);
    const byte = Number.parseInt(eight.join(''), 2);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return Buffer.from(bytes);
}

/** A file of the type that shows, or is varied by, the lines. */
export function fileOfType(type: string, lines: readonly string[]): { bytes: Uint8Array; ending: string } {
  const random = seededRandom(lines.join('/'));
  const shade = () => 40 + random.below(200);
  if (type === 'image/jpeg') return { bytes: jpegFile(8, 5, shade), ending: 'jpg' };
  if (type === 'image/png') return { bytes: pngFile(16, 10, shade), ending: 'png' };
  return { bytes: pdfFile(lines), ending: 'pdf' };
}
