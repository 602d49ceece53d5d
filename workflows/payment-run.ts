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
 * 3. A released run is sent: its payments are noted as sent, its files put where the bank's connector reads.
 * 4. A run that was held, or that was not released before the cut-off, is withdrawn: its payments are ready for the next
 *    run, under the same EndToEndIds. Released or withdrawn is written once, in the run's own record.
 *
 * A run that fails is alarmed; what it had claimed stays claimed by it, and its execution can be redriven: also on a
 * later day, when it only gives back what was not released.
 */
import { Map as EachOf, Errors, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Decide, end } from './outcomes.ts';
import type { References } from './references.ts';
import { CallAndAwait, CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

/** Seconds from now to a moment in `$run`; a minute at least, in which the function reports what it found. */
function secondsUntil(moment: string) {
  return `{% $max([60, $ceil(($toMillis($run.${moment}) - $toMillis($states.context.State.EnteredTime)) / 1000)]) %}`;
}

/** The rest of what is gone through a part at a time begins there. */
const whereToGoOn = "{% $states.result.Payload.outcome = 'more' ? $states.result.Payload.after : null %}";

export const paymentRun: Workflow = {
  name: 'payment-run',
  purpose: 'Ready payments into one bank file for each rail, released by a treasurer',
  days: 1,
  build(scope: Construct, references: References) {
    const begin = Pass.jsonata(scope, 'Begin at the oldest', { assign: { after: null }, outputs: {} });
    const gather = new CallFunction(scope, 'Gather what is ready', references, {
      function: 'payment/gather-payments',
      payload: {
        runName: '{% $states.context.Execution.Name %}',
        // The run's day is the day it began, also when it is redriven later.
        startedAt: '{% $states.context.Execution.StartTime %}',
        after: '{% $after %}',
      },
      seconds: 300,
      assign: {
        run: '{% $states.result.Payload %}',
        after: whereToGoOn,
      },
    });
    const write = new CallFunction(scope, 'Write the bank file', references, {
      function: 'payment/write-instruction',
      payload: { runId: '{% $run.runId %}', rail: '{% $states.input %}' },
      seconds: 300,
    });
    const files = EachOf.jsonata(scope, 'For each rail', {
      items: ProvideItems.jsonata('{% $run.rails %}'),
      maxConcurrency: 4,
      outputs: {},
    });
    files.itemProcessor(write);

    const release = (id: string, turn: 'ask' | 'remind', until: string) =>
      new CallAndAwait(scope, id, references, {
        function: 'payment/ask-release',
        payload: { runId: '{% $run.runId %}', turn },
        seconds: secondsUntil(until),
        assign: { answer: '{% $states.result %}' },
      });
    const ask = release('Ask a treasurer to release the run', 'ask', 'remindAt');
    const remind = release('Remind the treasurers', 'remind', 'cutOffAt');

    const part = { runId: '{% $run.runId %}', after: '{% $after %}' };
    const onward = {
      done: '{% $states.result.Payload %}',
      after: whereToGoOn,
    };
    const send = new CallFunction(scope, 'Send the run', references, {
      function: 'payment/send-run',
      payload: part,
      seconds: 300,
      assign: onward,
    });
    const withdraw = new CallFunction(scope, 'Withdraw the run', references, {
      function: 'payment/withdraw-run',
      payload: part,
      seconds: 300,
      assign: onward,
    });

    const released = new Decide(scope, 'Released?').onAnswer('released', send).otherwise(withdraw);
    gather.next(
      new Decide(scope, 'Anything to pay?')
        .on(`$run.outcome = 'more'`, gather)
        .on(`$run.outcome = 'gathered'`, files)
        .on(`$run.outcome = 'late'`, withdraw)
        .otherwise(end(scope, 'Nothing to pay', { outcome: '{% $run.outcome %}' })),
    );
    files.next(ask);
    ask.addCatch(remind, { errors: [Errors.TIMEOUT] });
    ask.next(released);
    // The cut-off: a release at the last moment stands, and the withdrawal finds it.
    remind.addCatch(withdraw, { errors: [Errors.TIMEOUT] });
    remind.next(released);
    send.next(
      new Decide(scope, 'All sent?').on(`$done.outcome = 'more'`, send).otherwise(
        end(scope, 'Sent', {
          outcome: 'sent',
          runId: '{% $run.runId %}',
          files: '{% $done.files %}',
        }),
      ),
    );
    withdraw.next(
      new Decide(scope, 'All given back?')
        .on(`$done.outcome = 'more'`, withdraw)
        .on(`$done.outcome = 'released'`, send)
        .otherwise(
          end(scope, 'Withdrawn', {
            outcome: 'withdrawn',
            runId: '{% $run.runId %}',
            why: '{% $done.why %}',
          }),
        ),
    );
    begin.next(gather);
    return begin;
  },
};
