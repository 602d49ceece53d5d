/** The award, and the wait for a budget that has room for it. */
import { showBudgetLine } from '../money/ledger.ts';
import { tranchePlan } from '../money/tranche.ts';
import { provinceOf } from '../people/region.ts';
import type { RulePack } from '../programme.ts';
import { jakartaDate } from '../working-days.ts';
import type { Content } from './content.ts';
import type { Award } from './decisions.ts';
import { event } from './events.ts';
import { type Decided, inStage, type Proposal, type ProposalIn } from './proposal.ts';

/** All approved: decree, agreement, and a tranche plan whose amounts add up to the award. */
export function award(
  proposal: Proposal,
  pack: RulePack,
  granted: Award,
  now: string,
): Decided<ProposalIn<'payment'>> {
  const { round: _, budgetAwaitedSince: __, ...before } = inStage(proposal, ['approval'], 'be awarded');
  const tranches = tranchePlan(pack, granted.amount);
  const { sk, pks, amount, budgetLine } = granted;
  return {
    proposal: {
      ...before,
      stage: 'payment',
      award: granted,
      tranches: tranches.map((tranche) => ({ ...tranche, status: 'planned', attempts: 0 })),
      updatedAt: now,
    },
    events: [
      event(now, 'proposal.awarded', {
        ...{ sk: sk.number, pks: pks.number, amount },
        ...{ budgetLine: showBudgetLine(budgetLine), tranches: tranches.length },
      }),
    ],
  };
}

/** All have approved, and there is no money for it: the award waits, since the first time that this was found. */
export function awaitBudget(
  proposal: Proposal,
  budgetLine: Award['budgetLine'],
  now: string,
): Decided<ProposalIn<'approval'>> {
  const before = inStage(proposal, ['approval'], 'wait for its budget');
  if (before.budgetAwaitedSince !== undefined) return { proposal: before, events: [] };
  const facts = { amount: before.content.amountAsked, budgetLine: showBudgetLine(budgetLine) };
  return {
    proposal: { ...before, budgetAwaitedSince: now, updatedAt: now },
    events: [event(now, 'award.waits-for-budget', facts)],
  };
}

/** The budget line that an award now would be paid from: the pack's programme, Jakarta's year, the village's province. */
export function budgetLineOf(pack: RulePack, content: Content, now: string): Award['budgetLine'] {
  return {
    programme: pack.budgetProgramme,
    year: Number(jakartaDate(now).slice(0, 4)),
    province: provinceOf(content.group.village),
  };
}
