/**
 * Asks the treasurers to release a payment run, or reminds them; leaves the waiting state's token with the run.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; states: SendTaskSuccess; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { askRelease } from '#functions/payment/asking-release.ts';
import { dynamoDb, stepFunctions } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({
  runId: z.string().min(1),
  turn: z.enum(['ask', 'remind']),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/ask-release', event, async (step, { env, logger }) => {
  const asked = await askRelease(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      stepFunctions: stepFunctions(),
      ...messengerOf(env),
      linkBaseUrl: env.LINK_BASE_URL,
    },
    step,
  );
  logger.info('A payment run waits to be released.', { runId: step.runId, turn: step.turn, ...asked });
});
