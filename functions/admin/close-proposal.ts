/**
 * Closes a proposal after its follow-up: people whose group owes no report are free for a new award, the group is told.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { closeProposal } from '#functions/admin/closing.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { groupNameOf, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('admin/close-proposal', event, async ({ proposalId, now }, tools) => {
  const { env, metrics } = tools;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { closed, groupOwes } = await closeProposal(store, { proposalId, now });
  for (const to of await recipientsOf(store.people, closed))
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        id: `${proposalId}.closed.${to.key}`,
        proposalId,
        to,
        language: to.language,
        template: 'proposal-closed',
        facts: factsFor(
          { store, linkBaseUrl: env.LINK_BASE_URL },
          to,
          { proposalId, groupName: groupNameOf(closed), result: closed.result, groupOwes },
          now,
        ),
        now,
      },
    );
  metrics.addMetric('ProposalClosed', 'Count', 1);
  return { outcome: 'closed' as const, result: closed.result };
});
