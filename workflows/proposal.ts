/**
 * The whole life of a proposal, readable as the policy, in its three phases (`phases/`).
 *
 * Input   `{proposalId, packetPrefix}`; the execution is named by the proposal's id, so that the same upload delivered
 *         twice is one proposal.
 * Output  `{outcome: 'closed', result}` or `{outcome: 'rejected', at, reason}`.
 *
 * 1. Application: the packet is registered and verified, and the ladder of signatories approves it and awards the grant.
 * 2. Award and money: the tranches are paid, one after the other, each after the members received the one before.
 * 3. Follow-up: sessions, visits, muster roll and reports, from the first money on; then the close.
 *
 * Whatever is refused on the way ends in a recorded rejection.
 *
 * Every defect fails the execution at the step where it is; an event then records the halt and notifies the administrators. Once
 * they have removed the cause they redrive the execution, and it continues from that step: a function is called again, a child is
 * run again and finds what was answered before (ADR 0014).
 */
import { inOrder } from './life.ts';
import { application } from './phases/application.ts';
import { awardAndMoney } from './phases/award-and-money.ts';
import { followUp } from './phases/follow-up.ts';
import { rejected } from './phases/rejection.ts';
import type { Workflow } from './workflow.ts';

export const proposal: Workflow = {
  name: 'proposal',
  purpose: 'The whole life of a proposal',
  days: 364,
  children: ['verification', 'approval', 'payment', 'training', 'muster-roll', 'objection'],
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      application(life);
      awardAndMoney(life);
      followUp(life);
      rejected(life);
    }),
};
