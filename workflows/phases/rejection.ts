/**
 * The end of what is refused, in whichever phase.
 *
 * Begins with `$proposalId`, `$round` and `$rejection`, which is `{at, reason}`.
 * Output  `{outcome: 'rejected', at, reason}`; or it continues with `Verification`, in the next round.
 *
 * Every refusal ends in a recorded rejection with its reason. The group may object once to a rejection before the award; a granted
 * objection begins verification again, and a second rejection is final.
 */
import type { Life } from '../life.ts';
import type { Expressions } from '../tasks.ts';

/** Why a proposal is rejected. @param reason a JSONata expression */
export function rejection(at: 'verification' | 'approval' | 'payment', reason: string): Expressions {
  return { rejection: { at, reason: `{% ${reason} %}` } };
}

export function rejected(life: Life): void {
  life
    .call('Record the rejection', {
      function: 'closing/record-rejection',
      payload: {
        proposalId: '{% $proposalId %}',
        at: '{% $rejection.at %}',
        reason: '{% $rejection.reason %}',
      },
      assign: { rejected: '{% $states.result.Payload %}' },
    })
    .decide('May the group object?')
    .on('$rejected.mayObject', 'Objection')
    .otherwise('Rejected');

  life
    .run('Objection', {
      machine: 'objection',
      name: "$proposalId & '-objection'",
      input: {
        proposalId: '{% $proposalId %}',
        role: '{% $rejected.appealRole %}',
        round: '{% $round + 1 %}',
      },
      days: 181,
      assign: { objection: '{% $states.result.Output %}' },
    })
    .decide('Objection granted?')
    .on(`$objection.outcome = 'granted'`, 'Verification', { round: '{% $round + 1 %}' })
    .otherwise('Rejected');

  life.end('Rejected', {
    outcome: 'rejected',
    at: '{% $rejection.at %}',
    reason: '{% $rejection.reason %}',
  });
}
