/**
 * Drafts the papers that a tranche calls for, for people to print and sign, before anybody is asked for them.
 *
 * @grants dynamodb: GetItem, PutItem; s3: PutObject drafts/*
 */
import * as z from 'zod';
import { draftPapers } from '#functions/payment/drafting.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { regions } from '#functions/shared/regions.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler('payment/draft-papers', event, async (step, { env, logger }) => {
  const drafts = await draftPapers(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      s3: s3(),
      uploadsBucket: env.UPLOADS_BUCKET,
      regions: regions(),
    },
    step,
  );
  logger.info('Papers were drafted.', { tranche: step.tranche, papers: drafts.length });
});
