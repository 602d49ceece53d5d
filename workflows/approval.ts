/**
 * Approval: the rule-pack's ladder, one signatory after the other, then the award.
 *
 * Input   `{proposalId, round}`.
 * Output  `{outcome: 'awarded', tranches, works}` (the tranche numbers to pay,
 *         and whether wages are paid by a muster roll), `{outcome: 'returned'}` (to verification), or
 *         `{outcome: 'rejected', reason}`.
 *
 * Each step's role is asked in the ladder's order. Approve leads to the next step, reject ends, return sends the
 * proposal back to verification as often as the rule-pack allows, and silence until the end of the last escalation
 * rejects. When all have approved, the grant is awarded and its amount committed against the budget line. While the line
 * has no room, the award waits and is tried again each day, as many days as the rule-pack says; then it is rejected.
 */
import { Duration } from 'aws-cdk-lib';
import { WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

export const approval: Workflow = {
  name: 'approval',
  purpose: 'The ladder of signatories, then the award',
  days: 180,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      const rejected = (id: string, reason: string) => life.end(id, { outcome: 'rejected', reason });

      life
        .call('Open the approval', {
          function: 'approval/open-approval',
          payload: { proposalId: '{% $states.context.Execution.Input.proposalId %}' },
          assign: {
            proposalId: '{% $states.context.Execution.Input.proposalId %}',
            round: '{% $states.context.Execution.Input.round %}',
            steps: '{% $states.result.Payload.steps %}',
            returnsLeft: '{% $states.result.Payload.returnsLeft %}',
            budgetWaitDays: '{% $states.result.Payload.budgetWaitDays %}',
            daysWaited: 0,
            position: 0,
          },
        })
        .next('Ask the next signatory to approve');

      life
        .ask('the next signatory to approve', {
          kind: 'approval',
          about: { round: '{% $round %}', step: '{% $steps[$position].index %}' },
          role: '{% $steps[$position].role %}',
        })
        .decide('Approved?')
        .on(
          `$answer.outcome = 'approve' and $position + 1 < $count($steps)`,
          'Ask the next signatory to approve',
          { position: '{% $position + 1 %}' },
        )
        .onAnswer('approve', 'Award the grant')
        .on(
          `$answer.outcome = 'return' and $returnsLeft > 0`,
          life.end('Returned to verification', { outcome: 'returned' }),
        )
        .onAnswer('return', rejected('Rejected: returned too often', 'returned-too-often'))
        .onAnswer('reject', rejected('Rejected by a signatory', 'rejected'))
        .otherwise(rejected('Rejected: signatory silent', 'approver-silent'));

      life
        .call('Award the grant', {
          function: 'approval/award-grant',
          payload: { proposalId: '{% $proposalId %}' },
          assign: { award: '{% $states.result.Payload %}' },
        })
        .decide('Awarded?')
        .on(
          `$award.outcome = 'awarded'`,
          life.end('Awarded', {
            outcome: 'awarded',
            tranches: '{% $award.tranches %}',
            works: '{% $award.works = true %}',
          }),
        )
        .on('$daysWaited < $budgetWaitDays', 'Wait for room on the budget line', {
          daysWaited: '{% $daysWaited + 1 %}',
        })
        .otherwise(rejected('Rejected: no budget', 'no-budget'));

      life
        .waitFor('Wait for room on the budget line', WaitTime.duration(Duration.days(1)))
        .next('Award the grant');
    }),
};
