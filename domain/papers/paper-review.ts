/**
 * The test of a tranche's papers: the official who asks for the payment (PPK) accepts each paper that the group handed in, or returns
 * it with a reason, before the SPP is issued (PMK 168/PMK.05/2015 has the PPK test the papers of a disbursement).
 *
 * What was accepted stays accepted, and is not handed in again.
 */

import * as z from 'zod';
import { type DocumentType, documentName, documentTypeSchema } from '../asks/documents.ts';
import { reasonField } from '../asks/form-values.ts';
import type { FormField, FormFields } from '../asks/forms.ts';
import { type Problem, problem } from '../text/problem.ts';
import { problemsOf } from '../text/zod-problems.ts';

/** What was found of one paper. */
export const paperDecisionSchema = z.discriminatedUnion('decision', [
  z.strictObject({ type: documentTypeSchema, decision: z.literal('accepted') }),
  z.strictObject({ type: documentTypeSchema, decision: z.literal('returned'), reason: z.string() }),
]);
export type PaperDecision = z.output<typeof paperDecisionSchema>;

/** The same, with who found it when, in which round. */
const found = { round: z.int().min(1), by: z.string(), at: z.iso.datetime() };
export const reviewedPaperSchema = z.discriminatedUnion('decision', [
  z.strictObject({ type: documentTypeSchema, decision: z.literal('accepted'), ...found }),
  z.strictObject({ type: documentTypeSchema, decision: z.literal('returned'), reason: z.string(), ...found }),
]);
export type ReviewedPaper = z.output<typeof reviewedPaperSchema>;

/** A paper that lies before the reviewer, and whether it was accepted in an earlier round. */
export interface PaperToReview {
  type: DocumentType;
  accepted: boolean;
}

function decisionField(type: DocumentType) {
  return `paper-${type}`;
}
function reasonFieldOf(type: DocumentType) {
  return `reason-${type}`;
}

/** The fields by which each paper is accepted or returned. One that was accepted before stays so unless it is returned. */
export function reviewFields(papers: readonly PaperToReview[]): FormField[] {
  return papers.flatMap(({ type, accepted }): FormField[] => {
    const name = documentName(type);
    return [
      {
        name: decisionField(type),
        type: 'choice',
        label: name,
        required: !accepted,
        options: [
          {
            value: 'accepted',
            label: accepted
              ? { id: 'Diterima (sudah sebelumnya)', en: 'Accepted (before)' }
              : { id: 'Diterima', en: 'Accepted' },
          },
          { value: 'returned', label: { id: 'Dikembalikan', en: 'Returned' } },
        ],
      },
      {
        name: reasonFieldOf(type),
        type: 'text',
        label: {
          id: `Alasan, bila dikembalikan: ${name.id}`,
          en: `Reason, if it is returned: ${name.en}`,
        },
        required: false,
        maxLength: 500,
      },
    ];
  });
}

/** Reads what a form says of each paper. Everything that is wrong is reported. */
export function readReview(
  fields: FormFields,
  papers: readonly PaperToReview[],
): { decisions: PaperDecision[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const decisions = papers.flatMap(({ type, accepted }): PaperDecision[] => {
    const [where, reasonWhere] = [decisionField(type), reasonFieldOf(type)];
    const given = fields[where] ?? (accepted ? 'accepted' : '');
    if (given === 'accepted') return [{ type, decision: given }];
    if (given !== 'returned') {
      const choices = 'Diterima / Accepted, Dikembalikan / Returned';
      problems.push(
        given === '' ? problem('field-missing', where) : problem('field-not-a-choice', where, { choices }),
      );
      return [];
    }
    const reason = shortReason.safeParse(fields[reasonWhere], { reportInput: true });
    if (reason.success) return [{ type, decision: given, reason: reason.data }];
    problems.push(
      ...problemsOf(reason.error, { style: 'field' }).map((each) => ({ ...each, where: reasonWhere })),
    );
    return [];
  });
  return { decisions, problems };
}

const shortReason = reasonField().pipe(z.string().max(500));

/** Whether the outcome says what the decisions on the papers do: with a paper returned no SPP is issued, and without none is. */
export function reviewProblems(outcome: string, decisions: readonly PaperDecision[]): Problem[] {
  const returned = decisions
    .filter(({ decision }) => decision === 'returned')
    .map(({ type }) => documentName(type));
  if (outcome === 'issued' && returned.length > 0)
    return [
      problem('papers-returned', 'outcome', {
        papersId: returned.map(({ id }) => id).join(', '),
        papersEn: returned.map(({ en }) => en).join(', '),
      }),
    ];
  return outcome === 'returned' && returned.length === 0 ? [problem('papers-not-returned', 'outcome')] : [];
}

/** The papers as they stand after a review: what it found, and of papers that it says nothing of what was known. */
export function afterReview(
  known: readonly ReviewedPaper[],
  decisions: readonly PaperDecision[],
  found: { round: number; by: string; at: string },
): ReviewedPaper[] {
  const judged = new Map(decisions.map((each) => [each.type, each]));
  const before = new Map(known.map((each) => [each.type, each]));
  const types = [...new Set([...before.keys(), ...judged.keys()])];
  return types.flatMap((type) => {
    const [old, now] = [before.get(type), judged.get(type)];
    // Who accepted it first answers for it.
    if (now === undefined || (now.decision === 'accepted' && old?.decision === 'accepted')) return old ?? [];
    return [{ ...now, ...found }];
  });
}

/** What the group reads about each paper that was returned. */
export function returnedProblems(papers: readonly PaperDecision[]): Problem[] {
  return papers.flatMap((paper) => {
    if (paper.decision !== 'returned') return [];
    const { id, en } = documentName(paper.type);
    return [problem('paper-returned', paper.type, { document: `${id} / ${en}`, reason: paper.reason })];
  });
}
