/** The rule-pack that an ask follows. */
import type { RulePack } from '#domain/programme.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { rulePack, rulePacks } from '#programmes/index.ts';

/** Thrown when no rule-pack is deployed at all. */
export class NoRulePack extends Error {
  override readonly name = 'NoRulePack';
  constructor() {
    super('There is no rule-pack under programmes/.');
  }
}

/**
 * The pack that the proposal is pinned to. A packet that does not even name a programme has none yet; its correction
 * is asked for with the deadlines of the first pack.
 */
export function rulesOf(proposal: Pick<Proposal, 'pack'>): RulePack {
  const { pack } = proposal;
  const found = pack === undefined ? rulePacks[0] : rulePack(pack.id, pack.version);
  if (found === undefined) throw new NoRulePack();
  return found;
}
