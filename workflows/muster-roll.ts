/**
 * The muster roll of paid public works (Padat Karya): who worked on which days, and the wages by it.
 *
 * Input   `{proposalId}`.
 * Output  `{outcome: 'accepted'}`, or `{outcome: 'overdue'}`.
 *
 * On its day, which the rule-pack says, the leader is asked for the roll and the signed sheets. It is checked as a whole: a
 * roll that is not in order comes back with everything that is wrong, as often as the rule-pack allows. From the one that is
 * accepted the wage bill and the list of receipts are drafted. A roll that is not handed in, or came back too often, is
 * recorded in the overdue ledger, which bars the same people from a new award; it stops nothing else.
 */
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

export const musterRoll: Workflow = {
  name: 'muster-roll',
  purpose: 'The muster roll of paid works, and the wages by it',
  days: 330,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      life
        .call('Look when the roll is due', {
          function: 'public-works/open-muster-roll',
          payload: { proposalId: '{% $states.context.Execution.Input.proposalId %}' },
          assign: {
            proposalId: '{% $states.context.Execution.Input.proposalId %}',
            roll: '{% $states.result.Payload %}',
            // Counts the rolls; `$turn` counts the turns of an ask.
            nth: 1,
          },
        })
        .next('Wait for its day');

      life.waitUntil('Wait for its day', '{% $roll.opensAt %}').next('Ask the leader for the muster roll');

      life
        .ask('the leader for the muster roll', { kind: 'muster-roll', about: { turn: '{% $nth %}' } })
        .decide('Handed in?')
        .onAnswer('handed-in', 'Check the roll')
        .otherwise('Record as overdue');

      life
        .call('Check the roll', {
          function: 'public-works/check-muster-roll',
          payload: { proposalId: '{% $proposalId %}', turn: '{% $nth %}' },
          seconds: 300,
          assign: { checked: '{% $states.result.Payload %}' },
        })
        .decide('In order?')
        .on(`$checked.outcome = 'accepted'`, 'Draft the wage papers')
        .on('$nth < $roll.turns', 'Ask the leader for the muster roll', { nth: '{% $nth + 1 %}' })
        .otherwise('Record as overdue');

      life.call('Draft the wage papers', {
        function: 'public-works/draft-wage-papers',
        payload: { proposalId: '{% $proposalId %}' },
        output: { outcome: 'accepted' },
      });

      life.call('Record as overdue', {
        function: 'training/record-overdue',
        payload: { proposalId: '{% $proposalId %}', kind: 'muster-roll', about: { turn: 1 } },
        output: { outcome: 'overdue' },
      });
    }),
};
