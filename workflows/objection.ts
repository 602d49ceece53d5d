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
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

export const objection: Workflow = {
  name: 'objection',
  purpose: 'The group’s objection to a rejection, and the decision on it',
  days: 180,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      life
        .ask('the leader whether to object', {
          kind: 'objection',
          about: {},
          proposalId: '{% $states.context.Execution.Input.proposalId %}',
          assign: {
            proposalId: '{% $states.context.Execution.Input.proposalId %}',
            role: '{% $states.context.Execution.Input.role %}',
            round: '{% $states.context.Execution.Input.round %}',
          },
        })
        .decide('Does the group object?')
        .onAnswer('objected', 'Ask an official who took no part to decide')
        .otherwise(life.end('No objection', { outcome: 'final' }));

      life
        .ask('an official who took no part to decide', { kind: 'appeal', about: {}, role: '{% $role %}' })
        .decide('Objection granted?')
        .onAnswer('granted', 'Reopen the proposal')
        .otherwise('Uphold the rejection');

      life.call('Reopen the proposal', {
        function: 'closing/reopen-proposal',
        payload: { proposalId: '{% $proposalId %}', round: '{% $round %}' },
        output: { outcome: 'granted' },
      });

      life.call('Uphold the rejection', {
        function: 'closing/uphold-rejection',
        payload: { proposalId: '{% $proposalId %}' },
        output: { outcome: 'final' },
      });
    }),
};
