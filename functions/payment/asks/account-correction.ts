/** The group names another account: one that its paying office can reach, in its own name. */
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { packOf } from '#programmes/index.ts';

export const accountCorrection: Behaviour<'account-correction'> = {
  facts: ({ proposal }) => ({ rail: packOf(proposal).payment.rail, groupName: groupNameOf(proposal) }),
  page: { facts: (shown) => trancheFacts(shown, shown.ask.about.tranche, { account: 'whole' }) },
};
