/**
 * Schemas for what a form sends: text in, typed values out. Each also accepts its own output, so that a stored answer
 * can be read by the schema that made it.
 */
import * as z from 'zod';
import { rupiahSchema } from '../money/rupiah.ts';
import { paragraphSchema, textSchema } from '../packet/packet.ts';
import type { ProblemCode } from '../text/problem.ts';

/** An empty field counts as absent. */
function emptyAsAbsent(value: unknown): unknown {
  return typeof value === 'string' && value.trim() === '' ? undefined : value;
}

/** One line of text. */
export function textField(maximum: number) {
  return z.preprocess(emptyAsAbsent, textSchema(maximum));
}

export function optionalTextField(maximum: number) {
  return z.preprocess(emptyAsAbsent, textSchema(maximum).optional());
}

function optionalParagraphField(maximum: number) {
  return z.preprocess(emptyAsAbsent, paragraphSchema(maximum).optional());
}

/** A note with an answer. */
export const noteAnswer = optionalParagraphField(2000);

/** A reason for a decision: its absence is reported as such. */
export function reasonField() {
  return z.preprocess(
    (value) => emptyAsAbsent(value) ?? '',
    z
      .string()
      .refine((text) => text !== '', { params: { problem: 'reason-missing' }, abort: true })
      .pipe(paragraphSchema(2000)),
  );
}

/** A date, `yyyy-mm-dd` as browsers send it, or `dd-mm-yyyy` / `dd/mm/yyyy` as people write it. */
export function dateField() {
  return z.preprocess((value) => {
    const text = emptyAsAbsent(value);
    if (typeof text !== 'string') return text;
    const written = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/.exec(text.trim());
    if (written === null) return text.trim();
    const [, day = '', month = '', year = ''] = written;
    return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  }, z.iso.date());
}

/** A whole number within limits. */
export function wholeField(minimum: number, maximum: number) {
  return z.preprocess(numberOf('field-not-a-number'), z.int().min(minimum).max(maximum));
}

export function optionalWholeField(minimum: number, maximum: number) {
  return z.preprocess(numberOf('field-not-a-number'), z.int().min(minimum).max(maximum).optional());
}

/** A number with a fraction, with a point or a comma, within limits. */
function optionalDecimalField(minimum: number, maximum: number) {
  return z.preprocess(numberOf('field-not-a-number'), z.number().min(minimum).max(maximum).optional());
}

/** Where a person was, in degrees. */
export const positionAnswer = {
  latitude: optionalDecimalField(-90, 90),
  longitude: optionalDecimalField(-180, 180),
};

/** Rupiah, plain (`40000000`) or as people write it (`Rp 40.000.000`, `Rp40.000.000,00`). */
export function rupiahField() {
  return z.preprocess((value, context) => {
    const text = emptyAsAbsent(value);
    if (typeof text !== 'string') return text;
    const written = /^(?:Rp\.?\s*)?(\d+|\d{1,3}(?:\.\d{3})+)(?:,00|,-)?$/i.exec(text.trim());
    if (written?.[1] !== undefined) return Number(written[1].replaceAll('.', ''));
    context.issues.push({ code: 'custom', input: value, params: { problem: 'field-not-rupiah' } });
    return z.NEVER;
  }, rupiahSchema);
}

/**
 * A number as people copy it from paper: blanks, points and hyphens between its characters do not count, nor does its case.
 * @param malformed what is reported when the rest does not fit the pattern
 */
export function copiedCodeField(pattern: z.ZodString, malformed: ProblemCode) {
  return z.preprocess(
    (value) => {
      const text = emptyAsAbsent(value);
      return typeof text === 'string' ? text.replaceAll(/[\s.-]/g, '').toUpperCase() : text;
    },
    z.string().refine((text) => pattern.safeParse(text).success, { params: { problem: malformed } }),
  );
}

/** Yes or no. */
export function yesNoField() {
  return z.preprocess((value) => {
    const text = emptyAsAbsent(value);
    return text === 'yes' ? true : text === 'no' ? false : text;
  }, z.boolean());
}

/** Member numbers, ticked in a list: none, one or many, each once, in order. */
export function memberListField() {
  return z.preprocess(
    (value) => {
      const list = Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value];
      const numbers = list.map((number) => (typeof number === 'string' ? Number(number) : number));
      return [...new Set(numbers)].sort((a, b) => Number(a) - Number(b));
    },
    z.array(z.int().min(1).max(99)).max(99),
  );
}

/** Payments by their EndToEndIds, ticked or typed, however many stand in one field: each once. */
export function paymentListField() {
  return z.preprocess(
    (value) => [
      ...new Set(
        (Array.isArray(value) ? value : [value]).flatMap((text) =>
          typeof text === 'string' ? (text.toUpperCase().match(/[^\s,;]+/g) ?? []) : [],
        ),
      ),
    ],
    z.array(z.string()),
  );
}

function numberOf(code: ProblemCode) {
  return (value: unknown, context: z.RefinementCtx) => {
    const text = emptyAsAbsent(value);
    if (typeof text !== 'string') return text;
    const number = /^[+-]?\d{1,15}(?:[.,]\d{1,10})?$/.test(text.trim())
      ? Number(text.trim().replace(',', '.'))
      : Number.NaN;
    if (!Number.isNaN(number)) return number;
    context.issues.push({ code: 'custom', input: value, params: { problem: code } });
    return z.NEVER;
  };
}
