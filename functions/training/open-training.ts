/**
 * Opens the training follow-up: sessions, mentor visits, the outcome and the LPJ, each with the moment it is asked for and the
 * schedule from there on.
 */
import * as z from 'zod';
import { planAsk } from '#functions/asks/plan-ask.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { openFollowUp } from '#functions/training/follow-up.ts';
import { packOf } from '#programmes/index.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('training/open-training', event, async (step, { store }) => {
  const { proposalId, now } = step;
  const calendar = await calendarInForce(store, now);
  const items = await openFollowUp(store, calendar, step);
  const pack = packOf(await store.proposals.state(proposalId));
  return {
    items: items.map(({ opensAt, ...item }) => ({
      opensAt,
      // An execution that is run again after a halt may come to it later than the plan has it.
      ...planAsk(pack, { ...item, proposalId, opensAt: latest(opensAt, now) }, calendar),
    })),
  };
});

/** The later of two moments. */
function latest(...moments: readonly string[]): string {
  return moments.toSorted((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? '';
}
