/**
 * An administrator deals with an item of the bank's worklist (`jaring bank resolve`), or records what became of an SP2D
 * (`jaring bank sp2d`); nobody else has the right to invoke it.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; states: SendTaskSuccess, StartExecution (payment); ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { personIdSchema } from '#domain/person.ts';
import { recordSp2d } from '#functions/payment/recording-sp2d.ts';
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
  z.strictObject({
    do: z.literal('record-sp2d'),
    number: z.string().trim().min(1).max(60),
    amount: z.int().positive(),
    status: z.enum(['cair', 'retur']),
    date: z.iso.date(),
    reason: z.string().trim().min(1).max(500).optional(),
    by: personIdSchema,
    now: nowSchema,
  }),
]);

export const handler = taskHandler('payment/resolve-bank-item', event, async (wish, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const deps = {
    store,
    stepFunctions: stepFunctions(),
    returned: takeUpReturn({
      ...{ store, ...messengerOf(env), stepFunctions: stepFunctions() },
      paymentMachineArn: env.PAYMENT_STATE_MACHINE_ARN,
      linkBaseUrl: env.LINK_BASE_URL,
    }),
  };
  if (wish.do === 'record-sp2d') {
    const recorded = await recordSp2d(deps, wish);
    logger.info('An SP2D was recorded by hand.', { ...recorded, by: wish.by });
    return recorded;
  }
  const endToEndId = wish.do === 'assign' ? wish.endToEndId : undefined;
  const { id, closed } = await resolveBankItem(deps, { ...wish, endToEndId });
  logger.info('An item of the worklist was dealt with.', { item: id, how: closed?.how });
  return { id, closed };
});
