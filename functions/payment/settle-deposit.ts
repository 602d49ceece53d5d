/**
 * Enters a deposit into the ledger once it is confirmed, by a statement or by a person, and tells the group.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { formatRupiah } from '#domain/rupiah.ts';
import { settleDeposit } from '#functions/payment/depositing.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { groupNameOf, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({
  proposalId: z.string(),
  deposit: z.int().positive(),
  key: z.string(),
  now: nowSchema,
});

export const handler = taskHandler('payment/settle-deposit', event, async (step, { env, metrics }) => {
  const { proposalId, now } = step;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { outcome, proposal, deposit } = await settleDeposit(store, step);
  if (outcome === 'unconfirmed') return { outcome };
  for (const to of await recipientsOf(store.people, proposal))
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        id: `${proposalId}.deposited.${deposit.number}.${to.key}`,
        proposalId,
        to,
        language: to.language,
        template: 'deposit-confirmed',
        facts: factsFor(
          { store, linkBaseUrl: env.LINK_BASE_URL },
          to,
          {
            proposalId,
            groupName: groupNameOf(proposal),
            amount: formatRupiah(deposit.amount),
            ntpn: 'slip' in deposit ? deposit.slip.ntpn : '',
            depositedOn: 'slip' in deposit ? deposit.slip.depositedOn : now,
          },
          now,
        ),
        now,
      },
    );
  metrics.addMetric('Deposited', 'Count', 1);
  return { outcome };
});
