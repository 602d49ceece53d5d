/**
 * The delimited file `bulk-text`, version 1: instructions to the bank and the bank's answers.
 *
 * UTF-8, fields divided by `|`, lines ended by LF. A head line names run and date, a closing line repeats count and
 * sum, so that a file which was cut off or altered is refused whole.
 *
 * ```
 * H|JARING-BULK-1|<runId>|<yyyymmdd>|<debitAccount>|<count>|<sum>
 * D|<endToEndId>|<amount>|IDR|<bankCode>|<account>|<holder>|<BIFAST|SKNBI|RTGS>|<remittance>
 * T|<count>|<sum>
 *
 * H|JARING-ANSWER-1|<runId>|<yyyymmdd>
 * D|<endToEndId>|<SETTLED|REJECTED>|<bankReference>|<yyyymmdd>|<reasonCode>
 * T|<count>
 * ```
 */
import * as z from 'zod';
import { endToEndIdSchema } from '../identifiers.ts';
import { type Problem, problem } from '../text/problem.ts';
import { type BankService, bankServiceSchema } from './bank-service.ts';
import { bankText } from './bank-text.ts';
import { type Rupiah, rupiahSchema, sumRupiah } from './rupiah.ts';

/** One payment as the bank is instructed to make it. */
export interface InstructionLine {
  endToEndId: string;
  amount: Rupiah;
  bankCode: string;
  account: string;
  holder: string;
  service: BankService;
  remittance: string;
}

export interface Instruction {
  runId: string;
  /** The day of execution in Jakarta, `yyyy-mm-dd`. */
  date: string;
  debitAccount: string;
  lines: InstructionLine[];
}

/** What the bank says about one payment. */
export type AnswerLine = { endToEndId: string; date: string } & (
  | { status: 'SETTLED'; bankReference: string }
  | { status: 'REJECTED'; bankReference: string; reasonCode: string }
);

export interface AnswerFile {
  runId: string;
  date: string;
  lines: AnswerLine[];
}

/** What was read, or everything that is wrong with the file. A file with a problem is refused whole. */
export type FileReading<File> = { file: File; problems: [] } | { file?: undefined; problems: Problem[] };

/** Reads an instruction in `JARING-BULK-1`, as a bank would; `bulk-layout.ts` writes it. @public */
export function readInstruction(text: string): FileReading<Instruction> {
  const { head, details, trailer, problems } = take(text, 'JARING-BULK-1', 7, 3);
  const lines: InstructionLine[] = [];
  for (const { line, fields } of details) {
    const [, id, amount, currency, bankCode, account, holder, service, remittance] = fields;
    const read = instructionLineSchema.safeParse({
      fields: fields.length,
      endToEndId: id,
      amount,
      currency,
      bankCode,
      account,
      holder,
      service,
      remittance,
    });
    if (read.success) {
      const { fields: _, currency: __, ...rest } = read.data;
      lines.push(rest);
    } else problems.push(lineProblem(line, read.error));
  }
  problems.push(...doubled(lines));
  if (head === undefined || trailer === undefined || problems.length > 0) return { problems };
  const sum = sumRupiah(lines.map((line) => line.amount));
  for (const [count, stated] of [
    [head[5], head[6]],
    [trailer[1], trailer[2]],
  ]) {
    if (count !== String(lines.length)) problems.push(countProblem(count, lines.length));
    if (stated !== String(sum))
      problems.push(problem('bank-file-sum', '', { stated: stated ?? '', found: sum }));
  }
  const [, , runId, date, debitAccount] = head;
  if (runId === undefined || date === undefined || debitAccount === undefined) return { problems };
  return problems.length > 0
    ? { problems }
    : { file: { runId, date: dashed(date), debitAccount, lines }, problems: [] };
}

/** The bank's answer as a file. @public */
export function writeBankAnswer(answer: AnswerFile): string {
  return file([
    ['H', 'JARING-ANSWER-1', answer.runId, compact(answer.date)],
    ...answer.lines.map((line) => [
      'D',
      line.endToEndId,
      line.status,
      line.bankReference,
      compact(line.date),
      line.status === 'REJECTED' ? line.reasonCode : '',
    ]),
    ['T', answer.lines.length],
  ]);
}

/** Reads the bank's answer. */
export function readBankAnswer(text: string): FileReading<AnswerFile> {
  const { head, details, trailer, problems } = take(text, 'JARING-ANSWER-1', 4, 2);
  const lines: AnswerLine[] = [];
  for (const { line, fields } of details) {
    const [, endToEndId, status, bankReference, date, reasonCode] = fields;
    const read = answerLineSchema.safeParse({
      fields: fields.length,
      endToEndId,
      status,
      bankReference,
      date,
      reasonCode,
    });
    if (!read.success) problems.push(lineProblem(line, read.error));
    else if (read.data.status === 'SETTLED') {
      const { endToEndId, bankReference, date } = read.data;
      lines.push({ status: 'SETTLED', endToEndId, bankReference, date });
    } else {
      const { endToEndId, bankReference, date, reasonCode } = read.data;
      lines.push({ status: 'REJECTED', endToEndId, bankReference, date, reasonCode });
    }
  }
  problems.push(...doubled(lines));
  if (head === undefined || trailer === undefined || problems.length > 0) return { problems };
  if (trailer[1] !== String(lines.length)) problems.push(countProblem(trailer[1], lines.length));
  const [, , runId, date] = head;
  if (runId === undefined || date === undefined) return { problems };
  return problems.length > 0 ? { problems } : { file: { runId, date: dashed(date), lines }, problems: [] };
}

const compactDate = z
  .string()
  .regex(/^\d{8}$/)
  .transform(dashed)
  .pipe(z.iso.date());
const amountSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .transform(Number)
  .pipe(rupiahSchema);
const instructionLineSchema = z.object({
  fields: z.literal(9),
  endToEndId: endToEndIdSchema,
  amount: amountSchema,
  currency: z.literal('IDR'),
  bankCode: z.string().regex(/^\d{3}$/),
  account: z.string().regex(/^\d{5,20}$/),
  holder: z.string().min(1),
  service: bankServiceSchema,
  remittance: z.string(),
});
const answerLineSchema = z.discriminatedUnion('status', [
  z.object({
    fields: z.literal(6),
    endToEndId: endToEndIdSchema,
    status: z.literal('SETTLED'),
    bankReference: z.string().min(1),
    date: compactDate,
    reasonCode: z.literal(''),
  }),
  z.object({
    fields: z.literal(6),
    endToEndId: endToEndIdSchema,
    status: z.literal('REJECTED'),
    bankReference: z.string(),
    date: compactDate,
    reasonCode: z.string().min(1),
  }),
]);

/** Takes a file apart into head, details and trailer; whatever is out of place becomes a problem. */
function take(text: string, format: string, headFields: number, trailerFields: number) {
  const problems: Problem[] = [];
  // Some banks end lines with CR LF, and some leave out the last end.
  const lines = text.replace(/^\u{feff}/u, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const fields = lines.map((line, index) => ({ line: index + 1, fields: line.split('|') }));
  const first = fields[0]?.fields;
  const isHead =
    first?.length === headFields &&
    first[0] === 'H' &&
    first[1] === format &&
    first[2] !== '' &&
    compactDate.safeParse(first[3]).success;
  if (!isHead) problems.push(problem('bank-file-header', 'line 1', { expected: format }));
  const last = fields.length > 1 ? fields.at(-1)?.fields : undefined;
  const isTrailer = last?.[0] === 'T' && last.length === trailerFields;
  if (!isTrailer) problems.push(problem('bank-file-trailer', `line ${lines.length}`));
  const details = fields.slice(1, isTrailer ? -1 : undefined).filter(({ line, fields: [kind] }) => {
    if (kind !== 'D') {
      problems.push(problem('bank-file-line', `line ${line}`, { line, detail: 'D|…' }));
    }
    return kind === 'D';
  });
  return { head: isHead ? first : undefined, details, trailer: isTrailer ? last : undefined, problems };
}

function doubled(lines: readonly { endToEndId: string }[]): Problem[] {
  const seen = new Set<string>();
  return lines.flatMap(({ endToEndId }) => {
    if (!seen.has(endToEndId)) {
      seen.add(endToEndId);
      return [];
    }
    return [problem('bank-file-doubled', endToEndId, { endToEndId })];
  });
}

function lineProblem(line: number, error: z.ZodError): Problem {
  const detail = [...new Set(error.issues.map((issue) => String(issue.path[0])))].join(', ');
  return problem('bank-file-line', `line ${line}`, { line, detail });
}

function countProblem(stated: string | undefined, found: number): Problem {
  return problem('bank-file-count', '', { stated: stated ?? '', found });
}

function file(lines: readonly (readonly (string | number)[])[]): string {
  return lines.map((fields) => `${fields.map((field) => bankText(String(field))).join('|')}\n`).join('');
}

function compact(date: string): string {
  return date.replaceAll('-', '');
}

function dashed(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
}
