/**
 * Tables as spreadsheets save them: CSV with whatever separator, byte order mark and line ends, or XLSX. Cells come out
 * as trimmed texts, rows as they are numbered on the screen.
 */
import { CsvError, parse } from 'csv-parse/sync';
import readXlsx from 'read-excel-file/node';
import { type Problem, problem } from '#domain/text/problem.ts';

/** Rows of cells; the first is row 1. Empty rows keep their place. */
export type Table = readonly (readonly string[])[];

/** The largest file; a directory of 5000 people takes about one megabyte. */
export const maxTableBytes = 5_000_000;

/** A table, or why there is none. */
export async function readTable(
  bytes: Uint8Array,
): Promise<{ table: Table; problems: [] } | { table?: undefined; problems: Problem[] }> {
  const fail = (...[code, facts]: [Problem['code'], Problem['facts']?]) => ({
    problems: [problem(code, '', facts)],
  });
  if (bytes.length > maxTableBytes)
    return fail('table-too-large', { bytes: bytes.length, maximum: maxTableBytes });
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) return fail('table-old-excel');
  try {
    if (startsWith(bytes, [0x50, 0x4b])) return { table: await fromXlsx(bytes), problems: [] };
    const text = decoded(bytes);
    return text === undefined ? fail('table-not-text') : { table: fromCsv(text), problems: [] };
  } catch (error) {
    return fail('table-unreadable', { detail: detailOf(error) });
  }
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

function detailOf(error: unknown): string {
  if (error instanceof CsvError) return `${error.code}, baris / line ${String(error.lines ?? '?')}`;
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}

/** The text without its byte order mark; undefined for what is neither UTF-8 nor what Excel calls Unicode text. */
function decoded(bytes: Uint8Array): string | undefined {
  const encoding = startsWith(bytes, [0xff, 0xfe]) ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fromCsv(text: string): Table {
  // Excel's own first line, which names the separator and is no row.
  const [, named, rest = text] = /^sep=([;,\t])\r?\n([\s\S]*)$/i.exec(text) ?? [];
  const rows: string[][] = parse(rest, {
    delimiter: named ?? separatorOf(rest),
    relax_column_count: true,
    skip_empty_lines: false,
  });
  return rows.map((row) => row.map((cell) => cell.trim()));
}

/** The separator that is in the first row most often, outside of quotation marks. */
function separatorOf(text: string): string {
  const firstRow = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? '';
  const bare = firstRow.replaceAll(/"(?:[^"]|"")*"/g, '');
  const count = (separator: string) => bare.split(separator).length;
  return [';', ',', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

async function fromXlsx(bytes: Uint8Array): Promise<Table> {
  const [sheet] = await readXlsx(Buffer.from(bytes));
  return (sheet?.data ?? []).map((row) => row.map(cellText));
}

/**
 * The text of a cell. A number with a fraction can only be the code of a regency, which has two digits after the point:
 * Excel shows 33.10 as 33.1.
 */
function cellText(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);
  return value === null || value === undefined ? '' : String(value).trim();
}
