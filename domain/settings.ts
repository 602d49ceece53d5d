/** The two settings files that the ministry uploads: `people.json` and `budgets.json`. */
import * as z from 'zod';
import { personSchema } from './person.ts';
import { type Problem, problem } from './problem.ts';
import { programmeIdSchema } from './programme.ts';
import { rupiahSchema } from './rupiah.ts';
import { problemsOf } from './zod-problems.ts';

/** `people.json`: the whole directory; importing it replaces what was there. */
export const peopleFileSchema = z
  .strictObject({ schemaVersion: z.literal(1), people: z.array(personSchema).min(1).max(5000) })
  .superRefine(({ people }, context) => {
    const ids = new Set<string>();
    people.forEach(({ id, superior }, index) => {
      const path = ['people', index];
      if (ids.has(id)) {
        context.addIssue({
          code: 'custom',
          path: [...path, 'id'],
          params: { problem: 'person-doubled', facts: { id } },
        });
      }
      ids.add(id);
      if (superior !== undefined && !people.some((person) => person.id === superior)) {
        const params = { problem: 'superior-unknown', facts: { id, superior } };
        context.addIssue({ code: 'custom', path: [...path, 'superior'], params });
      }
    });
  });
export type PeopleFile = z.output<typeof peopleFileSchema>;

/** The ceiling of one budget line: a programme, a fiscal year, a province. */
export const ceilingSchema = z.strictObject({
  programme: programmeIdSchema,
  year: z.int().min(2015).max(2100),
  /** The province's two-digit code. */
  province: z.string().regex(/^\d{2}$/, { error: '33' }),
  ceiling: rupiahSchema,
});
export type Ceiling = z.output<typeof ceilingSchema>;

/** `budgets.json`: all ceilings. A line keeps what is committed, reserved and paid when its ceiling changes. */
export const budgetFileSchema = z
  .strictObject({ schemaVersion: z.literal(1), ceilings: z.array(ceilingSchema).min(1).max(5000) })
  .superRefine(({ ceilings }, context) => {
    const lines = new Set<string>();
    ceilings.forEach((ceiling, index) => {
      const line = `${ceiling.programme}/${ceiling.year}/${ceiling.province}`;
      if (lines.has(line)) {
        const params = { problem: 'ceiling-doubled', facts: { line } };
        context.addIssue({ code: 'custom', path: ['ceilings', index], params });
      }
      lines.add(line);
    });
  });
export type BudgetFile = z.output<typeof budgetFileSchema>;

/** Reads a settings file: the file, or every problem with it. */
export function readSettings<File>(
  schema: z.ZodType<File>,
  text: string,
): { file: File; problems: [] } | { file?: undefined; problems: Problem[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problems: [problem('not-json', '', { detail: error instanceof Error ? error.message : '' })] };
  }
  const read = schema.safeParse(json, { reportInput: true });
  return read.success ? { file: read.data, problems: [] } : { problems: problemsOf(read.error) };
}
