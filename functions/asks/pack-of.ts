/** The rule-pack that an ask follows. */
import type { RulePack } from '#domain/programme.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { packOf } from '#programmes/index.ts';

/** The pack that the proposal is pinned to, or the first one while it has none. */
export function rulesOf(proposal: Pick<Proposal, 'pack'>): RulePack {
  return packOf(proposal);
}
