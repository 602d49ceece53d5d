/**
 * The first sheet of a workbook (ECMA-376) from a stranger, as cells.
 *
 * It is read within bounds on bytes, rows, columns and depth, whatever the file says of itself. Nothing is computed: a formula is named as one, and what
 * the file says it gave is not believed. Macros, DOCTYPEs and passwords are refused.
 */
import { SaxesParser } from 'saxes';
import type { RollSheet, SheetCell } from '#domain/public-works/muster-roll-sheet.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import { BrokenZip, openZip, ZipTooLarge } from '#functions/runtime/zip.ts';

/** What a workbook may be at most, packed and unpacked. */
export interface WorkbookLimits {
  fileBytes: number;
  parts: number;
  partBytes: number;
  rows: number;
  columns: number;
  texts: number;
  textLength: number;
  depth: number;
}

/** A form for 30 workers and 20 days takes some 10 KB, unpacked some 100. */
const formLimits: WorkbookLimits = {
  fileBytes: 2 ** 20,
  parts: 500,
  partBytes: 8 * 2 ** 20,
  rows: 1000,
  columns: 400,
  texts: 20_000,
  textLength: 2000,
  depth: 40,
};

/** Why a file is not read. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  constructor(...[code, facts]: [Problem['code'], Problem['facts']?]) {
    super(code);
    this.problem = problem(code, '', facts);
  }
}

function tooLarge(maximum: number, unit: string) {
  return new Refused('roll-unpacked-too-large', { maximum, unit });
}
function broken(detail: string) {
  return new Refused('roll-not-xlsx', { detail });
}

/** Either the first sheet, or why the file is not read. */
export function readXlsx(
  bytes: Uint8Array,
  limits = formLimits,
): { sheet: RollSheet; problems: [] } | { sheet?: undefined; problems: Problem[] } {
  try {
    return { sheet: sheetOf(bytes, limits), problems: [] };
  } catch (error) {
    if (error instanceof Refused) return { problems: [error.problem] };
    if (error instanceof ZipTooLarge) return { problems: [tooLarge(limits.partBytes, 'byte').problem] };
    if (error instanceof BrokenZip) return { problems: [broken('ZIP').problem] };
    throw error;
  }
}

function sheetOf(bytes: Uint8Array, limits: WorkbookLimits): RollSheet {
  if (bytes.byteLength > limits.fileBytes)
    throw new Refused('roll-file-too-large', { bytes: bytes.byteLength, maximum: limits.fileBytes });
  const part = partsOf(bytes, limits);
  const types = part('[Content_Types].xml');
  if (types === undefined) throw broken('[Content_Types].xml');
  if (types.includes('macroEnabled')) throw new Refused('roll-has-macros');
  const { path, from1904 } = firstSheet(part, limits);
  const sheet = part(path);
  if (sheet === undefined) throw broken(path.slice(0, 60));
  const shared = part('xl/sharedStrings.xml');
  return { rows: rowsOf(sheet, shared === undefined ? [] : textsOf(shared, limits), limits), from1904 };
}

/** Reads a part by its name; undefined where there is none. */
type Part = (name: string) => string | undefined;

function partsOf(bytes: Uint8Array, limits: WorkbookLimits): Part {
  const zip = openZip(bytes, limits);
  if (zip.names.some((name) => /vbaProject\.bin$/i.test(name))) throw new Refused('roll-has-macros');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (name) => {
    const part = zip.read(name);
    try {
      return part && decoder.decode(part);
    } catch {
      throw broken(`${name.slice(0, 60)}: UTF-8`);
    }
  };
}

interface Handlers {
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/** Walks through a part's elements by their names without prefix. */
function walk(xml: string, { open, text, close }: Handlers, limits: Pick<WorkbookLimits, 'depth'>): void {
  const parser = new SaxesParser({ xmlns: true });
  let depth = 0;
  parser.on('doctype', () => {
    throw broken('DOCTYPE');
  });
  parser.on('error', () => {
    throw broken('XML');
  });
  parser.on('opentag', ({ local, attributes }) => {
    depth += 1;
    if (depth > limits.depth) throw tooLarge(limits.depth, 'XML');
    open?.(local, Object.fromEntries(Object.values(attributes).map((each) => [each.local, each.value])));
  });
  if (text !== undefined) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  parser.on('closetag', ({ local }) => {
    depth -= 1;
    close?.(local);
  });
  parser.write(xml).close();
}

/** Where the first sheet lies, by the workbook's own list, and since when it counts days. */
function firstSheet(part: Part, limits: WorkbookLimits): { path: string; from1904: boolean } {
  const workbook = part('xl/workbook.xml');
  const relations = part('xl/_rels/workbook.xml.rels');
  if (workbook === undefined || relations === undefined) throw broken('xl/workbook.xml');
  let relation: string | undefined;
  let from1904 = false;
  walk(
    workbook,
    {
      open: (name, attributes) => {
        // `r:id`; the sheet's own number is called sheetId.
        if (name === 'sheet') relation ??= attributes.id;
        if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      },
    },
    limits,
  );
  let target: string | undefined;
  walk(
    relations,
    {
      open: (name, { Id, Target }) => {
        if (name === 'Relationship' && Id === relation) target ??= Target;
      },
    },
    limits,
  );
  if (relation === undefined || target === undefined) throw broken('xl/workbook.xml');
  return { path: target.startsWith('/') ? target.slice(1) : `xl/${target}`, from1904 };
}

/** The texts that cells share; those of furigana are left out. */
function textsOf(xml: string, limits: WorkbookLimits): string[] {
  const texts: string[] = [];
  let current: string | undefined;
  let inText = false;
  let phonetic = 0;
  walk(
    xml,
    {
      open: (name) => {
        if (name === 'si') current = '';
        if (name === 'rPh') phonetic += 1;
        if (name === 't') inText = phonetic === 0;
      },
      text: (text) => {
        if (inText && current !== undefined && current.length < limits.textLength) current += text;
      },
      close: (name) => {
        if (name === 't') inText = false;
        if (name === 'rPh') phonetic -= 1;
        if (name !== 'si') return;
        if (texts.length >= limits.texts) throw tooLarge(limits.texts, 'teks / texts');
        texts.push((current ?? '').slice(0, limits.textLength));
        current = undefined;
      },
    },
    limits,
  );
  return texts;
}

/** `C12` → row 11, column 2, counted from 0. */
function placeOf(reference: string): { row: number; column: number } {
  const [, letters = '', digits = ''] = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(reference) ?? [];
  if (letters === '') throw broken('r');
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(digits) - 1, column };
}

function rowsOf(xml: string, shared: readonly string[], limits: WorkbookLimits): (SheetCell | undefined)[][] {
  const rows: (SheetCell | undefined)[][] = [];
  let row = -1;
  let column = -1;
  let cell: { type: string; text: string; formula: boolean } | undefined;
  let collecting = false;
  walk(
    xml,
    {
      open: (name, attributes) => {
        if (name === 'row') {
          row = attributes.r === undefined ? row + 1 : Number(attributes.r) - 1;
          column = -1;
        } else if (name === 'c') {
          const place =
            attributes.r === undefined
              ? { row: Math.max(row, 0), column: column + 1 }
              : placeOf(attributes.r);
          row = place.row;
          column = place.column;
          cell = { type: attributes.t ?? 'n', text: '', formula: false };
        } else if (name === 'f' && cell !== undefined) cell.formula = true;
        collecting = cell !== undefined && (name === 'v' || name === 't');
      },
      text: (text) => {
        if (collecting && cell !== undefined && cell.text.length < limits.textLength) cell.text += text;
      },
      close: (name) => {
        if (name === 'v' || name === 't') collecting = false;
        if (name !== 'c' || cell === undefined) return;
        const read = cellOf(cell, shared);
        cell = undefined;
        // Empty cells far below or to the right carry a format only.
        if (read === undefined) return;
        if (!(row >= 0 && row < limits.rows)) throw tooLarge(limits.rows, 'baris / rows');
        if (column >= limits.columns) throw tooLarge(limits.columns, 'kolom / columns');
        while (rows.length <= row) rows.push([]);
        const cells = rows[row] ?? [];
        while (cells.length <= column) cells.push(undefined);
        cells[column] = read;
      },
    },
    limits,
  );
  return rows;
}

function cellOf(
  { type, text, formula }: { type: string; text: string; formula: boolean },
  shared: readonly string[],
): SheetCell | undefined {
  if (formula) return { kind: 'formula', text: '' };
  switch (type) {
    case 's': {
      const found = shared[Number(text)];
      if (found === undefined) throw broken('sharedStrings');
      return found.trim() === '' ? undefined : { kind: 'text', text: found };
    }
    case 'b':
      return { kind: 'boolean', text: text.trim() === '1' ? 'true' : 'false' };
    case 'e':
      return { kind: 'error', text };
    case 'n':
      return text.trim() === '' ? undefined : { kind: 'number', text: text.trim() };
    default:
      // `inlineStr`, `str`, and dates as ISO texts (`d`).
      return text.trim() === '' ? undefined : { kind: 'text', text };
  }
}
