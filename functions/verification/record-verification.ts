/**
 * Records that a proposal was verified.
 *
 * @grants dynamodb: GetItem, Query, PutItem
 */
import * as z from 'zod';
import { dynamoDb } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';
import { recordVerification } from '#functions/verification/verdict.ts';

const event = z.object({ proposalId: z.string(), round: z.int().min(1), now: nowSchema });

export const handler = taskHandler(
  'verification/record-verification',
  event,
  async (task, { env, metrics }) => {
    await recordVerification(createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }), task);
    metrics.addMetric('ProposalVerified', 'Count', 1);
    return { outcome: 'verified' as const };
  },
);
