/** The sheet that papers are drawn on: A4, its margins and letters, and the few strokes that the layout needs. */
import PDFDocument from 'pdfkit';
import { fonts } from '#functions/payment/drafts/fonts.ts';
import { contentName, type Paper } from '#functions/payment/drafts/paper.ts';
import { printable } from '#functions/payment/drafts/printable.ts';

/** In points. The foot of every page holds the QR code and the page's number. */
export const margins = { top: 50, left: 68, right: 56, bottom: 98 } as const;

/** Sizes of letters, and room between lines and below blocks, in points. */
const densities = {
  usual: { body: 11, table: 9.5, note: 7.5, lineGap: 1.5, gap: 7 },
  /** For a paper that would otherwise end in a page with little more than signatures. */
  close: { body: 10, table: 9, note: 7.5, lineGap: 0.5, gap: 4.5 },
} as const;
export type Density = keyof typeof densities;

type Weight = 'regular' | 'bold';
type Align = 'left' | 'center' | 'right' | 'justify';

export interface TextStyle {
  weight?: Weight;
  size?: number;
  align?: Align;
  /** From the left edge of the paper; by default the left margin. */
  x?: number;
  width?: number;
}

/** @param content what was hashed; it lies in the file, so that anyone can hash it again */
export function openSheet(paper: Paper, content: string, density: Density) {
  const sizes = densities[density];
  const { regular, bold } = fonts();
  const made = new Date(`${paper.date}T00:00:00Z`);
  const document = new PDFDocument({
    size: 'A4',
    margins,
    bufferPages: true,
    lang: 'id-ID',
    displayTitle: true,
    pdfVersion: '1.7',
    // Nothing here depends on the clock: drafted again, the file is the same to the byte.
    info: {
      Title: `${paper.title.join(' ')} ${paper.number}`,
      Author: 'Jaring',
      CreationDate: made,
      ModDate: made,
    },
    // None by itself: it would look for the metrics of Helvetica, which no bundle has.
    font: '',
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  // pdfkit takes fonts that fontkit has parsed already; its types do not say so.
  document.registerFont('regular', regular as unknown as string);
  document.registerFont('bold', bold as unknown as string);
  const known = new Map<number, boolean>();
  const has = (codePoint: number): boolean => {
    const found =
      known.get(codePoint) ?? [regular, bold].every((font) => font.hasGlyphForCodePoint(codePoint));
    known.set(codePoint, found);
    return found;
  };
  document.file(Buffer.from(content, 'utf8'), {
    name: contentName,
    type: 'application/json',
    description: 'Isi dokumen; SHA-256-nya tercantum dalam kode QR',
    creationDate: made,
    modifiedDate: made,
  });

  const left = margins.left;
  const width = document.page.width - margins.left - margins.right;
  const floor = document.page.height - margins.bottom;

  const use = ({ weight = 'regular', size = sizes.body }: TextStyle) => document.font(weight).fontSize(size);

  const heightOf = (text: string, style: TextStyle = {}): number =>
    use(style).heightOfString(printable(text, has) || ' ', {
      width: style.width ?? width,
      lineGap: sizes.lineGap,
    });

  return {
    document,
    left,
    width,
    sizes,
    /** The lowest point that the body may reach. */
    floor,
    heightOf,
    widthOf: (text: string, style: TextStyle = {}): number => use(style).widthOfString(printable(text, has)),

    /** Writes at the height `y`, and gives the height below it. What does not fit continues on the next page. */
    write: (text: string, y: number, style: TextStyle = {}): number => {
      use(style).text(printable(text, has) || ' ', style.x ?? left, y, {
        width: style.width ?? width,
        align: style.align ?? 'left',
        lineGap: sizes.lineGap,
      });
      return document.y;
    },

    line: (x: number, y: number, toX: number, toY: number, thickness = 0.5) => {
      document.lineWidth(thickness).moveTo(x, y).lineTo(toX, toY).stroke();
    },

    frame: (x: number, y: number, frameWidth: number, height: number) => {
      document.lineWidth(0.5).rect(x, y, frameWidth, height).stroke();
    },

    /** A new page. @returns the height at which it begins */
    turn: (): number => {
      document.addPage();
      return margins.top;
    },

    /** Ends the document. @returns the file */
    close: async (): Promise<Buffer> => {
      document.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
}

export type Sheet = ReturnType<typeof openSheet>;
