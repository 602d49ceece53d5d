/**
 * What an answer to each kind of ask holds, how it is read from a form, and what can be wrong with it.
 *
 * `readAnswer` is the way in for forms; it lists every problem at once. `answerSchemas` also read stored answers.
 */
import * as z from 'zod';
import { namesGroup } from '../money/account-names.ts';
import { billingCodeSchema, ntpnSchema } from '../money/deposit.ts';
import { accountProblems, type Rail } from '../money/rail.ts';
import { formatRupiah, type Rupiah } from '../money/rupiah.ts';
import { bankAccountSchema } from '../packet/packet.ts';
import {
  type PaperToReview,
  paperVerdictSchema,
  readReview,
  reviewProblems,
} from '../papers/paper-review.ts';
import type { PaperNumberRule } from '../programme.ts';
import { type Problem, problem } from '../text/problem.ts';
import { problemsOf } from '../text/zod-problems.ts';
import type { AskKind } from './ask-kinds.ts';
import { type DocumentRequirement, type Evidence, evidenceProblems } from './documents.ts';
import {
  copiedCodeField,
  dateField,
  memberListField,
  optionalDecimalField,
  optionalParagraphField,
  optionalTextField,
  optionalWholeField,
  reasonField,
  rupiahField,
  textField,
  wholeField,
  yesNoField,
} from './form-values.ts';
import { type AskForm, askForms, type FormField } from './forms.ts';

const note = optionalParagraphField(2000);
const position = {
  latitude: optionalDecimalField(-90, 90),
  longitude: optionalDecimalField(-180, 180),
};
const paper = { number: textField(60), date: dateField() };
/** What was found of each of the group's papers. */
const papers = z.array(paperVerdictSchema).optional();
/** Whoever issued the paper that comes before cancelled it while this one was asked for; not a form's answer. */
const cancelled = z.object({
  outcome: z.literal('cancelled'),
  paper: z.enum(['spp', 'spm']),
  reason: reasonField(),
});
const accountFields = bankAccountSchema.shape;

/** The answer to each kind of ask. `outcome` is always there; for `membership` and `receipt` it is one member's, or the group's. */
export const answerSchemas = {
  correction: z.discriminatedUnion('outcome', [
    /** A new `proposal.json` was uploaded; not a form's answer. */
    z.object({ outcome: z.literal('revised'), revision: z.int().min(1) }),
    z.object({ outcome: z.literal('withdrawn'), reason: reasonField() }),
  ]),
  membership: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed') }),
    z.object({ outcome: z.literal('denied'), note }),
    /** The group ask's own answer, once enough members confirmed; not a form's answer. */
    z.object({ outcome: z.literal('quorum'), confirmed: z.int(), of: z.int() }),
  ]),
  'membership-review': z.discriminatedUnion('outcome', [
    /** The denial was a mistake: the proposal goes on. */
    z.object({ outcome: z.literal('mistaken'), reason: reasonField() }),
    z.object({ outcome: z.literal('upheld'), reason: reasonField() }),
  ]),
  'site-visit': z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('pass'), visitedOn: dateField(), ...position, note }),
    z.object({ outcome: z.literal('fail'), visitedOn: dateField(), ...position, reason: reasonField() }),
  ]),
  approval: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('approve'), note }),
    z.object({ outcome: z.literal('reject'), reason: reasonField() }),
    z.object({ outcome: z.literal('return'), reason: reasonField() }),
  ]),
  objection: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('objected'), reason: reasonField() }),
    z.object({ outcome: z.literal('accepted') }),
  ]),
  appeal: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('granted'), reason: reasonField() }),
    z.object({ outcome: z.literal('dismissed'), reason: reasonField() }),
  ]),
  'tranche-documents': z.object({
    outcome: z.literal('provided'),
    /** Progress of the works in percent. */
    progress: optionalWholeField(0, 100),
    note,
  }),
  spp: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('issued'), ...paper, papers }),
    z.object({ outcome: z.literal('returned'), papers }),
  ]),
  spm: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('issued'), ...paper }),
    z.object({ outcome: z.literal('refused'), reason: reasonField() }),
    cancelled,
  ]),
  sp2d: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('issued'), ...paper }),
    z.object({ outcome: z.literal('refused'), reason: reasonField() }),
    cancelled,
  ]),
  'bank-inquiry': z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('settled'), bankReference: textField(35), valueDate: dateField() }),
    z.object({ outcome: z.literal('rejected'), reason: reasonField() }),
    z.object({ outcome: z.literal('wait'), note }),
  ]),
  'account-correction': z.object({
    outcome: z.literal('corrected'),
    bankCode: z.preprocess(trimmed, accountFields.bankCode),
    number: z.preprocess(withoutSpaces, accountFields.number),
    holder: accountFields.holder,
  }),
  receipt: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed') }),
    z.object({ outcome: z.literal('denied'), note }),
    /** The group ask's own answers, once the members' decided it; not a form's answer. */
    z.object({ outcome: z.enum(['quorum', 'short']), confirmed: z.int(), of: z.int() }),
  ]),
  'receipt-review': z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('release'), reason: reasonField() }),
    z.object({ outcome: z.literal('stop'), reason: reasonField() }),
  ]),
  'training-session': z.object({
    outcome: z.literal('held'),
    heldOn: dateField(),
    /** The numbers of the members who were there. */
    present: memberListField(),
    note,
  }),
  'mentor-visit': z.object({
    outcome: z.literal('visited'),
    visitedOn: dateField(),
    ...position,
    running: yesNoField(),
    note,
  }),
  outcome: z.object({
    outcome: z.literal('recorded'),
    running: yesNoField(),
    workers: wholeField(0, 9999),
    /** Turnover of a month, in rupiah. */
    turnover: rupiahField(),
    creditReady: yesNoField(),
    note,
  }),
  'muster-roll': z.object({ outcome: z.literal('handed-in'), note }),
  lpj: z.object({
    outcome: z.literal('submitted'),
    /** What was spent, and what is left and goes back to kas negara, in rupiah. */
    spent: rupiahField(),
    leftover: rupiahField(),
    note: optionalTextField(500),
  }),
  'deposit-billing': z.object({
    outcome: z.literal('issued'),
    billingCode: copiedCodeField(billingCodeSchema, 'billing-code-malformed'),
    expiresOn: dateField(),
  }),
  'deposit-slip': z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('deposited'),
      ntpn: copiedCodeField(ntpnSchema, 'ntpn-malformed'),
      depositedOn: dateField(),
      amount: rupiahField(),
    }),
    z.object({ outcome: z.literal('code-expired') }),
  ]),
  'deposit-check': z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('confirmed') }),
    z.object({ outcome: z.literal('refused'), reason: reasonField() }),
  ]),
} as const satisfies Record<AskKind, z.ZodType>;

export type Answer<Kind extends AskKind = AskKind> = z.output<(typeof answerSchemas)[Kind]>;

/** Fields of a posted form: a name that came twice has a list. */
export type FormFields = Record<string, string | readonly string[] | undefined>;

/** Either the answer, or everything that is wrong with the form. */
export type AnswerReading<Kind extends AskKind> =
  | { answer: Answer<Kind>; problems: [] }
  | { answer?: undefined; problems: Problem[] };

/** The fields of an `application/x-www-form-urlencoded` body. */
export function readForm(body: string): FormFields {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    fields[name] = [...(fields[name] ?? []), value];
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/**
 * Reads a posted form as an answer. Fields that the form does not have are ignored; an outcome that the form does not
 * offer is refused, whatever `answerSchemas` knows.
 *
 * @param papers those that are accepted or returned with an SPP
 */
export function readAnswer<Kind extends AskKind>(
  kind: Kind,
  fields: FormFields,
  papers: readonly PaperToReview[] = [],
): AnswerReading<Kind> {
  const schema: z.ZodType<Answer<Kind>> = schemaOf(kind);
  return readByForm(askForms[kind], schema, fields, papers);
}

/** Reads a posted form of any kind, as `readAnswer` does. */
export function readByForm<Read>(
  form: AskForm,
  schema: z.ZodType<Read>,
  fields: FormFields,
  papers: readonly PaperToReview[] = [],
): { answer: Read; problems: [] } | { answer?: undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  if (form.outcome !== undefined) values.outcome = form.outcome;
  for (const field of form.fields) {
    const value = fields[field.name];
    if (field.type !== 'members' && Array.isArray(value) && value.length > 1) {
      problems.push(problem('field-doubled', field.name));
    }
    values[field.name] = field.type === 'members' || !Array.isArray(value) ? value : value[0];
  }
  if (papers.length > 0) {
    const review = readReview(fields, papers);
    values.papers = review.verdicts;
    problems.push(...review.problems);
    if (review.problems.length === 0)
      problems.push(...reviewProblems(String(values.outcome), review.verdicts));
  }
  const choice = form.fields.find((field) => field.name === 'outcome');
  if (choice !== undefined && !isOffered(choice, values.outcome)) {
    return { problems: [...problems, choiceProblem(choice, values.outcome)] };
  }
  const read = schema.safeParse(values, { reportInput: true });
  if (!read.success) problems.push(...problemsOf(read.error, { style: 'field' }));
  return read.success && problems.length === 0 ? { answer: read.data, problems: [] } : { problems };
}

/** What the rules say about an answer beyond its form. Everything that is wrong is listed. */
export function answerProblems(
  kind: AskKind,
  answer: Answer,
  facts: {
    /** Today in Jakarta, `yyyy-mm-dd`. */
    today: string;
    /** The papers asked for, and those handed in. */
    documents: readonly DocumentRequirement[];
    evidence: readonly Evidence[];
    /** Whether a site visit needs latitude and longitude. */
    positionNeeded?: boolean;
    /** The progress that the tranche requires, in percent. */
    requiredProgress?: number;
    /** The numbers of the group's members. */
    members?: readonly number[];
    /** What the group has received and does not owe or have paid back already, for the LPJ. */
    received?: Rupiah;
    /** What is to be deposited, and the last day on which its billing code can be paid. */
    deposit?: { amount: Rupiah; expiresOn?: string };
    /** The paper that comes before the one that is issued, or before what the bank did: SK, SPP, SPM, SP2D. */
    paperBefore?: { name: string; date: string };
    /** How the group is paid, and what it is called, for a corrected account. */
    rail?: Rail;
    groupName?: string;
    /** The fiscal year whose budget pays, which SPP, SPM and SP2D belong to. */
    fiscalYear?: number;
    /** What the number of the paper looks like, where the rule-pack says so. */
    numberRule?: PaperNumberRule | undefined;
  },
): Problem[] {
  const given = new Map<string, unknown>(Object.entries(answer));
  const problems: Problem[] = [];
  for (const name of ['visitedOn', 'heldOn', 'date', 'valueDate', 'depositedOn']) {
    const date = given.get(name);
    if (typeof date === 'string' && date > facts.today) problems.push(problem('date-in-future', name));
  }
  const { paperBefore } = facts;
  for (const name of ['date', 'valueDate', 'depositedOn']) {
    const date = given.get(name);
    if (paperBefore !== undefined && typeof date === 'string' && date < paperBefore.date)
      problems.push(problem('date-before-paper', name, { paper: paperBefore.name, date: paperBefore.date }));
  }
  problems.push(...paperProblems(kind, given, facts));
  if (kind === 'site-visit' && facts.positionNeeded === true) {
    if (given.get('latitude') === undefined || given.get('longitude') === undefined) {
      problems.push(problem('position-missing', 'latitude'));
    }
  }
  const required = facts.requiredProgress ?? 0;
  if (kind === 'tranche-documents' && required > 0) {
    const progress = given.get('progress');
    if (typeof progress !== 'number') problems.push(problem('field-missing', 'progress'));
    else if (progress < required)
      problems.push(problem('progress-too-low', 'progress', { progress, required }));
  }
  const present = given.get('present');
  if (facts.members !== undefined && Array.isArray(present)) {
    for (const number of present.filter((one) => !facts.members?.includes(one))) {
      problems.push(problem('attendance-unknown-member', 'present', { number }));
    }
  }
  if (kind === 'account-correction') {
    const account = answerSchemas[kind].parse(answer);
    if (facts.rail !== undefined) problems.push(...accountProblems(facts.rail, account));
    if (facts.groupName !== undefined && !namesGroup(account.holder, facts.groupName))
      problems.push(problem('account-holder-not-the-group', 'holder', { group: facts.groupName }));
  }
  if (kind === 'lpj') problems.push(...lpjProblems(answerSchemas.lpj.parse(answer), facts.received));
  problems.push(...depositProblems(given, facts));
  // A visit that failed, a rejection that is accepted, a code that expired: none need bring the papers of one that is not.
  if (!withoutPapers.has(answer.outcome)) problems.push(...evidenceProblems(facts.documents, facts.evidence));
  return problems;
}

const withoutPapers: ReadonlySet<string> = new Set(['fail', 'accepted', 'code-expired']);

/** Banks take a billing code until its last day, for its own amount and no other. */
function depositProblems(
  given: ReadonlyMap<string, unknown>,
  { today, deposit }: Pick<Parameters<typeof answerProblems>[2], 'today' | 'deposit'>,
): Problem[] {
  const problems: Problem[] = [];
  const [expiresOn, depositedOn, amount] = ['expiresOn', 'depositedOn', 'amount'].map((name) =>
    given.get(name),
  );
  if (typeof expiresOn === 'string' && expiresOn < today)
    problems.push(problem('billing-code-expired', 'expiresOn'));
  if (typeof depositedOn === 'string' && depositedOn > (deposit?.expiresOn ?? depositedOn))
    problems.push(problem('deposit-after-expiry', 'depositedOn', { date: deposit?.expiresOn ?? '' }));
  if (deposit !== undefined && typeof amount === 'number' && amount !== deposit.amount)
    problems.push(problem('deposit-amount-wrong', 'amount', { owed: formatRupiah(deposit.amount) }));
  return problems;
}

/** What is wrong with the number and the year of an SPP, SPM or SP2D. */
function paperProblems(
  kind: AskKind,
  given: ReadonlyMap<string, unknown>,
  { fiscalYear, numberRule }: Pick<Parameters<typeof answerProblems>[2], 'fiscalYear' | 'numberRule'>,
): Problem[] {
  const [number, date] = [given.get('number'), given.get('date')];
  if (kind === 'account-correction' || typeof number !== 'string' || typeof date !== 'string') return [];
  const problems: Problem[] = [];
  if (numberRule !== undefined && !new RegExp(`^(?:${numberRule.pattern})$`, 'u').test(number))
    problems.push(problem('paper-number-malformed', 'number', { example: numberRule.example }));
  if (fiscalYear !== undefined && date.slice(0, 4) !== String(fiscalYear))
    problems.push(problem('paper-outside-fiscal-year', 'date', { year: fiscalYear }));
  return problems;
}

function lpjProblems(answer: Answer<'lpj'>, received: Rupiah | undefined): Problem[] {
  const problems: Problem[] = [];
  if (received !== undefined && answer.spent + answer.leftover !== received) {
    problems.push(
      problem('lpj-sum-wrong', 'spent', {
        spent: formatRupiah(answer.spent),
        leftover: formatRupiah(answer.leftover),
        received: formatRupiah(received),
      }),
    );
  }
  return problems;
}

/** `answerSchemas[kind]`, with the kind kept in its type. */
function schemaOf<Kind extends AskKind>(kind: Kind): z.ZodType<Answer<Kind>> {
  const schemas: { [K in AskKind]: z.ZodType<Answer<K>> } = answerSchemas;
  return schemas[kind];
}

function isOffered(choice: FormField, value: unknown): boolean {
  return choice.options?.some((option) => option.value === value) ?? false;
}

function choiceProblem(choice: FormField, value: unknown): Problem {
  if (value === undefined || value === '') return problem('field-missing', choice.name);
  const choices = choice.options?.map((option) => `${option.label.id} / ${option.label.en}`).join(', ');
  return problem('field-not-a-choice', choice.name, { choices: choices ?? '' });
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() || undefined : value;
}

function withoutSpaces(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/[ .-]/g, '') || undefined : value;
}
