/**
 * An execution failed: the proposal is marked as halted and the administrators are told.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; ses: SendEmail
 */
import * as z from 'zod';
import { recordFailure } from '#functions/admin/failure.ts';
import { sendMessage } from '#functions/people/send-message.ts';
import { dynamoDb, sesV2 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { adminsFor, groupNameOf } from '#functions/shared/recipients.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), error: z.string().max(500), now: nowSchema });

export const handler = taskHandler(
  'admin/record-failure',
  event,
  async (failure, { env, logger, metrics }) => {
    const { proposalId, error, now } = failure;
    const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
    const proposal = await recordFailure(store, failure);
    logger.error('The proposal is halted.', { error });
    metrics.addMetric('ProposalHalted', 'Count', 1);
    for (const to of await adminsFor(store.people, proposal))
      await sendMessage(
        { store, ses: sesV2(), sender: env.MAIL_SENDER },
        {
          id: `${proposalId}.halted.${to.key}`,
          proposalId,
          to: to.email,
          language: to.language,
          template: 'proposal-halted',
          facts: {
            proposalId,
            groupName: proposal === undefined ? proposalId : groupNameOf(proposal),
            error,
          },
          now,
        },
      );
    return { outcome: 'halted' as const };
  },
);
