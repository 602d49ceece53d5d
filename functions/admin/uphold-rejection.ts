/**
 * An objection was dismissed, or not decided in time: the rejection is final, and the group is told.
 *
 * @grants dynamodb: GetItem, PutItem, UpdateItem; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { contactOf } from '#domain/proposal.ts';
import { upholdRejection } from '#functions/admin/objection.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { factsFor } from '#functions/people/status-link.ts';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { contactKey, groupNameOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('admin/uphold-rejection', event, async (step, { env, metrics }) => {
  const { proposalId, now } = step;
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const { proposal, comment } = await upholdRejection(store, step);
  // Only a group that somebody can write to may object.
  const contact = contactOf(proposal);
  if (contact !== undefined)
    await sendMessage(
      { store, ...messengerOf(env) },
      {
        id: `${proposalId}.rejection-upheld.${contactKey}`,
        proposalId,
        to: contact,
        language: contact.language,
        template: 'rejection-upheld',
        facts: factsFor(
          { store, linkBaseUrl: env.LINK_BASE_URL },
          { key: contactKey },
          {
            proposalId,
            groupName: groupNameOf(proposal),
            outcome: proposal.upheld?.outcome ?? 'expired',
            ...(comment !== undefined && { comment }),
          },
          now,
        ),
        now,
      },
    );
  metrics.addMetric('RejectionUpheld', 'Count', 1);
  return { outcome: 'final' as const };
});
