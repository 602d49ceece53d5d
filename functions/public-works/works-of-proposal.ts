/** What the proposal's rule-pack says about its works. */
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import type { WorksRule } from '#domain/public-works/works-rule.ts';
import { packOf } from '#programmes/index.ts';

/** A step of the works was taken for a proposal that has none. The workflow never does. */
export class NoWorks extends Error {
  override readonly name = 'NoWorks';
  constructor(proposalId: string) {
    super(`Proposal ${proposalId} has no paid works.`);
  }
}

/** Roles, rates, ages and the muster roll. @throws {NoWorks} */
export function worksOf(proposal: Pick<AwardedProposal, 'id' | 'pack'>): WorksRule {
  const { works } = packOf(proposal);
  if (works === undefined) throw new NoWorks(proposal.id);
  return works;
}
