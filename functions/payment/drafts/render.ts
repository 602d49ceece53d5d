/** A paper as PDF: letterhead, title, number, body, and on every page the QR code and the page's number. */
import { encode } from 'uqr';
import { drawBlock, roomAfter } from '#functions/payment/drafts/blocks.ts';
import { contentOf, type Paper, qrText, sha256 } from '#functions/payment/drafts/paper.ts';
import { type Density, margins, openSheet, type Sheet } from '#functions/payment/drafts/sheet.ts';

/**
 * The same paper gives the same bytes. Signatures on a page with little above them could be put under anything, and are
 * an extra page to scan: a paper that would end so is drawn more closely, if that saves the page.
 */
export async function renderPaper(paper: Paper): Promise<Buffer> {
  const usual = drawPaper(paper, 'usual');
  if (usual.pages > 1 && usual.endsAt < usual.sheet.floor / 2) {
    const close = drawPaper(paper, 'close');
    if (close.pages < usual.pages) return close.sheet.close();
  }
  return usual.sheet.close();
}

function drawPaper(paper: Paper, density: Density): { sheet: Sheet; pages: number; endsAt: number } {
  const content = contentOf(paper);
  const sheet = openSheet(paper, content, density);
  let y = drawHead(sheet, paper);
  for (const [index, block] of paper.blocks.entries())
    y = drawBlock(sheet, block, y, roomAfter(sheet, paper.blocks, index));
  drawFeet(sheet, paper, sha256(content));
  return { sheet, pages: sheet.document.bufferedPageRange().count, endsAt: y };
}

function drawHead(sheet: Sheet, { letterhead, title, number, numberLabel = 'Nomor' }: Paper): number {
  const [name, ...lines] = letterhead;
  let y = sheet.write(name, margins.top, { weight: 'bold', size: 14, align: 'center' });
  for (const text of lines) y = sheet.write(text, y, { size: 10.5, align: 'center' });
  y += 5;
  sheet.line(sheet.left, y, sheet.left + sheet.width, y, 2);
  sheet.line(sheet.left, y + 2.5, sheet.left + sheet.width, y + 2.5);
  y += 18;
  for (const text of title) y = sheet.write(text, y, { weight: 'bold', size: 12.5, align: 'center' });
  return sheet.write(`${numberLabel}: ${number}`, y + 1, { align: 'center' }) + 14;
}

/** A side of the QR code in points, its quiet zone included: about 23 mm. */
const qrSide = 66;

function drawFeet(sheet: Sheet, paper: Paper, hash: string): void {
  const { document } = sheet;
  const { count } = document.bufferedPageRange();
  const text = qrText(paper);
  const top = document.page.height - margins.bottom + 12;
  const textLeft = sheet.left + qrSide + 4;
  const width = sheet.width - qrSide - 4;
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page);
    // The foot lies in the margin, where writing would otherwise begin a new page.
    document.page.margins.bottom = 0;
    sheet.line(sheet.left, top - 4, sheet.left + sheet.width, top - 4);
    drawQr(sheet, text, sheet.left - 6, top);
    const style = { x: textLeft, width, size: sheet.sizes.note };
    let y = sheet.write(`${paper.title[0]} – ${paper.number}`, top + 6, style);
    y = sheet.write(`SHA-256 isi: ${hash}`, y, style);
    y = sheet.write(
      'Disusun oleh Jaring dari catatan program; berlaku sesudah ditandatangani. Isi yang dihitung terlampir dalam berkas ini (isi.json).',
      y,
      style,
    );
    sheet.write(`Halaman ${page + 1} dari ${count}`, y + 2, { ...style, align: 'right' });
    document.page.margins.bottom = margins.bottom;
  }
}

/** Dark modules as one filled shape, with the quiet zone of four modules that scanners need (ISO/IEC 18004). */
function drawQr({ document }: Sheet, text: string, x: number, y: number): void {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const module = qrSide / size;
  for (const [row, modules] of data.entries())
    for (const [column, dark] of modules.entries())
      if (dark) document.rect(x + column * module, y + row * module, module, module);
  document.fill('#000');
}
