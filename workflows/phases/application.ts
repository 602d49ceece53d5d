/**
 * The first phase: from the packet to the award, or to a rejection.
 *
 * Begins with the input of the execution, `{proposalId, packetPrefix}`.
 * Goes on with the phase of award and money (`First tranche`) when the grant is awarded: `$proposalId`, `$packetPrefix`, `$round`
 * and `$approval`, which is `{tranches, works}`: the numbers of the tranches to pay, and whether wages are paid by the day.
 * All else continues with `Record the rejection`, with `$rejection`.
 *
 * What is not verified is rejected. A returned proposal is verified again, in its next round; the rule-pack bounds the rounds.
 */
import type { Life } from '../life.ts';
import { rejection } from './rejection.ts';

export function application(life: Life): void {
  life
    .call('Register the proposal', {
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
    })
    .decide('Attachments there?')
    .on(`$registration.outcome = 'attachments-missing'`, 'Await the attachments')
    .otherwise('Verification');

  life
    .callAndAwait('Await the attachments', {
      function: 'submission/await-attachments',
      payload: { proposalId: '{% $proposalId %}', packetPrefix: '{% $packetPrefix %}' },
      seconds: '{% $registration.waitSeconds %}',
    })
    // Attachments that never came are a problem that verification reports with all others.
    .whenLate('Verification')
    .next('Verification');

  life
    .run('Verification', {
      machine: 'verification',
      name: `$proposalId & '-verification-' & $string($round)`,
      input: { proposalId: '{% $proposalId %}', round: '{% $round %}', returned: '{% $round > 1 %}' },
      days: 181,
      assign: { verification: '{% $states.result.Output %}' },
    })
    .decide('Verified?')
    .on(`$verification.outcome = 'verified'`, 'Approval')
    .otherwise('Record the rejection', rejection('verification', '$verification.reason'));

  life
    .run('Approval', {
      machine: 'approval',
      name: `$proposalId & '-approval-' & $string($round)`,
      input: { proposalId: '{% $proposalId %}', round: '{% $round %}' },
      days: 181,
      assign: { approval: '{% $states.result.Output %}' },
    })
    .decide('Awarded?')
    .on(`$approval.outcome = 'awarded'`, 'First tranche')
    .on(`$approval.outcome = 'returned'`, 'Verification', { round: '{% $round + 1 %}' })
    .otherwise('Record the rejection', rejection('approval', '$approval.reason'));
}
