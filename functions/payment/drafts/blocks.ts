/** How each piece of a paper's body is drawn: it takes the height where it begins and gives the height below it. */
import type { Block, Signature } from '#functions/payment/drafts/paper.ts';
import type { Sheet } from '#functions/payment/drafts/sheet.ts';

type BlockOf<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

/** A line of the body. */
const line = 15;

/** On this page, if so much room is left, and else on the next. */
function withRoom(sheet: Sheet, y: number, height: number): number {
  return y + height > sheet.floor ? sheet.turn() : y;
}

/** @param before how much room what follows wants to have on the same page; see `roomAfter` */
export function drawBlock(sheet: Sheet, block: Block, y: number, before: number): number {
  switch (block.kind) {
    case 'heading': {
      // A heading alone at the foot of a page leads nowhere.
      const style = { weight: 'bold', align: 'center' } as const;
      const at = withRoom(sheet, y + 4, sheet.heightOf(block.text, style) + sheet.sizes.gap + before);
      return sheet.write(block.text, at, style) + sheet.sizes.gap - 2;
    }
    case 'paragraph': {
      const height = sheet.heightOf(block.text);
      const at = withRoom(
        sheet,
        y,
        before > 0 ? height + sheet.sizes.gap + before : Math.min(height, 2 * line),
      );
      return sheet.write(block.text, at, { align: 'justify' }) + sheet.sizes.gap;
    }
    case 'list':
      return drawList(sheet, block, y, before);
    case 'facts':
      return drawFacts(sheet, block, y, before);
    case 'table':
      return drawTable(sheet, block, y, before);
    case 'sum': {
      const style = { weight: 'bold', size: 14 } as const;
      const width = Math.min(sheet.width, sheet.widthOf(block.text, style) + 40);
      const at = withRoom(sheet, y + 6, 34 + before);
      sheet.frame(sheet.left, at, width, 30);
      sheet.write(block.text, at + 7, { ...style, align: 'center', width });
      return at + 30 + sheet.sizes.gap;
    }
    case 'signatures':
      return drawSignatures(sheet, block, withRoom(sheet, y, signaturesHeight(sheet, block)));
  }
}

/**
 * How much room a block needs below it on its page. Signatures on a page of their own could be put under anything, so
 * what stands above them goes with them; a heading goes with what it heads.
 */
export function roomAfter(sheet: Sheet, blocks: readonly Block[], index: number): number {
  const next = blocks[index + 1];
  if (next?.kind === 'signatures') return signaturesHeight(sheet, next);
  if (blocks[index]?.kind !== 'heading') return 0;
  return next?.kind === 'paragraph'
    ? Math.min(sheet.heightOf(next.text), 4 * line) + sheet.sizes.gap + roomAfter(sheet, blocks, index + 1)
    : 3 * line;
}

function drawList(sheet: Sheet, { items }: BlockOf<'list'>, from: number, before: number): number {
  const indent = 22;
  const style = { x: sheet.left + indent, width: sheet.width - indent, align: 'justify' } as const;
  let y = from;
  for (const [index, item] of items.entries()) {
    const last = index === items.length - 1;
    y = withRoom(
      sheet,
      y,
      Math.min(sheet.heightOf(item, style), 2 * line) + (last ? sheet.sizes.gap + before : 0),
    );
    sheet.write(`${index + 1}.`, y, { width: indent });
    y = sheet.write(item, y, style) + 2;
  }
  return y + sheet.sizes.gap - 2;
}

function drawFacts(sheet: Sheet, { rows }: BlockOf<'facts'>, from: number, before: number): number {
  const labelWidth = 132;
  const style = { x: sheet.left + labelWidth + 10, width: sheet.width - labelWidth - 10 };
  let y = from;
  for (const [index, [label, value]] of rows.entries()) {
    const height = sheet.heightOf(value, style);
    const last = index === rows.length - 1 && before > 0;
    y = withRoom(sheet, y, last ? height + sheet.sizes.gap + before : Math.min(height, 2 * line));
    sheet.write(label, y, { width: labelWidth });
    sheet.write(':', y, { x: sheet.left + labelWidth, width: 10 });
    y = sheet.write(value, y, style) + 1.5;
  }
  return y + sheet.sizes.gap - 1.5;
}

const cell = { x: 4, y: 2.5 };

function drawTable(
  sheet: Sheet,
  { columns, rows, total }: BlockOf<'table'>,
  from: number,
  before: number,
): number {
  const weights = columns.reduce((sum, { weight }) => sum + weight, 0);
  const widths = columns.map(({ weight }) => (weight / weights) * sheet.width);
  const edges = widths.map((_, index) =>
    widths.slice(0, index).reduce((sum, width) => sum + width, sheet.left),
  );
  const styleOf = (index: number, weight: 'regular' | 'bold') => ({
    size: sheet.sizes.table,
    weight,
    x: (edges[index] ?? sheet.left) + cell.x,
    width: (widths[index] ?? sheet.width) - 2 * cell.x,
    align: columns[index]?.amount ? ('right' as const) : ('left' as const),
  });
  const heightOf = (cells: readonly string[], weight: 'regular' | 'bold') =>
    Math.max(...cells.map((text, index) => sheet.heightOf(text, styleOf(index, weight)))) + 2 * cell.y;
  const draw = (cells: readonly string[], y: number, weight: 'regular' | 'bold', centred = false): number => {
    const height = heightOf(cells, weight);
    for (const [index, text] of cells.entries()) {
      sheet.frame(edges[index] ?? sheet.left, y, widths[index] ?? sheet.width, height);
      const style = styleOf(index, weight);
      sheet.write(text, y + cell.y, centred ? { ...style, align: 'center' } : style);
    }
    return y + height;
  };
  const titles = columns.map(({ title }) => title);
  const head = (y: number) => draw(titles, y, 'bold', true);
  const lines = [
    ...rows.map((cells) => ({ cells, weight: 'regular' as const })),
    ...(total === undefined ? [] : [{ cells: total, weight: 'bold' as const }]),
  ];
  const first = lines[0];
  let y = head(
    withRoom(sheet, from, heightOf(titles, 'bold') + (first ? heightOf(first.cells, first.weight) : 0)),
  );
  for (const [index, { cells, weight }] of lines.entries()) {
    // What goes with the signatures below is more than one row.
    const rest = before > 0 && index >= lines.length - 2 ? lines.slice(index) : [];
    const room =
      rest.length === 0
        ? heightOf(cells, weight)
        : rest.reduce((sum, each) => sum + heightOf(each.cells, each.weight), sheet.sizes.gap + 2 + before);
    if (y + room > sheet.floor) y = head(sheet.turn());
    y = draw(cells, y, weight);
  }
  return y + sheet.sizes.gap + 2;
}

/** For the hand; a revenue stamp has room in it. */
const spaceToSign = 54;
const noName = '(..........................................)';

function pairs(who: readonly Signature[]): (readonly Signature[])[] {
  return who.length === 0 ? [] : [who.slice(0, 2), ...pairs(who.slice(2))];
}

function halfWidth(sheet: Sheet) {
  return sheet.width / 2 - 12;
}

function blockHeight(sheet: Sheet, { capacity, name, below }: Signature): number {
  const width = halfWidth(sheet);
  return (
    sheet.heightOf(capacity, { width }) +
    spaceToSign +
    sheet.heightOf(name ?? noName, { width, weight: 'bold' }) +
    (below === undefined ? 0 : sheet.heightOf(below, { width }))
  );
}

function signaturesHeight(sheet: Sheet, { dated, who }: BlockOf<'signatures'>): number {
  return pairs(who).reduce(
    (sum, pair) => sum + Math.max(...pair.map((each) => blockHeight(sheet, each))) + sheet.sizes.gap,
    sheet.heightOf(dated, { width: halfWidth(sheet) }) + sheet.sizes.gap + 2,
  );
}

function drawSignatures(sheet: Sheet, { dated, who }: BlockOf<'signatures'>, from: number): number {
  const width = halfWidth(sheet);
  const right = sheet.left + sheet.width / 2 + 12;
  let y = sheet.write(dated, from + sheet.sizes.gap, { x: right, width, align: 'center' }) + 2;
  for (const pair of pairs(who)) {
    const capacities = Math.max(...pair.map(({ capacity }) => sheet.heightOf(capacity, { width })));
    const names = Math.max(
      ...pair.map(({ name }) => sheet.heightOf(name ?? noName, { width, weight: 'bold' })),
    );
    let lowest = y;
    for (const [index, { capacity, name, below, stamped }] of pair.entries()) {
      // One alone signs on the right.
      const x = pair.length === 1 || index === 1 ? right : sheet.left;
      const centred = { x, width, align: 'center' } as const;
      sheet.write(capacity, y, centred);
      const space = y + capacities;
      if (stamped === true) {
        sheet.frame(x + 8, space + 7, 62, 40);
        const small = { ...centred, x: x + 8, width: 62, size: sheet.sizes.note };
        sheet.write('secukupnya', sheet.write('Meterai', space + 16, small), small);
      }
      sheet.write(name ?? noName, space + spaceToSign, { ...centred, weight: 'bold' });
      const end =
        below === undefined
          ? space + spaceToSign + names
          : sheet.write(below, space + spaceToSign + names, centred);
      lowest = Math.max(lowest, end);
    }
    y = lowest + sheet.sizes.gap;
  }
  return y;
}
