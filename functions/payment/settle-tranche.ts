/**
 * Records that a tranche has reached the group's account, and tells the group.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { formatRupiah } from '#domain/rupiah.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { settle } from '#functions/payment/settling.ts';
import { maskAccount } from '#functions/people/pages/proposal-facts.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { groupNameOf, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler('payment/settle-tranche', event, async (step, { env, metrics }) => {
  const { proposalId, now } = step;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { outcome, proposal, tranche, remaining } = await settle(store, step);
  if (outcome === 'returned') return { outcome, remaining };
  const { number, attempts, amount, valueDate, bankReference } = tranche;
  for (const to of await recipientsOf(store.people, proposal))
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        // A tranche that came back settles again, by another attempt.
        id: `${proposalId}.settled.${number}-${attempts}.${to.key}`,
        proposalId,
        to,
        language: to.language,
        template: 'tranche-settled',
        facts: factsFor(
          { store, linkBaseUrl: env.LINK_BASE_URL },
          to,
          {
            proposalId,
            groupName: groupNameOf(proposal),
            tranche: number,
            amount: formatRupiah(amount),
            account: maskAccount(proposal.content.account.number),
            settledOn: valueDate ?? jakartaDate(now),
            ...(bankReference !== undefined && bankReference !== '' && { reference: bankReference }),
          },
          now,
        ),
        now,
      },
    );
  metrics.addMetric('TrancheSettled', 'Count', 1);
  return { outcome, remaining };
});
