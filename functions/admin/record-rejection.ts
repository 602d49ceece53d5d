/**
 * Ends a proposal that was rejected, withdrawn or expired: recorded, people and money released, the group told.
 *
 * Where the group may object, the question whether it does brings the news as well, so that nobody gets two mails at
 * once.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { mayObject } from '#domain/proposal.ts';
import { recordRejection } from '#functions/admin/rejection.ts';
import { rejectionComment } from '#functions/people/rejection-comment.ts';
import { rulesOf } from '#functions/people/rules.ts';
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
  metrics.addMetric('ProposalRejected', 'Count', 1);
  const answer = { outcome: 'rejected' as const, appealRole: rulesOf(proposal).appeal.role };
  if (mayObject(proposal)) return { ...answer, mayObject: true };
  const asks = await store.asks.byProposal(proposal.id);
  for (const to of await recipientsOf(store.people, proposal)) {
    const comment = rejectionComment(proposal, asks, to.language);
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        id: `${proposal.id}.rejected.${proposal.rejections.length + 1}.${to.key}`,
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
            final: proposal.rejections.length > 0,
          },
          rejection.now,
        ),
        now: rejection.now,
      },
    );
  }
  return { ...answer, mayObject: false };
});
