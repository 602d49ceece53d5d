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
import { Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask } from './ask.ts';
import { Decide } from './outcomes.ts';
import type { References } from './references.ts';
import { CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const musterRoll: Workflow = {
  name: 'muster-roll',
  purpose: 'The muster roll of paid works, and the wages by it',
  days: 330,
  build(scope: Construct, references: References) {
    const open = new CallFunction(scope, 'Look when the roll is due', references, {
      function: 'public-works/open-muster-roll',
      payload: { proposalId: '{% $states.context.Execution.Input.proposalId %}' },
      assign: {
        proposalId: '{% $states.context.Execution.Input.proposalId %}',
        roll: '{% $states.result.Payload %}',
        // Counts the rolls; `$turn` counts the turns of an ask.
        nth: 1,
      },
    });
    const wait = Wait.jsonata(scope, 'Wait for its day', {
      time: WaitTime.timestamp('{% $roll.opensAt %}'),
    });
    const ask = new Ask(scope, 'the leader for the muster roll', references, {
      kind: 'muster-roll',
      about: { turn: '{% $nth %}' },
    });
    const check = new CallFunction(scope, 'Check the roll', references, {
      function: 'public-works/check-muster-roll',
      payload: { proposalId: '{% $proposalId %}', turn: '{% $nth %}' },
      seconds: 300,
      assign: { checked: '{% $states.result.Payload %}' },
    });
    const draft = new CallFunction(scope, 'Draft the wage papers', references, {
      function: 'public-works/draft-wage-papers',
      payload: { proposalId: '{% $proposalId %}' },
      output: { outcome: 'accepted' },
    });
    const late = new CallFunction(scope, 'Record as overdue', references, {
      function: 'training/record-overdue',
      payload: { proposalId: '{% $proposalId %}', kind: 'muster-roll', about: { turn: 1 } },
      output: { outcome: 'overdue' },
    });

    open.next(wait).next(ask);
    ask.next(new Decide(scope, 'Handed in?').onAnswer('handed-in', check).otherwise(late));
    check.next(
      new Decide(scope, 'In order?')
        .on(`$checked.outcome = 'accepted'`, draft)
        .on('$nth < $roll.turns', ask, { nth: '{% $nth + 1 %}' })
        .otherwise(late),
    );
    return open;
  },
};
