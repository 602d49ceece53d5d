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
import { Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const approval: Workflow = {
  name: 'approval',
  purpose: 'The ladder of signatories, then the award',
  days: 180,
  build(scope: Construct, references: References) {
    const rejected = (id: string, reason: string) => end(scope, id, { outcome: 'rejected', reason });

    const open = new CallFunction(scope, 'Open the approval', references, {
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
    });
    const signatory = new Ask(scope, 'the next signatory to approve', references, {
      kind: 'approval',
      about: { round: '{% $round %}', step: '{% $steps[$position].index %}' },
      role: '{% $steps[$position].role %}',
    });
    const award = new CallFunction(scope, 'Award the grant', references, {
      function: 'approval/award-grant',
      payload: { proposalId: '{% $proposalId %}' },
      assign: { award: '{% $states.result.Payload %}' },
    });
    const waitForBudget = Wait.jsonata(scope, 'Wait for room on the budget line', {
      time: WaitTime.duration(Duration.days(1)),
    });
    waitForBudget.next(award);
    award.next(
      new Decide(scope, 'Awarded?')
        .on(
          `$award.outcome = 'awarded'`,
          end(scope, 'Awarded', {
            outcome: 'awarded',
            tranches: '{% $award.tranches %}',
            works: '{% $award.works = true %}',
          }),
        )
        .on('$daysWaited < $budgetWaitDays', waitForBudget, { daysWaited: '{% $daysWaited + 1 %}' })
        .otherwise(rejected('Rejected: no budget', 'no-budget')),
    );

    open.next(signatory);
    signatory.next(
      new Decide(scope, 'Approved?')
        .on(`$answer.outcome = 'approve' and $position + 1 < $count($steps)`, signatory, {
          position: '{% $position + 1 %}',
        })
        .onAnswer('approve', award)
        .on(
          `$answer.outcome = 'return' and $returnsLeft > 0`,
          end(scope, 'Returned to verification', { outcome: 'returned' }),
        )
        .onAnswer('return', rejected('Rejected: returned too often', 'returned-too-often'))
        .onAnswer('reject', rejected('Rejected by a signatory', 'rejected'))
        .otherwise(rejected('Rejected: signatory silent', 'approver-silent')),
    );
    return open;
  },
};
