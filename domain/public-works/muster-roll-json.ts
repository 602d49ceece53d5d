/** The muster roll as JSON: a list of rows, with the fields of the sheet and the dates present. */
import * as z from 'zod';
import { placeOf, readJsonFile } from '../text/json-file.ts';
import { type Problem, problem } from '../text/problem.ts';
import { problemsOf } from '../text/zod-problems.ts';
import { cellText, type RollLine, readDate } from './muster-roll.ts';

/** The most rows that are read at all; how many can be right depends on the group. */
const maxJsonRows = 1000;

const text = z
  .string()
  .max(200)
  .transform((value) => cellText(value));
/** Numbers may be written as such; what they must be is judged with the texts of the sheet. */
const numeric = z.union([text, z.number().transform(String)], { error: 'number' });
const date = z.string().transform((value, context) => {
  const read = readDate(value.trim());
  if (read !== undefined) return read;
  context.issues.push({ code: 'custom', input: value, params: { problem: 'field-not-a-date' } });
  return z.NEVER;
});

const rollFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  rows: z
    .array(
      z.strictObject({
        number: numeric.optional(),
        name: text.optional(),
        role: text.optional(),
        dayRate: numeric.optional(),
        nik: text.optional(),
        birthDate: date.optional(),
        replaces: numeric.optional(),
        decisionNumber: text.optional(),
        decisionDate: date.optional(),
        present: z.array(date).max(366),
      }),
    )
    .min(1)
    .max(maxJsonRows),
});

/** The lines of a file, or everything that is wrong with its shape. */
export function readRollJson(file: Uint8Array): { lines: RollLine[]; problems: Problem[] } {
  const { value, faults, doubled } = readJsonFile(file);
  const problems = [
    ...faults.map((fault) => problem('roll-not-json', '', { detail: placeOf(fault) })),
    ...doubled.map((pointer) => problem('field-doubled', pointer)),
  ];
  if (problems.length > 0) return { lines: [], problems };
  const read = rollFileSchema.safeParse(value, { reportInput: true });
  if (!read.success) return { lines: [], problems: problemsOf(read.error) };
  const lines = read.data.rows.map(({ present, ...fields }, index): RollLine => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return {
      at: `/rows/${index}`,
      ...Object.fromEntries(given),
      present: present.map((each, day) => ({ at: `/rows/${index}/present/${day}`, date: each })),
    };
  });
  return { lines, problems: [] };
}
