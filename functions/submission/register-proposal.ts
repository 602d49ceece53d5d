/**
 * Writes a proposal down and says whether its attachments are there.
 *
 * @grants dynamodb: GetItem, PutItem; s3: GetObjectVersion, ListBucket (uploads)
 */
import * as z from 'zod';
import { packetPrefixSchema, proposalIdSchema } from '#domain/identifiers.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { packetObjects } from '#functions/shared/packet-objects.ts';
import { createStore } from '#functions/store/store.ts';
import { registerProposal } from '#functions/submission/registration.ts';

const event = z.object({ proposalId: proposalIdSchema, packetPrefix: packetPrefixSchema, now: nowSchema });

export const handler = taskHandler('submission/register-proposal', event, async (task, { env, metrics }) => {
  const registration = await registerProposal(task, {
    store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
    objects: packetObjects(s3(), env.UPLOADS_BUCKET),
  });
  metrics.addMetric('ProposalRegistered', 'Count', 1);
  return registration;
});
