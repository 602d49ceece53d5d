/**
 * The sender: it alone may use the services that messages leave by. It is told, by an asynchronous invocation, of what was
 * written, by its ids in the outbox; and by the sweep, of what waits or lost its nudge.
 */
import '#functions/behaviours.ts';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { sendQueued, sendWaiting } from '#functions/asks/send-queued.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';

const event = z.object({
  /** Ids in the outbox; nothing of the messages themselves. */
  outbox: z.array(z.string()),
  /** Whether what a service would not take before is tried again. */
  again: z.boolean().default(false),
  now: nowSchema,
});

export const handler = taskHandler(
  'asks/send-messages',
  event,
  async ({ outbox, again, now }, { env, store, logger, metrics }) => {
    const deps = { store, logger, linkBaseUrl: env.LINK_BASE_URL, ...messengerOf(env) };
    if (again) {
      const swept = await sendWaiting(deps, now);
      metrics.addMetric('MessagesWaiting', MetricUnit.Count, swept.waiting + swept.failed);
      logger.info('What waits was tried again.', { ...swept });
    }
    await sendQueued(deps, outbox, now);
  },
);
