/** The papers of a tranche: drafted, tested, issued as SPP and SPM, which reserves its amount, and cancelled before the SP2D. */
import type { Draft } from '../papers/drafts.ts';
import { afterReview, type PaperDecision } from '../papers/paper-review.ts';
import type { Actor } from './audit.ts';
import { event, type FactsOf } from './events.ts';
import { type AwardedProposal, type Decided, WrongTranche } from './proposal.ts';
import type { Paper } from './tranche.ts';
import { type PayableProposal, trancheIn, updateTranche } from './tranches.ts';

/** Papers were drafted for people to print and sign. @throws {WrongTranche} */
export function noteDrafts(
  proposal: PayableProposal,
  number: number,
  drafts: readonly Draft[],
  now: string,
): Decided<PayableProposal> {
  return {
    proposal: updateTranche(
      proposal,
      number,
      (each) => ({ ...each, drafts: [...(each.drafts ?? []), ...drafts] }),
      now,
    ),
    events: drafts.map(({ kind, number: paper, date, contentSha256, sha256, attempt }) =>
      event(now, 'paper.drafted', {
        ...{ tranche: number, paper: kind, number: paper, date, contentSha256, sha256 },
        ...(attempt !== undefined && { attempt }),
      }),
    ),
  };
}

/**
 * Notes what was found of a tranche's papers.
 *
 * @param found.hashes of the files that it was found of, so that the record says which bytes were accepted
 * @throws {WrongTranche}
 */
export function notePapers<P extends AwardedProposal>(
  proposal: P,
  number: number,
  decisions: readonly PaperDecision[],
  found: { round: number; by: Actor; hashes: Partial<FactsOf<'papers.reviewed'>> },
  now: string,
): Decided<P> {
  const { round, by, hashes } = found;
  const reviewer = { round, by: by.kind === 'person' ? by.id : by.kind, at: now };
  const facts: FactsOf<'papers.reviewed'> = {
    ...{ tranche: number, round },
    ...Object.fromEntries(decisions.map(({ type, decision }) => [type, decision])),
    ...hashes,
  };
  return {
    proposal: updateTranche(
      proposal,
      number,
      (tranche) => ({ ...tranche, papers: afterReview(tranche.papers ?? [], decisions, reviewer) }),
      now,
    ),
    events: [event(now, 'papers.reviewed', facts, by)],
  };
}

/**
 * Papers that were issued are cancelled: the tranche is where it was before them, and keeps what was cancelled.
 *
 * @param issued SPP and SPM of the round, as far as they were issued
 * @throws {WrongTranche} once its SP2D has been issued
 */
export function cancelPapers(
  proposal: PayableProposal,
  number: number,
  { round, issued, by }: { round: number; issued: readonly (Paper & { paper: 'spp' | 'spm' })[]; by: string },
  now: string,
): Decided<PayableProposal> {
  const { amount, status } = trancheIn(proposal, number, 'taken back');
  const cancelled = issued.map((each) => ({ ...each, round, cancelledBy: by, cancelledAt: now }));
  return {
    proposal: updateTranche(
      proposal,
      number,
      (tranche) => {
        const { spp: _, spm: __, ...rest } = tranche;
        if (tranche.sp2d !== undefined || (tranche.status !== 'open' && tranche.status !== 'reserved'))
          throw new WrongTranche(proposal, number, 'taken back');
        return { ...rest, status: 'open', cancelled: [...(tranche.cancelled ?? []), ...cancelled] };
      },
      now,
    ),
    events: issued.map(({ paper, number: paperNumber }) =>
      event(
        now,
        'paper.cancelled',
        {
          ...{ tranche: number, round, amount, paper, number: paperNumber },
          reserved: status === 'reserved',
        },
        { kind: 'person', id: by },
      ),
    ),
  };
}

/** SPP and SPM are issued, so the tranche's amount is reserved. @throws {WrongTranche} */
export function reserveTranche(
  proposal: PayableProposal,
  number: number,
  { spp, spm, progress }: { spp: Paper; spm: Paper; progress?: number | undefined },
  now: string,
): Decided<PayableProposal> {
  const { amount, status } = trancheIn(proposal, number, 'reserved');
  if (status !== 'planned' && status !== 'open') throw new WrongTranche(proposal, number, 'reserved');
  return {
    proposal: updateTranche(
      proposal,
      number,
      (each) => ({
        ...each,
        ...{ status: 'reserved', spp, spm },
        ...(progress !== undefined && { progress }),
      }),
      now,
    ),
    events: [event(now, 'tranche.reserved', { tranche: number, amount, spp: spp.number, spm: spm.number })],
  };
}
