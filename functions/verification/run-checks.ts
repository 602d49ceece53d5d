/**
 * Runs the automatic checks on a packet and records what they found.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, DeleteItem; s3: GetObject, GetObjectVersion, ListBucket (uploads); secretsmanager: GetSecretValue
 */
import * as z from 'zod';
import { dynamoDb, s3, secretsManager } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { packetObjects } from '#functions/shared/packet-objects.ts';
import { personalDataFrom } from '#functions/shared/personal-data.ts';
import { regions } from '#functions/shared/regions.ts';
import { createStore } from '#functions/store/store.ts';
import { runChecks } from '#functions/verification/checking.ts';

const event = z.object({ proposalId: z.string(), round: z.int().min(1), now: nowSchema });

export const handler = taskHandler(
  'verification/run-checks',
  event,
  async (task, { env, logger, metrics }) => {
    const checked = await runChecks(task, {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      objects: packetObjects(s3(), env.UPLOADS_BUCKET),
      personalData: await personalDataFrom(secretsManager(), env.PERSONAL_DATA_SECRET_ARN),
      regions,
      texts: env.TEXT_SENDER !== 'off',
    });
    logger.info('The packet was checked.', { ...checked });
    if (checked.outcome !== 'passed') metrics.addMetric('PacketWithProblems', 'Count', 1);
    return checked;
  },
);
