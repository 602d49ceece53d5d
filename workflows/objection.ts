/**
 * Objection: the group may object to a rejection, once, and an official who took no part decides.
 *
 * Input   `{proposalId, role, round}`; role decides on objections by the rule-pack, round is the next of verification.
 * Output  `{outcome: 'granted'}` (verification begins again) or `{outcome: 'final'}`.
 *
 * 1. The leader is notified of the rejection and asked whether the group objects. Accepting it, or silence, is the end.
 * 2. The objection is decided by a person of the role who has done nothing else for the proposal (separation of duties).
 * 3. Granted: the proposal is open again, in the next round. Dismissed, or not decided in time: the group is notified that
 *    the rejection is final.
 */
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const objection: Workflow = {
  name: 'objection',
  purpose: 'The group’s objection to a rejection, and the decision on it',
  days: 180,
  build(scope: Construct, references: References) {
    const leader = new Ask(scope, 'the leader whether to object', references, {
      kind: 'objection',
      about: {},
      proposalId: '{% $states.context.Execution.Input.proposalId %}',
      assign: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        role: '{% $states.context.Execution.Input.role %}',
        round: '{% $states.context.Execution.Input.round %}',
      },
    });
    const appeal = new Ask(scope, 'an official who took no part to decide', references, {
      kind: 'appeal',
      about: {},
      role: '{% $role %}',
    });
    const reopen = new CallFunction(scope, 'Reopen the proposal', references, {
      function: 'closing/reopen-proposal',
      payload: { proposalId: '{% $proposalId %}', round: '{% $round %}' },
      output: { outcome: 'granted' },
    });
    const uphold = new CallFunction(scope, 'Uphold the rejection', references, {
      function: 'closing/uphold-rejection',
      payload: { proposalId: '{% $proposalId %}' },
      output: { outcome: 'final' },
    });

    leader.next(
      new Decide(scope, 'Does the group object?')
        .onAnswer('objected', appeal)
        .otherwise(end(scope, 'No objection', { outcome: 'final' })),
    );
    appeal.next(new Decide(scope, 'Objection granted?').onAnswer('granted', reopen).otherwise(uphold));
    return leader.startState;
  },
};
