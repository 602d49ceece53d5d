/** The papers that were drafted for a tranche, as the pages of its asks offer them. */
import { type DraftKind, draftNames, draftsOfAttempt } from '#domain/papers/drafts.ts';
import { type Proposal, tranchesOf } from '#domain/proposal/proposal.ts';
import type { DraftedPaper } from '#functions/asks/behaviour.ts';

/**
 * Those of these kinds, in the order in which they were drafted.
 *
 * @param attempt the payment attempt whose account they name, from 1
 */
export function draftedPapers(
  proposal: Proposal,
  { tranche: number, attempt = 1 }: { tranche: number; attempt?: number | undefined },
  kinds: readonly DraftKind[],
): DraftedPaper[] {
  const tranche = tranchesOf(proposal).find((each) => each.number === number);
  return draftsOfAttempt(tranche ?? {}, attempt)
    .filter(({ kind }) => kinds.includes(kind))
    .map((draft) => ({ ...draft, name: draftNames[draft.kind] }));
}
