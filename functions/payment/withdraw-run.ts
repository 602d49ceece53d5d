/**
 * Withdraws a payment run that was held, or that nobody released before the bank's cut-off, a part of its payments at a
 * time; a run that was released meanwhile stays so.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { withdraw } from '#functions/payment/withdrawing.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ runId: z.string().min(1), after: z.string().nullable(), now: nowSchema });

export const handler = taskHandler('payment/withdraw-run', event, async (step, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { runId, after, now } = step;
  const withdrawal = await withdraw(
    { store, ...messengerOf(env) },
    { runId, after: after ?? undefined, now },
  );
  logger.info('A payment run was not released.', { runId, ...withdrawal });
  return withdrawal;
});
