/**
 * Writes one instruction file of a payment run into the bank bucket's `prepared/`, where the bank's connector does not
 * read.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem; s3: PutObject prepared/*
 */
import * as z from 'zod';
import { writeRunFile } from '#functions/payment/writing.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ runId: z.string().min(1), rail: z.string().min(1), now: nowSchema });

export const handler = taskHandler('payment/write-instruction', event, async (request, { env, logger }) => {
  const file = await writeRunFile(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      s3: s3(),
      bankBucket: env.BANK_BUCKET,
    },
    request,
  );
  const { preparedKey: key, count, sum, sha256 } = file;
  logger.info('An instruction was written.', { key, count, sum, sha256 });
  return { key, count, sum };
});
