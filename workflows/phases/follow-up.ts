/**
 * The third phase: what the group owes for the money, until the close.
 *
 * Begins with `$proposalId` and `$approval`, once the first tranche is paid.
 * Output  `{outcome: 'closed', result}`.
 *
 * In parallel: the remaining tranches, which belong to the phase before and continue meanwhile; the training follow-up; and,
 * where wages are paid by the day, the muster roll. When all are done, the proposal is closed.
 */
import { ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Life } from '../life.ts';
import { remainingTranches } from './award-and-money.ts';

export function followUp(life: Life): void {
  life
    .inParallel(
      'Remaining tranches and training',
      {
        arguments: {
          paid: '{% $approval.tranches[0] %}',
          left: '{% [$approval.tranches[[1..$count($approval.tranches)]]] %}',
        },
      },
      remainingTranches,
      training,
      musterRoll,
    )
    .next('Close the proposal');

  life.call('Close the proposal', {
    function: 'closing/close-proposal',
    payload: { proposalId: '{% $proposalId %}' },
    output: { outcome: 'closed', result: '{% $states.result.Payload.result %}' },
  });
}

function training(life: Life): void {
  life.run('Training', {
    machine: 'training',
    name: "$proposalId & '-training'",
    input: { proposalId: '{% $proposalId %}' },
    days: 331,
  });
}

function musterRoll(life: Life): void {
  life.each(
    'Wages by the day',
    { items: ProvideItems.jsonata('{% $approval.works = true ? [$proposalId] : [] %}') },
    (works) =>
      works.run('Muster roll', {
        machine: 'muster-roll',
        name: "$proposalId & '-muster-roll'",
        input: { proposalId: '{% $proposalId %}' },
        days: 331,
      }),
  );
}
