/**
 * What a kind of ask is: one record, in a file of its own in `kinds/`. Everything that is asked of people is such a kind,
 * and everything about it that is pure stands in its record. What the page shows and what an answer brings about is its
 * stage's (`functions/<stage>/asks/<kind>.ts`).
 */
import * as z from 'zod';
import type { AskTiming, RulePack } from '../programme.ts';
import type { Problem } from '../text/problem.ts';
import type { DocumentRequirement } from './documents.ts';
import type { AskForm } from './forms.ts';
import type { Role } from './roles.ts';
import type { SubjectKind } from './subject.ts';

/**
 * The duties that must lie in different hands (separation of duties). A person who decides on an objection, or on paying
 * what was withheld, has had no other part at all.
 */
export type Duty = 'verify' | 'approve' | 'release' | 'disburse' | 'appeal' | 'audit';

/** The words by which a reply by mail answers, in Indonesian and in English. */
export const replyWords = {
  approve: ['SETUJU', 'APPROVE'],
  reject: ['TOLAK', 'REJECT'],
  return: ['KEMBALIKAN', 'RETURN'],
} as const;
export type ReplyWord = keyof typeof replyWords;

/** Who signs papers that Jaring drafts. */
export type DraftSigner = 'group' | 'office';

/** What can be overdue, which bars the same people from a new award. */
export type OverduePart = 'follow-up' | 'deposit';

/** A number that counts from 1: a tranche, a round, an attempt. */
export const ordinal = z.int().min(1);

/** How many must confirm, of how many. */
export interface Quorum {
  needed: number;
  of: number;
}

/** What distinguishes an ask from others of its kind about the same subject: the tranche, the round, the day. */
export type AnyAbout = Readonly<Partial<Record<string, number>>>;

/** The same as a stored ask has it. */
export const anyAboutSchema = z.record(z.string().regex(/^[a-z]+$/), z.int().min(0));

/** One kind of ask. */
export interface KindOfAsk<
  Name extends string = string,
  Outcomes extends readonly string[] = readonly string[],
  AnswerSchema extends z.ZodType<{ outcome: string }> = z.ZodType<{ outcome: string }>,
  AboutSchema extends z.ZodObject = z.ZodObject,
  Facts extends object = object,
  Of extends SubjectKind = SubjectKind,
> {
  readonly name: Name;
  /** What it is about. */
  readonly subject: Of;
  /** Who is asked, unless the workflow says otherwise (the approval ladder names its roles). */
  readonly role: Role;
  /**
   * What distinguishes this ask from others of its kind about the same subject. Its text, in ids and addresses, is its numbers in
   * the order of the schema, joined by hyphens. What the schema has a default for is left out while it is that; what is
   * optional is written with its first letter (`1-a2`).
   */
  readonly about: AboutSchema;
  /** How it can end; the state machines branch on these. `expired` is the last. */
  readonly outcomes: Outcomes;
  /** How it is asked on a page; its title is what the kind is called. For a group ask: the form for one member. */
  readonly form: AskForm;
  /** What an answer holds; it reads forms and stored answers alike. */
  readonly answer: AnswerSchema;
  /**
   * The outcomes that promise or move money, so that they need a one-time code of the person, and no reply by mail will do.
   * To refuse or to send back moves nothing.
   */
  readonly needsCode?: readonly NoInfer<Outcomes[number]>[];
  /** The duty that answering performs; asks to the group and to mentors perform none. */
  readonly duty?: Duty;
  /** Which step of a ladder it is: one person takes only one, although all perform the same duty. */
  step?(about: z.output<AboutSchema>): number;
  /** The papers that it must or may bring, by the rule-pack. */
  documents?(pack: RulePack, about: z.output<AboutSchema>): DocumentRequirement[];
  /** The outcomes that need not bring the papers. */
  readonly withoutPapers?: readonly NoInfer<Outcomes[number]>[];
  /** Who prints and signs the papers that are drafted for it: the group, or the office that pays. */
  readonly drafts?: DraftSigner;
  /** What is wrong with an answer beyond its form, given what its stage knows. */
  problems?(answer: z.output<AnswerSchema>, facts: Facts): Problem[];
  /** For an ask to all members: how many must confirm, and when it is decided by how many did. */
  readonly group?: {
    quorum(pack: RulePack): number;
    outcome(quorum: Quorum, answers: { confirmed: number; denied: number }): 'open' | Outcomes[number];
  };
  /** When it is repeated and ends, in working days, where the rule-pack says nothing else; absent where its stage plans it. */
  readonly timing?: AskTiming;
  /**
   * Whether it is asked and ends on one day, so that there is no time to wait for one person: all who may answer are asked at
   * once, the first answer stands, and none is taken after the end, even before the machine has noticed. It is answered on its own
   * page, where all that is decided over is shown, and not from a list.
   */
  readonly ofTheDay?: true;
  /** What a reply by mail may say: the outcome that each word stands for. */
  readonly replyWords?: Partial<Record<ReplyWord, string>>;
  /** Where its page and its rules look at other asks about the same subject: at those, or at members' parts as well. */
  readonly buildsOn?: 'asks' | 'parts';
  /** What is noted as overdue when no answer comes in time: an item of the follow-up, or a part of a deposit into kas negara. */
  readonly overdue?: OverduePart;
  /** Its items in the follow-up plan: what each is about, and how many calendar days after the first settled payment it comes. */
  followUp?(pack: RulePack): { about: z.input<AboutSchema> & AnyAbout; afterDays: number }[];
}

/** A kind of ask, with its types kept. */
export function kindOfAsk<
  const Name extends string,
  const Outcomes extends readonly [...string[], 'expired'],
  AnswerSchema extends z.ZodType<{ outcome: string }>,
  AboutSchema extends z.ZodObject,
  Facts extends object = object,
  const Of extends SubjectKind = SubjectKind,
>(
  kind: KindOfAsk<Name, Outcomes, AnswerSchema, AboutSchema, Facts, Of>,
): KindOfAsk<Name, Outcomes, AnswerSchema, AboutSchema, Facts, Of> {
  return kind;
}
