/**
 * What an ask is about: the subject whose record its answer is part of. Its id says which it is, so that the id of an ask, which
 * begins with it, says everything: whose it is, which kind, and what about.
 *
 * Another subject is another member of the union and another form of id; `functions/asks/subject.ts` says how the engine reads
 * and changes it.
 */
import * as z from 'zod';

export const subjectSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('proposal'), id: z.string() }),
  z.strictObject({ of: z.literal('payment-run'), id: z.string() }),
]);
export type Subject = z.output<typeof subjectSchema>;
export type SubjectKind = Subject['of'];

/** How the ids of each look. */
const forms: Readonly<Record<SubjectKind, RegExp>> = {
  proposal: /^P-[0-9A-Z]{10}$/,
  'payment-run': /^R\d{8}-[0-9A-F]{8}$/,
};

/** The subject with this id; undefined for what is the id of none. */
export function subjectOf(id: string): Subject | undefined {
  return subjectSchema.options
    .map((option) => option.shape.of.value)
    .filter((of) => forms[of].test(id))
    .map((of): Subject => ({ of, id }))[0];
}
