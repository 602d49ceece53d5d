/**
 * The layout of a bank's payroll upload, as data: fixed width or delimited, which fact stands in which column, and how it
 * is written. It is agreed with the bank and part of the rule-pack; nothing in it is a rule of ours.
 *
 * A layout is judged when it is loaded, so that no file fails when it is written: what the number of payments decides
 * (sums, counts) must have room for any. What a group brings (account, name) is judged before it is accepted.
 */
import * as z from 'zod';
import { type Problem, problem } from '../text/problem.ts';
import type { Instruction, InstructionLine } from './bank-file.ts';
import { bankServiceSchema } from './bank-service.ts';
import { bankText } from './bank-text.ts';
import { type Rupiah, sumRupiah } from './rupiah.ts';

/** What is the same for the whole file, and what each payment brings. */
const fileFacts = ['runId', 'date', 'debitAccount', 'debitBankCode', 'debitHolder', 'count', 'sum'] as const;
const paymentFacts = [
  'endToEndId',
  'amount',
  'bankCode',
  'account',
  'holder',
  'service',
  'remittance',
  /** From 1. */
  'lineNumber',
] as const;
type FileFact = (typeof fileFacts)[number];
type PaymentFact = (typeof paymentFacts)[number];
type Fact = FileFact | PaymentFact;

const texts: ReadonlySet<Fact> = new Set(['holder', 'remittance', 'debitHolder']);
const moneys: ReadonlySet<Fact> = new Set(['amount', 'sum']);
/** What may be filled up with zeros: of an account or a bank's code they would be part. */
const numbers: ReadonlySet<Fact> = new Set(['amount', 'sum', 'count', 'lineNumber']);

const dateForms = ['yyyymmdd', 'yyyy-mm-dd', 'ddmmyyyy', 'dd/mm/yyyy', 'yymmdd'] as const;

const columnSchema = z
  .strictObject({
    /** What stands in it: a fact, or always the same. */
    fact: z.enum([...fileFacts, ...paymentFacts]).optional(),
    constant: z
      .string()
      .regex(/^[\x20-\x7e]*$/)
      .optional(),
    /** Characters: the exact number in a fixed layout, the maximum in a delimited one. */
    width: z.int().min(1).max(400).optional(),
    align: z.enum(['left', 'right']).default('left'),
    pad: z.enum([' ', '0']).default(' '),
    date: z.enum(dateForms).default('yyyymmdd'),
    /** Decimals of an amount, which are always zero, and what stands before them. */
    decimals: z.literal([0, 2]).default(0),
    point: z.enum(['.', ',', '']).default('.'),
  })
  .refine(({ fact, constant }) => (fact === undefined) !== (constant === undefined), {
    message: 'a column holds either a fact or a constant',
  });
export type Column = z.output<typeof columnSchema>;

/** The least width in which a fact always fits; those that are missing depend on what is written. */
function leastWidth(
  { fact, decimals, point, date }: Column,
  services: Readonly<Record<string, string>>,
): number {
  const fraction = decimals === 0 ? 0 : decimals + point.length;
  switch (fact) {
    case 'runId':
    case 'endToEndId':
      return 18;
    case 'date':
      return date.length;
    case 'count':
    case 'lineNumber':
      return 6;
    case 'amount':
      return 13 + fraction;
    case 'sum':
      return 15 + fraction;
    case 'service':
      return Math.max(...Object.values(services).map((mark) => mark.length));
    default:
      return 1;
  }
}

export const bulkLayoutSchema = z
  .strictObject({
    format: z.literal('bulk-text'),
    /** Names files. A layout that is changed takes another: payments of one file share their layout. */
    id: z.string().regex(/^[A-Za-z0-9]{1,20}$/),
    /** What divides the columns; absent where each has its fixed width. */
    delimiter: z.enum(['|', ';', ',', '\t', '~', '^']).optional(),
    lineEnd: z.enum(['lf', 'crlf']),
    encoding: z.enum(['utf-8', 'iso-8859-1', 'ascii']),
    /**
     * What becomes of characters in names and remittances that cannot be written. `latin`: spelled in the Latin letters that
     * all banks take, and cut to the width; `tidy`: dividers and control characters become blanks, the rest must fit;
     * `exact`: everything must fit. What does not fit is reported to the group before it is accepted.
     */
    text: z.enum(['latin', 'tidy', 'exact']),
    /** How the bank calls the services. */
    services: z
      .record(bankServiceSchema, z.string().regex(/^[\x21-\x7e]{1,35}$/))
      .default({ BIFAST: 'BIFAST', SKNBI: 'SKNBI', RTGS: 'RTGS' }),
    header: z.array(columnSchema).min(1).max(40).optional(),
    detail: z.array(columnSchema).min(1).max(60),
    trailer: z.array(columnSchema).min(1).max(40).optional(),
  })
  .superRefine((layout, context) => {
    for (const part of ['header', 'detail', 'trailer'] as const)
      for (const [index, column] of (layout[part] ?? []).entries())
        for (const message of columnProblems(layout, part, column))
          context.addIssue({ code: 'custom', path: [part, index], message });
    for (const fact of ['endToEndId', 'amount', 'account', 'bankCode', 'holder'] as const)
      if (layout.detail.filter((column) => column.fact === fact).length !== 1)
        context.addIssue({ code: 'custom', path: ['detail'], message: `each payment needs one ${fact}` });
    if (layout.delimiter === undefined && layout.encoding === 'utf-8')
      context.addIssue({
        code: 'custom',
        path: ['encoding'],
        message: 'a fixed width needs an encoding of one byte for each character',
      });
  });
export type BulkLayout = z.output<typeof bulkLayoutSchema>;

type Shape = Pick<BulkLayout, 'delimiter' | 'services'>;

function columnProblems({ delimiter, services }: Shape, part: string, column: Column): string[] {
  const { fact, constant = '', width, align, pad, point, decimals, date } = column;
  const problems: string[] = [];
  const ofPayment = fact !== undefined && (paymentFacts as readonly string[]).includes(fact);
  if (part !== 'detail' && ofPayment) problems.push(`${fact} is a payment's and stands in no ${part}`);
  if (part === 'detail' && (fact === 'count' || fact === 'sum'))
    problems.push(`${fact} is the file's and stands in no detail`);
  if (delimiter === undefined && width === undefined) problems.push('a fixed layout needs every width');
  if (width !== undefined && Math.max(constant.length, leastWidth(column, services)) > width)
    problems.push('the column is too narrow for what may stand in it');
  if (delimiter !== undefined && constant.includes(delimiter))
    problems.push('the constant holds the divider');
  if (
    delimiter !== undefined &&
    fact === 'service' &&
    Object.values(services).some((mark) => mark.includes(delimiter))
  )
    problems.push('a service’s mark holds the divider');
  if (
    delimiter !== undefined &&
    fact !== undefined &&
    moneys.has(fact) &&
    decimals > 0 &&
    point === delimiter
  )
    problems.push('the decimal point is the divider');
  if (delimiter !== undefined && fact === 'date' && date.includes(delimiter))
    problems.push('the date holds the divider');
  if (pad === '0' && (align === 'left' || fact === undefined || !numbers.has(fact)))
    problems.push('only numbers that stand at the right are filled up with zeros');
  return problems;
}

/** The layout where a rule-pack says `bulk-text` alone: `JARING-BULK-1`, as `domain/money/bank-file.ts` describes it. */
export const jaringBulk1: BulkLayout = bulkLayoutSchema.parse({
  ...{
    format: 'bulk-text',
    id: 'JARINGBULK1',
    delimiter: '|',
    lineEnd: 'lf',
    encoding: 'utf-8',
    text: 'tidy',
  },
  header: [
    { constant: 'H' },
    { constant: 'JARING-BULK-1' },
    { fact: 'runId' },
    { fact: 'date' },
    { fact: 'debitAccount' },
    { fact: 'count' },
    { fact: 'sum' },
  ],
  detail: [
    { constant: 'D' },
    { fact: 'endToEndId' },
    { fact: 'amount' },
    { constant: 'IDR' },
    { fact: 'bankCode' },
    { fact: 'account' },
    { fact: 'holder' },
    { fact: 'service' },
    { fact: 'remittance' },
  ],
  trailer: [{ constant: 'T' }, { fact: 'count' }, { fact: 'sum' }],
});

/** What one file instructs the bank to do. */
export interface BulkInstruction extends Instruction {
  debitBankCode: string;
  debitHolder: string;
}

/** The characters that an encoding has. */
const carried: Readonly<Record<BulkLayout['encoding'], RegExp>> = {
  'utf-8': /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u,
  'iso-8859-1': /^[\x20-\x7e\xa0-\xff]*$/,
  ascii: /^[\x20-\x7e]*$/,
};

/** A text in the layout's characters: what is left to be judged by `textProblems`, or to be written. */
function inLayout(layout: BulkLayout, text: string): string {
  if (layout.text === 'exact') return text;
  const { delimiter } = layout;
  return bankText(delimiter === undefined ? text : text.replaceAll(delimiter, ' '));
}

/** Why the layout cannot carry a value of this fact, all at once. @param where the field that it came from */
function textProblems(layout: BulkLayout, fact: Fact, value: string, where: string): Problem[] {
  const column = layout.detail.find((each) => each.fact === fact);
  const widths = [layout.header, layout.detail, layout.trailer]
    .flatMap((part) => part ?? [])
    .flatMap((each) => (each.fact === fact && each.width !== undefined ? [each.width] : []));
  if (column === undefined && widths.length === 0) return [];
  // Spelled in Latin letters and cut when it is written: only that something is left of it can be known here.
  if (texts.has(fact) && layout.text === 'latin') return [];
  const text = texts.has(fact) ? inLayout(layout, value) : value;
  const { delimiter, encoding } = layout;
  const marks = [...new Set(text)].filter((mark) => mark === delimiter || !carried[encoding].test(mark));
  const problems: Problem[] = [];
  if (marks.length > 0)
    problems.push(problem('text-not-in-bank-file', where, { marks: marks.slice(0, 10).join(' ') }));
  const maximum = Math.min(...widths);
  if (text.length > maximum)
    problems.push(problem('text-too-long-for-bank-file', where, { length: text.length, maximum }));
  return problems;
}

/** Why the layout cannot name the account. `where` names its fields, as `accountProblems` in `rail.ts` has it. */
export function layoutAccountProblems(
  layout: BulkLayout,
  {
    bankCode,
    number,
    holder,
  }: { bankCode?: string | undefined; number?: string | undefined; holder?: string | undefined },
  where = '',
): Problem[] {
  const judge = (fact: PaymentFact, value: string | undefined, field: string) =>
    value === undefined ? [] : textProblems(layout, fact, value, `${where}${field}`);
  const unnamed =
    holder !== undefined && !/[\p{L}\p{N}]/u.test(holder)
      ? [problem('name-not-writable', `${where}holder`)]
      : [];
  return [
    ...judge('bankCode', bankCode, 'bankCode'),
    ...judge('account', number, 'number'),
    ...unnamed,
    ...judge('holder', holder, 'holder'),
  ];
}

/** Why the layout cannot carry what else a payment says: the account that is debited, and the remittance. */
export function layoutPaymentProblems(
  layout: BulkLayout,
  {
    debitAccount,
    remittance,
  }: { debitAccount: { bankCode: string; number: string; holder: string }; remittance: string },
): Problem[] {
  const at = '/payment/debitAccount/';
  return [
    ...textProblems(layout, 'debitBankCode', debitAccount.bankCode, `${at}bankCode`),
    ...textProblems(layout, 'debitAccount', debitAccount.number, `${at}number`),
    ...textProblems(layout, 'debitHolder', debitAccount.holder, `${at}holder`),
    ...textProblems(layout, 'remittance', remittance, '/remittance'),
  ];
}

/** A value did not fit its column. Every payment is judged before, so this is a defect. */
class NotInLayout extends Error {
  override readonly name = 'NotInLayout';
  constructor(fact: string, width: number) {
    super(`A ${fact} does not fit into the ${width} characters of its column.`);
  }
}

/** Lines in one piece of the file, about 40 KB. */
const atOnce = 256;

/**
 * The file in pieces, of which none grows with the number of payments. The same instruction gives the same text.
 *
 * @param latin spells a text in the Latin letters that banks take, with a maximum length
 * @throws {NotInLayout}
 */
export function* writeByLayout(
  layout: BulkLayout,
  instruction: BulkInstruction,
  latin: (text: string, maximum: number) => string,
): Generator<string> {
  const { lines } = instruction;
  const end = layout.lineEnd === 'lf' ? '\n' : '\r\n';
  const { lines: _, ...head } = instruction;
  const file: Facts = {
    ...head,
    count: lines.length,
    sum: sumRupiah(lines.map(({ amount }) => amount)),
  };
  const line = (columns: readonly Column[], facts: Facts = file) =>
    `${columns.map((column) => cell(layout, column, valueIn(layout, column, facts, latin))).join(layout.delimiter ?? '')}${end}`;
  if (layout.header !== undefined) yield line(layout.header);
  for (let from = 0; from < lines.length; from += atOnce)
    yield lines
      .slice(from, from + atOnce)
      .map((each, index) => line(layout.detail, { ...file, ...each, lineNumber: from + index + 1 }))
      .join('');
  if (layout.trailer !== undefined) yield line(layout.trailer);
}

/** What is known where a line is written: of the file, and of the payment if it is one's. */
type Facts = Pick<BulkInstruction, Exclude<FileFact, 'count' | 'sum'>> & {
  count: number;
  sum: Rupiah;
} & Partial<InstructionLine & { lineNumber: number }>;

/** Longer than any name that a bank takes, where the layout gives no width. */
const longestText = 140;

function valueIn(
  layout: BulkLayout,
  column: Column,
  facts: Facts,
  latin: (text: string, maximum: number) => string,
): string {
  const { fact, constant = '', width = longestText } = column;
  if (fact === undefined) return constant;
  const value = facts[fact];
  if (fact === 'date') return dateText(String(value), column.date);
  if (moneys.has(fact))
    return `${String(value)}${column.decimals === 0 ? '' : `${column.point}${'0'.repeat(column.decimals)}`}`;
  if (fact === 'service') return facts.service === undefined ? '' : layout.services[facts.service];
  if (!texts.has(fact)) return String(value);
  const text = String(value);
  if (layout.text !== 'latin') return inLayout(layout, text);
  const { delimiter } = layout;
  // Letters that have no Latin spelling: the account decides, as in `pain.001`.
  const spelled = latin(delimiter === undefined ? text : text.replaceAll(delimiter, ' '), width);
  const written = delimiter === undefined ? spelled : spelled.replaceAll(delimiter, ' ');
  return written === '' && fact === 'holder' ? `REKENING ${facts.account}`.slice(0, width) : written;
}

function dateText(date: string, form: (typeof dateForms)[number]): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return form.replace('yyyy', year).replace('yy', year.slice(2)).replace('mm', month).replace('dd', day);
}

/** The value as it stands in its column. */
function cell({ delimiter }: BulkLayout, { fact, width, align, pad }: Column, value: string): string {
  if (width === undefined) return value;
  if (value.length > width) throw new NotInLayout(fact ?? 'constant', width);
  if (delimiter !== undefined && pad === ' ') return value;
  return align === 'left' ? value.padEnd(width, pad) : value.padStart(width, pad);
}
