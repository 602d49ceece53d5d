/**
 * The second phase: the money of an awarded grant, tranche by tranche.
 *
 * Begins with `$proposalId` and `$approval`, of the application. Continues, once the first tranche is paid, with
 * `Remaining tranches and training`: the follow-up begins with the first money, and the other tranches are paid in parallel. A
 * group that cannot be paid at all is rejected, and its people are free again.
 *
 * After each settled tranche the members say whether the benefit reached them. If enough do, the next tranche is paid. If
 * not, the auditor decides whether it is; after the last, the auditor is notified.
 */
import type { Life } from '../life.ts';
import { rejection } from './rejection.ts';

const redrives = '{% $states.context.Execution.RedriveCount %}';

export function awardAndMoney(life: Life): void {
  life
    .run('First tranche', {
      machine: 'payment',
      name: `$proposalId & '-payment-' & $string($approval.tranches[0])`,
      input: { proposalId: '{% $proposalId %}', tranche: '{% $approval.tranches[0] %}', redrives },
      days: 271,
      assign: { firstPayment: '{% $states.result.Output %}' },
    })
    .decide('First tranche paid?')
    .on(`$firstPayment.outcome = 'settled'`, 'Remaining tranches and training')
    .otherwise('Record the rejection', rejection('payment', '$firstPayment.reason'));
}

/** The tranches after the first, one after the other. Input `{paid, left}`: the tranche that is paid, and those that are not. */
export function remainingTranches(life: Life): void {
  const receipts = {
    function: 'payment/record-receipts',
    payload: { proposalId: '{% $proposalId %}', tranche: '{% $paid %}' },
  } as const;

  life
    .ask('the members for the receipt', {
      kind: 'receipt',
      about: { tranche: '{% $states.input.paid %}' },
      assign: { paid: '{% $states.input.paid %}', left: '{% $states.input.left %}' },
    })
    .decide('Another tranche?')
    .on('$count($left) = 0', 'Record the last receipts')
    .otherwise('Record the receipts');

  life.call('Record the last receipts', receipts);

  life
    .call('Record the receipts', receipts)
    .decide('Did enough confirm?')
    .onAnswer('quorum', 'Next tranche')
    .otherwise('Ask the auditor about the receipts');

  life
    .ask('the auditor about the receipts', {
      kind: 'receipt-review',
      about: { tranche: '{% $paid %}' },
    })
    .decide('Released?')
    .onAnswer('release', 'Next tranche')
    .otherwise('Withhold the remaining tranches');

  life
    .run('Next tranche', {
      machine: 'payment',
      name: `$proposalId & '-payment-' & $string($left[0])`,
      input: { proposalId: '{% $proposalId %}', tranche: '{% $left[0] %}', redrives },
      days: 271,
      output: {
        outcome: '{% $states.result.Output.outcome %}',
        paid: '{% $left[0] %}',
        left: '{% [$left[[1..$count($left)]]] %}',
      },
    })
    .decide('Tranche paid?')
    .on(`$states.input.outcome = 'settled'`, 'Ask the members for the receipt')
    .otherwise(life.end('Tranche unpaid', { outcome: '{% $states.input.outcome %}' }));

  life.call('Withhold the remaining tranches', {
    function: 'payment/leave-unpaid',
    payload: { proposalId: '{% $proposalId %}', tranche: '{% $left[0] %}', reason: 'receipt-unconfirmed' },
  });
}
