/**
 * Payment run: what is ready goes to the bank, in one file for each rail and debit account, released by a person.
 *
 * Started by the schedule on weekdays; an execution is a run. Input `{}`.
 * Output  `{outcome: 'sent', runId, files}`, `{outcome: 'withdrawn', runId, why}`, or `{outcome}` when there was nothing
 *         to gather: `nothing`, `holiday` (the bank is closed), `after-cut-off`.
 *
 * 1. Gathering claims each ready payment for this run, a part of them at a time, so that no payment is in two; the file of a run and rail is written
 *    once, whatever is repeated, where the bank's connector does not read.
 * 2. A treasurer who took no other part in any of the payments sees count, sum and hash of each file and releases the
 *    run or holds it; shortly before the bank's cut-off they are reminded.
 *    Where they hold single payments, those are taken out, the files are written again, and the release is asked for again.
 * 3. A released run is sent: its payments are noted as sent, its files put where the bank's connector reads.
 * 4. A run that was held, or that was not released before the cut-off, is withdrawn: its payments are ready for the next
 *    run, under the same EndToEndIds. Released or withdrawn is written once, in the run's own record.
 *
 * A run that fails is alarmed; what it had claimed stays claimed by it, and its execution can be redriven: also on a
 * later day, when it only gives back what was not released.
 */
import { ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { nextTurn } from './ask.ts';
import { inOrder } from './life.ts';
import type { Workflow } from './workflow.ts';

/** The rest of what is gone through a part at a time begins there. */
const whereToGoOn = "{% $states.result.Payload.outcome = 'more' ? $states.result.Payload.after : null %}";

export const paymentRun: Workflow = {
  name: 'payment-run',
  purpose: 'Ready payments into one bank file for each rail, released by a treasurer',
  days: 1,
  build: (scope, references) =>
    inOrder(scope, references, (life) => {
      const step = { runId: '{% $run.runId %}', after: '{% $after %}' };
      const onward = { done: '{% $states.result.Payload %}', after: whereToGoOn };

      life
        .call('Gather what is ready', {
          function: 'payment/gather-payments',
          payload: {
            runName: '{% $states.context.Execution.Name %}',
            // The run's day is the day it began, also when it is redriven later.
            startedAt: '{% $states.context.Execution.StartTime %}',
            // It begins at the oldest.
            after: '{% $exists($after) ? $after : null %}',
          },
          seconds: 300,
          assign: { run: '{% $states.result.Payload %}', after: whereToGoOn },
        })
        .decide('Anything to pay?')
        .on(`$run.outcome = 'more'`, 'Gather what is ready')
        .on(`$run.outcome = 'gathered'`, 'For each rail', { ask: '{% $run.ask %}', turn: 0 })
        .on(`$run.outcome = 'late'`, 'Withdraw the run')
        .otherwise(life.end('Nothing to pay', { outcome: '{% $run.outcome %}' }));

      life
        .each(
          'For each rail',
          { items: ProvideItems.jsonata('{% $run.rails %}'), maxConcurrency: 4, outputs: {} },
          (rail) =>
            rail.call('Write the bank file', {
              function: 'payment/write-instruction',
              payload: { runId: '{% $run.runId %}', rail: '{% $states.input %}' },
              seconds: 300,
            }),
        )
        .next('Ask a treasurer to release the run');

      life
        .askPlanned('Ask a treasurer to release the run')
        .whenLate('Ask a treasurer to release the run', nextTurn)
        .next('Released?');

      life
        .decide('Released?')
        .onAnswer('released', 'Send the run')
        // It is there: what was held is taken out of it, and the files are written again.
        .onAnswer('partly-held', 'Gather what is ready')
        .otherwise('Withdraw the run');

      life
        .call('Send the run', { function: 'payment/send-run', payload: step, seconds: 300, assign: onward })
        .decide('All sent?')
        .on(`$done.outcome = 'more'`, 'Send the run')
        .otherwise(
          life.end('Sent', { outcome: 'sent', runId: '{% $run.runId %}', files: '{% $done.files %}' }),
        );

      life
        .call('Withdraw the run', {
          function: 'payment/withdraw-run',
          payload: step,
          seconds: 300,
          assign: onward,
        })
        .decide('All given back?')
        .on(`$done.outcome = 'more'`, 'Withdraw the run')
        .on(`$done.outcome = 'released'`, 'Send the run')
        .otherwise(
          life.end('Withdrawn', {
            outcome: 'withdrawn',
            runId: '{% $run.runId %}',
            why: '{% $done.why %}',
          }),
        );
    }),
};
