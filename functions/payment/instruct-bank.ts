/**
 * Releases a payment for the next run and leaves the waiting state's token with it; resumes at once where the bank's
 * answer is known already.
 *
 * @grants dynamodb: GetItem, Query, PutItem; states: SendTaskSuccess
 */
import * as z from 'zod';
import { instructBank } from '#functions/payment/instructing.ts';
import { dynamoDb, stepFunctions } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive(),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/instruct-bank', event, async (step, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const state = await instructBank({ store, stepFunctions: stepFunctions() }, step);
  logger.info('A payment waits for the bank.', { tranche: step.tranche, attempt: step.attempt, state });
});
