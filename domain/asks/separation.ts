/**
 * Separation of duties across all stages: no one verifies, approves and releases money for the same proposal under two roles,
 * and the steps of an approval ladder are taken by different people (juknis TKM 2024: PPK, then KPA).
 *
 * The rule looks at persons, not at links or roles: whatever escalation did, the same person stays the same person.
 */

import * as z from 'zod';
import { askKindSchema, kindOf } from './ask-kinds.ts';
import { type AnyAbout, anyAboutSchema, type Duty } from './kind.ts';

/** Something a person of the directory did for a proposal: which ask they answered, of it or of a payment run with its tranche. */
export const involvementSchema = z.strictObject({
  kind: askKindSchema,
  about: anyAboutSchema,
  /** The payment run that was released. */
  run: z.string().optional(),
  personId: z.string(),
});
export type Involvement = z.output<typeof involvementSchema>;

/** The duty that answering an ask performs; a person who sends a file to the bank (`disburse`) is one more pair of hands. */
export function dutyOf(kind: Involvement['kind']): Duty | undefined {
  return kindOf(kind).duty;
}

/**
 * Whether the person may answer an ask of this kind, given everything done for the proposal so far.
 *
 * @param about what the ask is about; of a ladder's steps, one person takes only one
 * @param history involvements of all persons, in any order; those of others are ignored.
 */
export function mayAct(
  personId: string,
  kind: Involvement['kind'],
  about: AnyAbout,
  history: readonly Involvement[],
): boolean {
  const duty = dutyOf(kind);
  if (duty === undefined) return true;
  return history
    .filter((involvement) => involvement.personId === personId)
    .every((involvement) => {
      const done = dutyOf(involvement.kind);
      if (done === undefined) return true;
      return (
        done === duty &&
        (involvement.kind !== kind || stepOf(involvement.kind, involvement.about) === stepOf(kind, about))
      );
    });
}

/** The ladder's step that an ask is; undefined for kinds that are no ladder. */
function stepOf(kind: Involvement['kind'], about: AnyAbout): number | undefined {
  return kindOf(kind).step?.(about);
}
