/** What a proposal's record has of the wages of its works; the muster roll itself is an item of its own. */
import * as z from 'zod';
import { rupiahSchema } from '../money/rupiah.ts';
import { draftSchema } from '../papers/drafts.ts';
import { type Problem, problemSchema } from '../text/problem.ts';
import { wagePaperKinds } from './wage-papers.ts';

/** A paper as it was drafted from the roll. */
const wagePaperSchema = draftSchema.extend({ kind: z.enum(wagePaperKinds) });
export type WagePaper = z.output<typeof wagePaperSchema>;

/** The sums of the roll that was accepted. */
const acceptedWagesSchema = z.strictObject({
  at: z.iso.datetime(),
  /** Which roll it was, counted from 1. */
  turn: z.int().min(1),
  workers: z.int().min(1),
  substitutes: z.int().min(0),
  /** Days that were worked, all workers counted (hari orang kerja). */
  personDays: z.int().min(1),
  wages: rupiahSchema,
  /** What there was for wages, and what is left of it. */
  limit: rupiahSchema,
  unspentWages: rupiahSchema,
  /** SHA-256 of the file that was handed in. */
  sha256: z.string(),
  papers: z.array(wagePaperSchema).optional(),
});
export type AcceptedWages = z.output<typeof acceptedWagesSchema>;

export const wagesSchema = z.strictObject({
  /** How many rolls were sent back. */
  returns: z.int().min(0),
  /** What was wrong with the last one, while another is awaited. */
  problems: z.array(problemSchema).optional(),
  accepted: acceptedWagesSchema.optional(),
});
export type Wages = z.output<typeof wagesSchema>;

/** The `turn`th roll was sent back; called again, nothing changes. */
export function returnRoll(
  wages: Wages | undefined,
  turn: number,
  problems: readonly Problem[],
): Wages | undefined {
  if (wages?.accepted !== undefined || (wages?.returns ?? 0) >= turn) return wages;
  return { returns: turn, problems: [...problems] };
}

/** The roll is in order; the first that is accepted stays. */
export function acceptRoll(wages: Wages | undefined, accepted: AcceptedWages): Wages {
  return wages?.accepted === undefined ? { returns: wages?.returns ?? 0, accepted } : wages;
}

/** Where the form of a proposal's muster roll lies in the uploads bucket. */
export function rollFormKey(proposalId: string): string {
  return `drafts/${proposalId}/wages/daftar-hadir.xlsx`;
}
