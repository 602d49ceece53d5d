/**
 * Indonesia's administrative regions, by their Kemendagri codes: province `33`, regency `33.02`, district
 * `33.02.15`, village `33.02.15.2003`. Codes without dots are accepted wherever a code is read.
 *
 * The directory keeps the CSV texts as they are and finds a code by binary search, because a cold Lambda would
 * otherwise spend its first moments building 90,000 objects of which it needs four.
 */
import * as z from 'zod';

/** A region code without surprises: 2, 4, 6 or 10 digits, dotted or not; read into the dotted form. */
export const regionCodeSchema = z
  .string()
  .transform((text, context) => {
    const code = dottedCode(text);
    if (code === undefined) {
      context.issues.push({ code: 'custom', input: text, params: { problem: 'region-code-malformed' } });
      return z.NEVER;
    }
    return code;
  })
  .brand<'RegionCode'>();

/** The levels of a region code, from the country down. */
export type RegionLevel = 'province' | 'regency' | 'district' | 'village';

/** The four CSV texts of the package `idn-area-data`, each with a header line and sorted by code. */
export interface RegionTexts {
  readonly provinces: string;
  readonly regencies: string;
  readonly districts: string;
  readonly villages: string;
}

/** What is known of Indonesia's regions. */
export interface RegionDirectory {
  /** Whether the code names a region of today (retired codes do not). Accepts codes with and without dots. */
  has(code: string): boolean;
  /** The official name of the region, if the code is known: `BANYUMAS`, `Karangtengah`. */
  name(code: string): string | undefined;
  /** The regions that hold this one, widest first and itself last; only those known. */
  parents(code: string): { level: RegionLevel; code: string; name: string }[];
}

/** The code with dots (`3302152003` → `33.02.15.2003`), or nothing if it cannot be a region code. */
export function dottedCode(text: string): string | undefined {
  const digits = /^\d{2}(\.?\d{2}(\.?\d{2}(\.?\d{4})?)?)?$/.test(text) ? text.replaceAll('.', '') : '';
  if (digits === '') return undefined;
  const cut = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6), digits.slice(6, 10)];
  return cut.filter((part) => part !== '').join('.');
}

/** The level of a dotted code. */
export function levelOf(code: string): RegionLevel {
  const levels = ['province', 'regency', 'district', 'village'] as const;
  return levels[code.split('.').length - 1] ?? 'village';
}

/** The province code of any region code: `33.02.15.2003` → `33`. */
export function provinceOf(code: string): string {
  return code.slice(0, 2);
}

/** The regency code of any region code below a province: `33.02.15.2003` → `33.02`. */
export function regencyOf(code: string): string {
  return (dottedCode(code) ?? code).slice(0, 5);
}

const textOf = {
  province: 'provinces',
  regency: 'regencies',
  district: 'districts',
  village: 'villages',
} as const satisfies Record<RegionLevel, keyof RegionTexts>;

/** A directory over the CSV texts; none is asked for or parsed until a code of its level is looked up. */
export function regionDirectory(texts: RegionTexts): RegionDirectory {
  const name = (text: string): string | undefined => {
    const code = dottedCode(text);
    return code === undefined ? undefined : findName(texts[textOf[levelOf(code)]], code);
  };
  return {
    has: (code) => name(code) !== undefined,
    name,
    parents(text) {
      const parts = (dottedCode(text) ?? '').split('.');
      return parts.flatMap((_, index) => {
        const code = parts.slice(0, index + 1).join('.');
        const found = name(code);
        return found === undefined ? [] : [{ level: levelOf(code), code, name: found }];
      });
    },
  };
}

/** Binary search over the lines of a CSV whose first field is the sorted code and whose last is the name. */
function findName(text: string, code: string): string | undefined {
  let low = text.indexOf('\n') + 1;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = Math.max(low, text.lastIndexOf('\n', middle - 1) + 1);
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const line = text.slice(start, end).trimEnd();
    const found = line.slice(0, line.indexOf(','));
    if (found === code) return nameIn(line);
    if (found < code) low = end + 1;
    else high = start;
  }
  return undefined;
}

/** The last field of a line; the only field that may hold commas is the name, and then it is quoted. */
function nameIn(line: string): string {
  const codes = /^[\d.]+,(?:[\d.]+,)?/.exec(line)?.[0].length ?? 0;
  const name = line.slice(codes);
  return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}
