/**
 * Hears of mails that did not arrive or were complained about, and moves what they asked for.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import { deliveryEventSchema, noteDelivery } from '#functions/people/deliveries.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { eventHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = eventHandler(
  'people/note-delivery',
  deliveryEventSchema,
  async (detail, { env, logger, metrics, now }) => {
    const outcome = await noteDelivery(
      {
        store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
        linkBaseUrl: env.LINK_BASE_URL,
        ...messengerOf(env),
      },
      detail,
      now,
    );
    logger.info('A mail did not arrive, or was not wanted.', { outcome });
    metrics.addMetric(outcome === 'passing' ? 'MailDelayed' : 'MailFailed', 'Count', 1);
  },
);
