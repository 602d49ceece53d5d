/** The follow-up begins, and what was not done in time is entered into the ledger: each once. */

import { askForms } from '#domain/ask-forms.ts';
import { inStage, type Proposal, startFollowUp } from '#domain/proposal.ts';
import { dutyHolder, type FollowUpItem, type FollowUpKind, followUpPlan } from '#domain/training.ts';
import { type Calendar, jakartaDate } from '#domain/working-days.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';
import { rulePack } from '#programmes/index.ts';

/** Plans the follow-up from the day of the first settled payment; again it answers the same plan. */
export const openFollowUp = (
  { proposals }: Pick<Store, 'proposals'>,
  calendar: Calendar,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<FollowUpItem[]> =>
  proposals.update(proposalId, now, (before) => {
    if (before.stage === 'follow-up' || before.stage === 'closed') return { result: before.followUp.items };
    const proposal = inStage(before, ['payment'], 'start its follow-up');
    const dates = proposal.tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate]));
    const settledOn = dates.sort()[0] ?? jakartaDate(now);
    const items = followUpPlan(rulePack(proposal.pack.id, proposal.pack.version), settledOn, calendar);
    return {
      proposal: startFollowUp(proposal, { settledOn, items }, now),
      events: [
        {
          at: now,
          actor: { kind: 'system' },
          action: 'follow-up.started',
          facts: { settledOn, items: items.length },
        },
      ],
      result: items,
    };
  });

export interface OverdueStep {
  proposalId: string;
  kind: FollowUpKind;
  key: string;
  now: string;
}

/** How an item is called. */
export const itemName = (kind: FollowUpKind) => askForms[kind].title;

/** Enters the item into the overdue ledger, once. */
export const recordOverdue = async (
  store: Pick<Store, 'commit' | 'overdue' | 'proposals'>,
  { proposalId, kind, key, now }: OverdueStep,
): Promise<Proposal> => {
  const proposal = await store.proposals.get(proposalId);
  try {
    await store.commit({
      proposalId,
      now,
      events: [
        {
          at: now,
          actor: { kind: 'system' },
          action: 'overdue.recorded',
          facts: { kind, key, duty: dutyHolder(kind) },
        },
      ],
      changes: [store.overdue.record({ proposalId, kind, key, since: now })],
    });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
  return proposal;
};
