/** When the muster roll is due: counted, as the follow-up is, from the day on which the first payment settled. */
import { addDays, addWorkingDays, type Calendar, jakartaDate, morningOf } from '#domain/working-days.ts';
import type { Store } from '#functions/store/store.ts';
import { followedUp } from '#functions/works/checking.ts';
import { worksOf } from '#functions/works/rules.ts';

/** @returns the moment from which the roll is asked for, and how many rolls may be handed in. @throws {NoWorks} */
export const dueRoll = async (
  { proposals }: Pick<Store, 'proposals'>,
  calendar: Calendar,
  { proposalId, now }: { proposalId: string; now: string },
): Promise<{ opensAt: string; turns: number }> => {
  const proposal = followedUp(await proposals.get(proposalId));
  const { musterRoll } = worksOf(proposal);
  const dates = proposal.tranches.flatMap(({ valueDate }) => (valueDate === undefined ? [] : [valueDate]));
  const settledOn = dates.sort()[0] ?? jakartaDate(now);
  return {
    opensAt: morningOf(addWorkingDays(addDays(settledOn, musterRoll.afterDays), 0, calendar)),
    turns: musterRoll.maxReturns + 1,
  };
};
