/**
 * How an answer is read from a form, and what can be wrong with it. What it holds says the record of its kind.
 *
 * `readAnswer` is the way in for forms; it lists every problem at once.
 */

import type * as z from 'zod';
import { type PaperToReview, readReview, reviewProblems } from '../papers/paper-review.ts';
import { type Problem, problem } from '../text/problem.ts';
import { problemsOf } from '../text/zod-problems.ts';
import { type Answer, type AskKind, type FactsFor, kindOf } from './ask-kinds.ts';
import { type DocumentRequirement, type Evidence, evidenceProblems } from './documents.ts';
import type { AskForm, FormField, FormFields } from './forms.ts';

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
 * offer is refused, whatever its schema knows.
 *
 * @param papers those that are accepted or returned with an SPP
 */
export function readAnswer<Kind extends AskKind>(
  kind: Kind,
  fields: FormFields,
  papers: readonly PaperToReview[] = [],
): AnswerReading<Kind> {
  const { form, answer } = kindOf(kind);
  return readByForm(form, answer as z.ZodType<Answer<Kind>>, fields, papers);
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
    const isList = field.type === 'members' || field.type === 'numbers';
    if (!isList && Array.isArray(value) && value.length > 1) {
      problems.push(problem('field-doubled', field.name));
    }
    values[field.name] = isList || !Array.isArray(value) ? value : value[0];
  }
  if (papers.length > 0) {
    const review = readReview(fields, papers);
    values.papers = review.decisions;
    problems.push(...review.problems);
    if (review.problems.length === 0)
      problems.push(...reviewProblems(String(values.outcome), review.decisions));
  }
  const choice = form.fields.find((field) => field.name === 'outcome');
  if (choice !== undefined && !isOffered(choice, values.outcome)) {
    return { problems: [...problems, choiceProblem(choice, values.outcome)] };
  }
  const read = schema.safeParse(values, { reportInput: true });
  if (!read.success) problems.push(...problemsOf(read.error, { style: 'field' }));
  return read.success && problems.length === 0 ? { answer: read.data, problems: [] } : { problems };
}

/** What the rules about every answer need to know. */
export interface CommonFacts {
  /** Today in Jakarta, `yyyy-mm-dd`. */
  today: string;
  /** The papers asked for, and those handed in. */
  documents: readonly DocumentRequirement[];
  evidence: readonly Evidence[];
}

/**
 * What the rules say about an answer beyond its form. Everything that is wrong is listed.
 *
 * @param facts those of every answer, and those that the kind's own rules need
 */
export function answerProblems<Kind extends AskKind>(
  kind: Kind,
  answer: Answer<Kind>,
  facts: CommonFacts & FactsFor<Kind>,
): Problem[] {
  const { form, problems, withoutPapers = [] } = kindOf(kind);
  const given = new Map<string, unknown>(Object.entries(answer));
  return [
    ...form.fields
      .filter(({ name, type, ahead = false }) => type === 'date' && !ahead && isLater(given.get(name), facts))
      .map(({ name }) => problem('date-in-future', name)),
    ...(problems?.(answer, facts) ?? []),
    // A visit that failed, a rejection that is accepted: neither need bring the papers of one that is not.
    ...(withoutPapers.includes(answer.outcome) ? [] : evidenceProblems(facts.documents, facts.evidence)),
  ];
}

function isLater(date: unknown, { today }: CommonFacts): boolean {
  return typeof date === 'string' && date > today;
}

function isOffered(choice: FormField, value: unknown): boolean {
  return choice.options?.some((option) => option.value === value) ?? false;
}

function choiceProblem(choice: FormField, value: unknown): Problem {
  if (value === undefined || value === '') return problem('field-missing', choice.name);
  const choices = choice.options?.map((option) => `${option.label.id} / ${option.label.en}`).join(', ');
  return problem('field-not-a-choice', choice.name, { choices: choices ?? '' });
}
