/** What SPP, SPM and SP2D have in common: a number and a date, and the order in which they follow each other. */
import * as z from 'zod';
import type { PaperNumberRule } from '../programme.ts';
import { type Problem, problem } from '../text/problem.ts';
import { addDays, type LastDays } from '../working-days.ts';
import { dateField, reasonField, textField } from './form-values.ts';
import type { FormField } from './forms.ts';
import type { AnyAbout } from './kind.ts';

/** The number and the date of a paper that is issued. */
export const paperAnswer = { number: textField(60), date: dateField() };

/** The paper that comes before was cancelled, by the person who issued it, while this one was asked for; not a form's answer. */
export const cancelledAnswer = z.object({
  outcome: z.literal('cancelled'),
  paper: z.enum(['spp', 'spm']),
  reason: reasonField(),
});

/** The fields of a paper that is issued. @param paper its abbreviation */
export function paperFields(paper: string): FormField[] {
  return [
    {
      name: 'number',
      type: 'text',
      label: { id: `Nomor ${paper}`, en: `Number of the ${paper}` },
      required: true,
      onlyFor: ['issued'],
      maxLength: 60,
    },
    {
      name: 'date',
      type: 'date',
      label: { id: `Tanggal ${paper}`, en: `Date of the ${paper}` },
      required: true,
      onlyFor: ['issued'],
    },
  ];
}

/** The paper that comes before the one that is issued, or before what the bank did: SK, SPP, SPM, SP2D. */
export interface PaperBefore {
  paperBefore?: { name: string; date: string } | undefined;
}

/** What a paper is judged by. */
export interface PaperFacts extends PaperBefore {
  /** The fiscal year whose budget pays, which SPP, SPM and SP2D belong to. */
  fiscalYear?: number | undefined;
  /** What the number of the paper looks like, where the rule-pack says so. */
  numberRule?: PaperNumberRule | undefined;
}

/** A date before that of the paper it follows. @param field where the date stands */
export function orderProblems(field: string, date: string, { paperBefore }: PaperBefore): Problem[] {
  return paperBefore !== undefined && date < paperBefore.date
    ? [problem('date-before-paper', field, { paper: paperBefore.name, date: paperBefore.date })]
    : [];
}

/** What is wrong with the number, the year and the order of a paper; nothing for an answer that issues none. */
export function paperProblems(
  answer: { outcome: string; number?: string; date?: string },
  facts: PaperFacts,
): Problem[] {
  const { number, date } = answer;
  if (number === undefined || date === undefined) return [];
  const { numberRule, fiscalYear } = facts;
  const problems = orderProblems('date', date, facts);
  if (numberRule !== undefined && !new RegExp(`^(?:${numberRule.pattern})$`, 'u').test(number))
    problems.push(problem('paper-number-malformed', 'number', { example: numberRule.example }));
  if (fiscalYear !== undefined && date.slice(0, 4) !== String(fiscalYear))
    problems.push(problem('paper-outside-fiscal-year', 'date', { year: fiscalYear }));
  return problems;
}

/** What the end of the fiscal year asks of a paper. */
export interface YearEndFacts {
  paper: 'spp' | 'spm' | 'sp2d';
  /** The fiscal year whose budget pays. */
  fiscalYear: number;
  lastDays: LastDays;
  /** Today in Jakarta, when it is entered. */
  today: string;
}

/** A paper of a year that is over, one dated further back than is allowed, and one dated after its last day. */
export function yearEndProblems(
  date: string,
  { paper, fiscalYear, lastDays, today }: YearEndFacts,
): Problem[] {
  const facts = { paper: paper.toUpperCase(), year: fiscalYear };
  if (today.slice(0, 4) > String(fiscalYear)) return [problem('paper-year-closed', 'date', facts)];
  const earliest = addDays(today, -lastDays.daysBack);
  return [
    ...(date < earliest
      ? [problem('paper-dated-back', 'date', { days: lastDays.daysBack, date: earliest })]
      : []),
    ...(date > lastDays[paper]
      ? [problem('paper-after-last-day', 'date', { ...facts, date: lastDays[paper] })]
      : []),
  ];
}

/** The round of a tranche that an ask belongs to, from 1; undefined where it is about an attempt to pay it. */
export function roundOf({ about }: { about: AnyAbout }): number | undefined {
  return about.attempt === undefined ? about.round : undefined;
}
