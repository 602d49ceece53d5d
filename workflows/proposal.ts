/**
 * The whole life of a proposal, readable as the policy.
 *
 * Input   `{proposalId, packetPrefix}`; the execution is named by the proposal's id, so that the same upload delivered
 *         twice is one proposal.
 * Output  `{outcome: 'closed', result}` or `{outcome: 'rejected', at, reason}`.
 *
 * 1. Register the packet; wait a bounded time for attachments that are still on their way.
 * 2. Verification. What is not verified is rejected.
 * 3. Approval. A returned proposal is verified again, in its next round; the rule-pack bounds the rounds.
 * 4. The first tranche. A group that cannot be paid is rejected and its people are free again.
 * 5. In parallel: the training follow-up, which begins with the first money; and after each settled tranche the members
 *    say whether the benefit reached them; and where wages are paid by the day, the group hands in its muster roll. If enough do, the next tranche is paid. If not, the auditor decides whether
 *    it is; after the last, the auditor is notified.
 * 6. Close.
 *
 * Every refusal ends in a recorded rejection with its reason. The group may object once to a rejection before the
 * award; a granted objection begins verification again, in its next round, and a second rejection is final. Every defect fails the execution at the step where it is;
 * an event then records the halt and notifies the administrators. Once they have removed the cause they redrive the
 * execution, and it continues from that step: a function is called again, a child is run again and finds what was answered
 * before (ADR 0014).
 */
import { Errors, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallAndAwait, CallFunction, RunChild } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const proposal: Workflow = {
  name: 'proposal',
  purpose: 'The whole life of a proposal',
  days: 364,
  children: ['verification', 'approval', 'payment', 'training', 'muster-roll', 'objection'],
  build(scope: Construct, references: References) {
    const redrives = '{% $states.context.Execution.RedriveCount %}';
    const register = new CallFunction(scope, 'Register the proposal', references, {
      function: 'submission/register-proposal',
      payload: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        packetPrefix: '{% $states.context.Execution.Input.packetPrefix %}',
      },
      assign: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        packetPrefix: '{% $states.context.Execution.Input.packetPrefix %}',
        registration: '{% $states.result.Payload %}',
        round: 1,
      },
    });
    const awaitAttachments = new CallAndAwait(scope, 'Await the attachments', references, {
      function: 'submission/await-attachments',
      payload: { proposalId: '{% $proposalId %}', packetPrefix: '{% $packetPrefix %}' },
      seconds: '{% $registration.waitSeconds %}',
    });
    const verification = new RunChild(scope, 'Verification', references, {
      machine: 'verification',
      name: `$proposalId & '-verification-' & $string($round)`,
      input: { proposalId: '{% $proposalId %}', round: '{% $round %}', returned: '{% $round > 1 %}' },
      days: 181,
      assign: { verification: '{% $states.result.Output %}' },
    });
    const approval = new RunChild(scope, 'Approval', references, {
      machine: 'approval',
      name: `$proposalId & '-approval-' & $string($round)`,
      input: { proposalId: '{% $proposalId %}', round: '{% $round %}' },
      days: 181,
      assign: { approval: '{% $states.result.Output %}' },
    });
    const firstTranche = new RunChild(scope, 'First tranche', references, {
      machine: 'payment',
      name: `$proposalId & '-payment-' & $string($approval.tranches[0])`,
      input: { proposalId: '{% $proposalId %}', tranche: '{% $approval.tranches[0] %}', redrives },
      days: 271,
      assign: { firstPayment: '{% $states.result.Output %}' },
    });
    const receipts = new Ask(scope, 'the members for the receipt', references, {
      kind: 'receipt',
      about: { tranche: '{% $states.input.paid %}' },
      assign: { paid: '{% $states.input.paid %}', left: '{% $states.input.left %}' },
    });
    const recordReceipts = new CallFunction(scope, 'Record the receipts', references, {
      function: 'payment/record-receipts',
      payload: { proposalId: '{% $proposalId %}', tranche: '{% $paid %}' },
    });
    const review = new Ask(scope, 'the auditor about the receipts', references, {
      kind: 'receipt-review',
      about: { tranche: '{% $paid %}' },
    });
    const nextTranche = new RunChild(scope, 'Next tranche', references, {
      machine: 'payment',
      name: `$proposalId & '-payment-' & $string($left[0])`,
      input: { proposalId: '{% $proposalId %}', tranche: '{% $left[0] %}', redrives },
      days: 271,
      output: {
        outcome: '{% $states.result.Output.outcome %}',
        paid: '{% $left[0] %}',
        left: '{% [$left[[1..$count($left)]]] %}',
      },
    });
    const withhold = new CallFunction(scope, 'Withhold the remaining tranches', references, {
      function: 'payment/leave-unpaid',
      payload: { proposalId: '{% $proposalId %}', tranche: '{% $left[0] %}', reason: 'receipt-unconfirmed' },
    });
    const tranchesDone = Pass.jsonata(scope, 'Tranches done');
    receipts
      .next(recordReceipts)
      .next(
        new Decide(scope, 'Another tranche?')
          .on('$count($left) = 0', tranchesDone)
          .on(`$answer.outcome = 'quorum'`, nextTranche)
          .otherwise(review),
      );
    review.next(new Decide(scope, 'Released?').onAnswer('release', nextTranche).otherwise(withhold));
    nextTranche.next(
      new Decide(scope, 'Tranche paid?')
        .on(`$states.input.outcome = 'settled'`, receipts)
        .otherwise(tranchesDone),
    );
    const training = new RunChild(scope, 'Training', references, {
      machine: 'training',
      name: "$proposalId & '-training'",
      input: { proposalId: '{% $proposalId %}' },
      days: 331,
    });
    const musterRoll = new RunChild(scope, 'Muster roll', references, {
      machine: 'muster-roll',
      name: "$proposalId & '-muster-roll'",
      input: { proposalId: '{% $proposalId %}' },
      days: 331,
    });
    const wages = new Decide(scope, 'Wages by the day?')
      .on('$approval.works = true', musterRoll)
      .otherwise(Pass.jsonata(scope, 'No wages by the day'));
    const followUp = Parallel.jsonata(scope, 'Remaining tranches and training', {
      arguments: {
        paid: '{% $approval.tranches[0] %}',
        left: '{% [$approval.tranches[[1..$count($approval.tranches)]]] %}',
      },
    }).branch(receipts, training, wages);
    const close = new CallFunction(scope, 'Close the proposal', references, {
      function: 'closing/close-proposal',
      payload: { proposalId: '{% $proposalId %}' },
      output: { outcome: 'closed', result: '{% $states.result.Payload.result %}' },
    });
    const reject = new CallFunction(scope, 'Record the rejection', references, {
      function: 'closing/record-rejection',
      payload: {
        proposalId: '{% $proposalId %}',
        at: '{% $rejection.at %}',
        reason: '{% $rejection.reason %}',
      },
      assign: { rejected: '{% $states.result.Payload %}' },
    });
    const rejected = end(scope, 'Rejected', {
      outcome: 'rejected',
      at: '{% $rejection.at %}',
      reason: '{% $rejection.reason %}',
    });
    const objection = new RunChild(scope, 'Objection', references, {
      machine: 'objection',
      name: "$proposalId & '-objection'",
      input: {
        proposalId: '{% $proposalId %}',
        role: '{% $rejected.appealRole %}',
        round: '{% $round + 1 %}',
      },
      days: 181,
      assign: { objection: '{% $states.result.Output %}' },
    });
    const rejection = (at: string, reason: string) => ({ rejection: { at, reason: `{% ${reason} %}` } });

    register.next(
      new Decide(scope, 'Attachments there?')
        .on(`$registration.outcome = 'attachments-missing'`, awaitAttachments)
        .otherwise(verification),
    );
    // Attachments that never came are a problem that verification reports with all others.
    awaitAttachments.addCatch(verification, { errors: [Errors.TIMEOUT] });
    awaitAttachments.next(verification);
    verification.next(
      new Decide(scope, 'Verified?')
        .on(`$verification.outcome = 'verified'`, approval)
        .otherwiseSetting(rejection('verification', '$verification.reason'), reject),
    );
    approval.next(
      new Decide(scope, 'Awarded?')
        .on(`$approval.outcome = 'awarded'`, firstTranche)
        .on(`$approval.outcome = 'returned'`, verification, { round: '{% $round + 1 %}' })
        .otherwiseSetting(rejection('approval', '$approval.reason'), reject),
    );
    firstTranche.next(
      new Decide(scope, 'First tranche paid?')
        .on(`$firstPayment.outcome = 'settled'`, followUp)
        .otherwiseSetting(rejection('payment', '$firstPayment.reason'), reject),
    );
    followUp.next(close);
    reject.next(
      new Decide(scope, 'May the group object?').on('$rejected.mayObject', objection).otherwise(rejected),
    );
    objection.next(
      new Decide(scope, 'Objection granted?')
        .on(`$objection.outcome = 'granted'`, verification, { round: '{% $round + 1 %}' })
        .otherwise(rejected),
    );
    return register;
  },
};
