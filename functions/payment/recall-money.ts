/**
 * An administrator or auditor recalls money of a tranche, takes a deposit up again, or cancels one: by `jaring deposit`, or
 * by the AWS command line; nobody else has the right to invoke it.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; states: SendTaskSuccess, StartExecution (deposit); ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { personIdSchema } from '#domain/person.ts';
import { formatRupiah } from '#domain/rupiah.ts';
import { cancelDeposit, recallMoney, resumeDeposit } from '#functions/payment/recalling.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb, stepFunctions } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { groupNameOf, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const common = { proposalId: z.string().min(1), by: personIdSchema, now: nowSchema };
const text = z.string().trim().min(1);
const deposit = z.int().positive();
const event = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('recall'),
    ...common,
    tranche: z.int().positive(),
    amount: z.int().positive(),
    decision: text.max(60),
    reason: text.max(500),
  }),
  z.strictObject({ do: z.literal('resume'), ...common, deposit }),
  z.strictObject({ do: z.literal('cancel'), ...common, deposit, reason: text.max(500) }),
]);

export const handler = taskHandler('payment/recall-money', event, async (wish, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const deps = {
    store,
    stepFunctions: stepFunctions(),
    depositMachineArn: env.DEPOSIT_STATE_MACHINE_ARN,
  };
  const { proposalId, now } = wish;
  const done =
    wish.do === 'recall'
      ? await recallMoney(deps, wish)
      : wish.do === 'resume'
        ? await resumeDeposit(deps, wish)
        : await cancelDeposit(deps, wish);
  const { number, state, amount, why } = done.deposit;
  logger.info('Money to return was decided on.', { did: wish.do, deposit: number, state });
  if (wish.do !== 'resume')
    for (const to of await recipientsOf(store.people, done.proposal))
      await sendMessage(
        { store, ...messengerOf(env) },
        {
          id: `${proposalId}.${wish.do}.${number}.${to.key}`,
          proposalId,
          to,
          language: to.language,
          template: wish.do === 'recall' ? 'money-recalled' : 'deposit-cancelled',
          facts: factsFor(
            { store, linkBaseUrl: env.LINK_BASE_URL },
            to,
            {
              proposalId,
              groupName: groupNameOf(done.proposal),
              amount: formatRupiah(amount),
              decision: why.origin === 'recalled' ? why.decision : '',
              reason: wish.reason,
            },
            now,
          ),
          now,
        },
      );
  return { deposit: number, state };
});
