/**
 * Training follow-up: sessions, mentor visits, the outcome and the accountability report (LPJ), in parallel.
 *
 * Input   `{proposalId}`.
 * Output  `{overdue}`: how many items were not done in time.
 *
 * The rule-pack's plan gives the items and the day on which each opens. Each item waits for its day and is then asked
 * for. What is not done by the end of its last reminder is recorded in the overdue ledger, which bars the same people
 * from a new award; it stops nothing else.
 *
 * When each is asked, reminded and ended is computed when the follow-up opens, and comes with the item: one that is done in
 * time costs two transitions. The branch to the ledger is entered only when a turn passed in silence.
 */
import { ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { nextTurn } from './ask.ts';
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

export const training: Workflow = {
  name: 'training',
  purpose: 'Sessions, mentor visits, the outcome and the LPJ',
  days: 330,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      life
        .call('Open the follow-up', {
          function: 'training/open-training',
          payload: { proposalId: '{% $states.context.Execution.Input.proposalId %}' },
          assign: {
            proposalId: '{% $states.context.Execution.Input.proposalId %}',
            items: '{% $states.result.Payload.items %}',
          },
        })
        .next('Follow up each item');

      life.each(
        'Follow up each item',
        {
          items: ProvideItems.jsonata('{% $items %}'),
          outputs: { overdue: `{% $count($states.result[outcome = 'expired']) %}` },
        },
        (item) => {
          item
            .waitUntil('Wait for its day', '{% $states.input.opensAt %}', {
              ask: '{% $states.input %}',
              turn: 0,
            })
            .next('Ask for the item');

          item.askPlanned('Ask for the item').whenLate('Any turn left?', nextTurn);

          item
            .decide('Any turn left?')
            .on('$turn < $count($ask.turns) - 1', 'Ask for the item')
            .otherwise('Let the item expire');

          item
            .askPlanned('Let the item expire')
            .decide('Done at the last moment?')
            .onAnswer('expired', 'Record as overdue')
            .otherwise(life.end('Done at the last moment', { outcome: '{% $answer.outcome %}' }));

          item.call('Record as overdue', {
            function: 'training/record-overdue',
            payload: { proposalId: '{% $proposalId %}', kind: '{% $ask.kind %}', about: '{% $ask.about %}' },
            output: { outcome: 'expired' },
          });
        },
      );
    }),
};
