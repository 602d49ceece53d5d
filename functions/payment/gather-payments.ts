/**
 * Begins a payment run: gathers what is ready, on days on which banks work.
 *
 * @grants dynamodb: GetItem, Query (and index byStatus), BatchGetItem, PutItem, ConditionCheckItem
 */
import * as z from 'zod';
import { gatherPayments } from '#functions/payment/gathering.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';
import { indonesia } from '#programmes/calendar.ts';

const event = z.object({ runName: z.string().min(1), now: nowSchema });

export const handler = taskHandler('payment/gather-payments', event, async (run, { env, logger }) => {
  const gathering = await gatherPayments(
    createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
    indonesia,
    run,
  );
  logger.info('A payment run was gathered.', { ...gathering });
  return gathering;
});
