/**
 * Sends a released payment run to the bank, a part of its payments at a time, its files last.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem; s3: GetObject prepared/*, PutObject outbox/*
 */
import * as z from 'zod';
import { sendRun } from '#functions/payment/sending.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ runId: z.string().min(1), after: z.string().nullable(), now: nowSchema });

export const handler = taskHandler('payment/send-run', event, async (step, { env, logger }) => {
  const deps = {
    store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
    s3: s3(),
    bankBucket: env.BANK_BUCKET,
  };
  const { runId, after, now } = step;
  const sent = await sendRun(deps, { runId, after: after ?? undefined, now });
  logger.info('A payment run is on its way to the bank.', { runId, ...sent });
  return sent;
});
