/**
 * Ends a proposal that was rejected, withdrawn or expired: recorded, people and money released, the group told.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { recordRejection, rejectionComment } from '#functions/admin/rejection.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { groupNameOf, recipientsOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), at: z.string(), reason: z.string(), now: nowSchema });

export const handler = taskHandler('admin/record-rejection', event, async (rejection, { env, metrics }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const proposal = await recordRejection(store, rejection);
  const asks = await store.asks.byProposal(proposal.id);
  for (const to of await recipientsOf(store.people, proposal)) {
    const comment = rejectionComment(proposal, asks, to.language);
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        id: `${proposal.id}.rejected.${to.key}`,
        proposalId: proposal.id,
        to,
        language: to.language,
        template: 'proposal-rejected',
        facts: factsFor(
          { store, linkBaseUrl: env.LINK_BASE_URL },
          to,
          {
            proposalId: proposal.id,
            groupName: groupNameOf(proposal),
            reason: rejection.reason,
            ...(comment !== undefined && { comment }),
          },
          rejection.now,
        ),
        now: rejection.now,
      },
    );
  }
  metrics.addMetric('ProposalRejected', 'Count', 1);
  return { outcome: 'rejected' as const };
});
