/**
 * Begins a payment run: gathers a part of what is ready, on days on which the bank works and before its cut-off.
 *
 * @grants dynamodb: GetItem, Query (and index byStatus), BatchGetItem, PutItem, ConditionCheckItem
 */
import * as z from 'zod';
import { gatherPayments } from '#functions/payment/gathering.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';
import { bankDays } from '#programmes/calendar.ts';

const event = z.object({
  runName: z.string().min(1),
  startedAt: nowSchema,
  after: z.string().nullish(),
  now: nowSchema,
});

export const handler = taskHandler('payment/gather-payments', event, async (run, { env, logger }) => {
  const gathering = await gatherPayments(
    createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
    bankDays,
    run,
  );
  logger.info('A payment run was gathered.', { ...gathering });
  return gathering;
});
