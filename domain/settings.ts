/** The settings files that the ministry uploads: `people.json` and `budgets.json`; `calendar.json` is in `calendar-file.ts`. */
import * as z from 'zod';
import { programmeIdSchema } from './identifiers.ts';
import { rupiahSchema } from './money/rupiah.ts';
import { directoryProblems } from './people/directory.ts';
import { personSchema } from './people/person.ts';
import type { RegionDirectory } from './people/region.ts';
import { placeOf, readJsonFile, readJsonText } from './text/json-file.ts';
import { type Problem, problem } from './text/problem.ts';
import { problemsOf } from './text/zod-problems.ts';

/** The most people that the directory may have. */
const maxPeople = 5000;

/**
 * The shape of `people.json`: the whole directory; importing it replaces what was there. What its people must be to
 * each other is in `directory.ts`; `readPeople` judges both.
 */
const peopleFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  people: z.array(personSchema).min(1).max(maxPeople),
});
export type PeopleFile = z.output<typeof peopleFileSchema>;

/** The ceiling of one budget line: a programme, a fiscal year, a province. */
const ceilingSchema = z.strictObject({
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

/** A settings file, or every problem with it. */
export type SettingsReading<File> = { file: File; problems: [] } | { file?: undefined; problems: Problem[] };

/** Reads a settings file: the file, or every problem with it. */
export function readSettings<File>(
  schema: z.ZodType<File>,
  content: string | Uint8Array,
): SettingsReading<File> {
  const { json, problems } = readJson(content);
  return problems === undefined ? judge(schema, json, () => []) : { problems };
}

/** Reads `people.json`. @param regions the regions of today; an area that is none of them is refused */
export function readPeople(
  content: string | Uint8Array,
  regions: Pick<RegionDirectory, 'has'>,
): SettingsReading<PeopleFile> {
  const { json, problems } = readJson(content);
  return problems === undefined ? judgePeople(json, regions) : { problems };
}

/** Judges what is to become `people.json`, whatever it was read from. */
export function judgePeople(
  content: unknown,
  regions: Pick<RegionDirectory, 'has'>,
): SettingsReading<PeopleFile> {
  return judge(peopleFileSchema, content, () => directoryProblems(content, regions));
}

/** The JSON of a settings file, or what keeps it from being read. */
export function readJson(
  content: string | Uint8Array,
): { json: unknown; problems?: undefined } | { json?: never; problems: Problem[] } {
  const { value, faults, doubled } =
    typeof content === 'string' ? readJsonText(content) : readJsonFile(content);
  const problems = [
    ...faults.map((fault) => problem('settings-not-json', '', { detail: placeOf(fault) })),
    ...doubled.map((pointer) => problem('field-doubled', pointer)),
  ];
  return problems.length === 0 ? { json: value } : { problems };
}

/** Judges what a settings file holds. The problems of shape hide none of the others. */
export function judge<File>(
  schema: z.ZodType<File>,
  content: unknown,
  others: () => Problem[],
): SettingsReading<File> {
  const read = schema.safeParse(content, { reportInput: true });
  const problems = [...(read.success ? [] : problemsOf(read.error)), ...others()];
  return read.success && problems.length === 0 ? { file: read.data, problems: [] } : { problems };
}
