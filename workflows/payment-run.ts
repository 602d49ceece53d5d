/**
 * Payment run: what is ready goes to the bank, in one file for each rail.
 *
 * Started by the schedule on working days; an execution is a run. Input `{}`.
 * Output  `{outcome: 'sent', runId, files}`, or `{outcome: 'nothing' | 'holiday'}`.
 *
 * Gathering claims each ready payment for this run, so that no payment is in two; the file of a run and rail is written
 * once, whatever is repeated. A run that fails is alarmed; what it had claimed stays claimed by it, and its execution
 * can be redriven.
 */
import { Map as EachOf, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Decide, end } from './outcomes.ts';
import type { Parts } from './parts.ts';
import { CallFunction } from './tasks.ts';
import type { Workflow } from './workflow.ts';

export const paymentRun: Workflow = {
  name: 'payment-run',
  purpose: 'Ready payments into one bank file for each rail',
  days: 1,
  build(scope: Construct, parts: Parts) {
    const gather = new CallFunction(scope, 'Gather what is ready', parts, {
      function: 'payment/gather-payments',
      payload: {
        runName: '{% $states.context.Execution.Name %}',
        // The run's day is the day it began, also when it is redriven later.
        now: '{% $states.context.Execution.StartTime %}',
      },
      seconds: 300,
      assign: { run: '{% $states.result.Payload %}' },
    });
    const write = new CallFunction(scope, 'Write the bank file', parts, {
      function: 'payment/write-instruction',
      payload: { runId: '{% $run.runId %}', rail: '{% $states.input %}' },
      seconds: 300,
    });
    const files = EachOf.jsonata(scope, 'For each rail', {
      items: ProvideItems.jsonata('{% $run.rails %}'),
      maxConcurrency: 4,
      outputs: { outcome: 'sent', runId: '{% $run.runId %}', files: '{% $count($run.rails) %}' },
    });
    files.itemProcessor(write);

    gather.next(
      new Decide(scope, 'Anything to pay?')
        .on(`$run.outcome = 'gathered'`, files)
        .otherwise(end(scope, 'Nothing to pay', { outcome: '{% $run.outcome %}' })),
    );
    return gather;
  },
};
