/** What the proposal's rule-pack says about its works. */
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import type { WorksRule } from '#domain/public-works/works-rule.ts';
import { rulePack } from '#programmes/index.ts';

/** A step of the works was taken for a proposal that has none. The workflow never does. */
export class NoWorks extends Error {
  override readonly name = 'NoWorks';
  constructor(proposalId: string) {
    super(`Proposal ${proposalId} has no paid works.`);
  }
}

/** @throws {NoWorks} */
export function worksOf({ id, pack }: Pick<AwardedProposal, 'id' | 'pack'>): WorksRule {
  const { works } = rulePack(pack.id, pack.version);
  if (works === undefined) throw new NoWorks(id);
  return works;
}
