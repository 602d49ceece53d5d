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
 * An item done in time costs three transitions: the branch to the ledger is entered only when a turn passed in silence.
 */
import { Map as EachOf, ProvideItems, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask, awaitAnswer } from './ask.ts';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const training: Workflow = {
  name: 'training',
  purpose: 'Sessions, mentor visits, the outcome and the LPJ',
  days: 330,
  build(scope: Construct, references: References) {
    const open = new CallFunction(scope, 'Open the follow-up', references, {
      function: 'training/open-training',
      payload: { proposalId: '{% $states.context.Execution.Input.proposalId %}' },
      assign: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        items: '{% $states.result.Payload.items %}',
      },
    });

    const wait = Wait.jsonata(scope, 'Wait for its day', {
      time: WaitTime.timestamp('{% $states.input.opensAt %}'),
      assign: { item: '{% $states.input %}' },
    });
    const late = new CallFunction(scope, 'Record as overdue', references, {
      function: 'training/record-overdue',
      payload: { proposalId: '{% $proposalId %}', kind: '{% $item.kind %}', about: '{% $item.about %}' },
      output: { outcome: 'expired' },
    });
    const lastTurn = awaitAnswer(scope, 'Let the item expire', references, {});
    lastTurn.next(
      new Decide(scope, 'Done at the last moment?')
        .onAnswer('expired', late)
        .otherwise(end(scope, 'Done at the last moment', { outcome: '{% $answer.outcome %}' })),
    );
    const ask = new Ask(scope, 'for the item', references, {
      kind: '{% $item.kind %}',
      about: '{% $item.about %}',
      whenSilent: (askAgain) =>
        new Decide(scope, 'Any turn left?')
          .on('$turn < $count($ask.turns) - 1', askAgain)
          .otherwise(lastTurn),
    });
    wait.next(ask);

    const items = EachOf.jsonata(scope, 'Follow up each item', {
      items: ProvideItems.jsonata('{% $items %}'),
      outputs: { overdue: `{% $count($states.result[outcome = 'expired']) %}` },
    });
    items.itemProcessor(wait);
    return open.next(items).startState;
  },
};
