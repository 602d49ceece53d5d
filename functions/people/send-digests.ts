/**
 * On the morning of a working day: mails everybody who has several open asks one list of them, with the address of
 * the page where they sign in. A schedule knows no public holidays, so this asks the calendar.
 *
 * @grants dynamodb: GetItem, Query (table and index byStatus), PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { sendDigests } from '#functions/people/digests.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

/** EventBridge Scheduler fills in the scheduled time; see `infra/`. */
const event = z.object({ now: nowSchema });

export const handler = taskHandler(
  'people/send-digests',
  event,
  async ({ now }, { env, logger, metrics }) => {
    const sent = await sendDigests(
      {
        store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
        ...messengerOf(env),
        linkBaseUrl: env.LINK_BASE_URL,
        logger,
      },
      now,
    );
    metrics.addMetric('DigestsSent', MetricUnit.Count, sent);
    return { sent };
  },
);
