/**
 * Sweeps, on a schedule, the answers whose executions were not resumed: the function that recorded them was
 * killed, or Step Functions could not be reached. And has the sender try messages again that wait, because a service would not
 * take them, or that were left, because it was not told of them.
 */
import '#functions/behaviours.ts';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { resumeAsk } from '#functions/asks/resume-ask.ts';
import { nudgeAgain } from '#functions/notifications/post.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { leftBefore } from '#functions/store/outbox.ts';

/** The maximum of answers in one sweep; what is left is the next sweep's. */
const perSweep = 100;

/** EventBridge Scheduler fills in the scheduled time; see `infra/`. */
const event = z.object({ now: nowSchema });

export const handler = taskHandler(
  'asks/resume-answered',
  event,
  async ({ now }, { env, store, logger, metrics }) => {
    let resumed = 0;
    let failed = 0;
    for (const ask of await store.asks.answeredUnresumed(perSweep)) {
      try {
        await resumeAsk(
          {
            ...{ store, stepFunctions: stepFunctions() },
            depositMachineArn: env.DEPOSIT_STATE_MACHINE_ARN,
          },
          ask,
          now,
        );
        resumed += 1;
      } catch (error) {
        // One execution that cannot be resumed must not keep the others waiting.
        failed += 1;
        logger.warn('An answer could not be given to its execution.', {
          askId: ask.id,
          error: error as Error,
        });
      }
    }
    metrics.addMetric('AnswersSwept', MetricUnit.Count, resumed);
    const waits = (await store.messages.due(now, 1)).length > 0;
    const lost = (await store.outbox.toSend([], leftBefore(now))).map(({ id }) => id);
    if (waits || lost.length > 0) await nudgeAgain(env, lost, now);
    metrics.addMetric('NudgesLost', MetricUnit.Count, lost.length);
    return { resumed, failed, waits, lost: lost.length };
  },
);
