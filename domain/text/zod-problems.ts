/** From zod's issues to problems: the one place where a schema's complaint becomes a sentence for a person. */
import type { z } from 'zod';
import { type Problem, type ProblemFacts, problem } from './problem.ts';
import { type ProblemCode, problemTexts } from './problem-texts.ts';

/** What a check of our own may attach to an issue as `params`, to say which problem it is. */
interface ProblemParams {
  problem: ProblemCode;
  facts?: ProblemFacts;
}

/**
 * All issues of a failed parse as problems.
 *
 * @param at a JSON pointer put before each path, for a schema that was applied to a part.
 * @param style `pointer` for JSON (`/members/0/nik`), `field` for forms (the field's name).
 */
export function problemsOf(
  error: z.ZodError,
  { at = '', style = 'pointer' }: { at?: string; style?: 'pointer' | 'field' } = {},
): Problem[] {
  return error.issues.flatMap((issue) => {
    const where =
      style === 'field'
        ? String(issue.path[0] ?? '')
        : at + issue.path.map((step) => `/${escapePointer(String(step))}`).join('');
    return problemsOfIssue(issue, where, style);
  });
}

/** Escapes a step of a JSON pointer (RFC 6901). */
function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function problemsOfIssue(issue: z.core.$ZodIssue, where: string, style: 'pointer' | 'field'): Problem[] {
  switch (issue.code) {
    case 'invalid_type':
      // Zod words a missing value as "received undefined"; with `reportInput` the value itself is absent too.
      return [
        issue.input === undefined
          ? problem('field-missing', where)
          : issue.expected === 'int'
            ? problem('field-not-whole', where)
            : issue.expected === 'string' && typeof issue.input === 'number'
              ? problem('field-number-for-text', where)
              : issue.expected === 'number' && typeof issue.input === 'number'
                ? problem('field-not-a-number', where)
                : problem('field-wrong-kind', where, {
                    expected: kindNames[issue.expected] ?? issue.expected,
                  }),
      ];
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problem('field-unknown', style === 'field' ? key : `${where}/${escapePointer(key)}`, { field: key }),
      );
    case 'too_small':
      return [
        issue.origin === 'string' && issue.minimum === 1
          ? problem('field-missing', where)
          : problem(isSize(issue.origin) ? 'field-too-short' : 'field-too-small', where, {
              minimum: Number(issue.minimum),
            }),
      ];
    case 'too_big':
      return [
        problem(isSize(issue.origin) ? 'field-too-long' : 'field-too-large', where, {
          maximum: Number(issue.maximum),
        }),
      ];
    case 'invalid_value':
      return [
        issue.input === undefined
          ? problem('field-missing', where)
          : problem('field-not-a-choice', where, { choices: issue.values.map(String).join(', ') }),
      ];
    case 'invalid_format':
      if (issue.format === 'date') return [problem('field-not-a-date', where)];
      if (issue.format === 'email') return [problem('field-not-an-email', where)];
      return [problem('field-malformed', where, { expected: issue.format })];
    case 'custom': {
      const params = issue.params;
      return isProblemParams(params)
        ? [problem(params.problem, where, params.facts)]
        : [problem('field-malformed', where, { expected: issue.message })];
    }
    case 'invalid_union':
      return [problem('field-malformed', where, { expected: issue.discriminator ?? 'union' })];
    default:
      return [problem('field-malformed', where, { expected: issue.code })];
  }
}

function isSize(origin: string): boolean {
  return origin === 'string' || origin === 'array' || origin === 'set';
}

function isProblemParams(params: unknown): params is ProblemParams {
  return (
    typeof params === 'object' &&
    params !== null &&
    'problem' in params &&
    typeof params.problem === 'string' &&
    params.problem in problemTexts
  );
}

const kindNames: Record<string, string> = {
  string: 'teks / text',
  number: 'bilangan / number',
  array: 'daftar / list',
  object: 'objek / object',
  boolean: 'ya-tidak / yes-no',
};
