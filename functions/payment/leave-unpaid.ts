/**
 * Records that a tranche stays unpaid, and why, and frees the money that it held.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem
 */
import * as z from 'zod';
import { leaveTrancheUnpaid } from '#functions/payment/unpaid.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  reason: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/leave-unpaid', event, async (step, { env, metrics }) => {
  await leaveTrancheUnpaid(createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }), step);
  metrics.addMetric('TrancheUnpaid', 'Count', 1);
  return { outcome: 'unpaid' as const };
});
