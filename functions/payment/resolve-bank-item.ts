/**
 * An administrator deals with an item of the bank's worklist, by `jaring bank resolve` or by the AWS command line: nobody
 * else has the right to invoke it.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; states: SendTaskSuccess, StartExecution (payment); ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { personIdSchema } from '#domain/person.ts';
import { resolveBankItem } from '#functions/payment/resolving.ts';
import { takeUpReturn } from '#functions/payment/returning.ts';
import { dynamoDb, stepFunctions } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const common = { itemId: z.string().min(1), by: personIdSchema, now: nowSchema };
const event = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('assign'),
    ...common,
    endToEndId: z.string().min(1),
    reason: z.string().max(500).optional(),
  }),
  z.strictObject({ do: z.literal('dismiss'), ...common, reason: z.string().trim().min(1).max(500) }),
]);

export const handler = taskHandler('payment/resolve-bank-item', event, async (wish, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { id, closed } = await resolveBankItem(
    {
      store,
      stepFunctions: stepFunctions(),
      returned: takeUpReturn({
        ...{ store, ...messengerOf(env), stepFunctions: stepFunctions() },
        paymentMachineArn: env.PAYMENT_STATE_MACHINE_ARN,
        linkBaseUrl: env.LINK_BASE_URL,
      }),
    },
    { ...wish, endToEndId: wish.do === 'assign' ? wish.endToEndId : undefined },
  );
  logger.info('An item of the worklist was dealt with.', { item: id, how: closed?.how });
  return { id, closed };
});
