/**
 * Drafts the wage bill and the list of receipts, for people to print and sign, once a muster roll was accepted.
 *
 * @grants dynamodb: GetItem, PutItem; s3: PutObject drafts/*
 */
import * as z from 'zod';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { regions } from '#functions/shared/regions.ts';
import { createStore } from '#functions/store/store.ts';
import { draftWagePapers } from '#functions/works/drafting.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('works/draft-wage-papers', event, async (step, { env, logger }) => {
  const papers = await draftWagePapers(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      s3: s3(),
      uploadsBucket: env.UPLOADS_BUCKET,
      regions: regions(),
    },
    step,
  );
  logger.info('Wage papers were drafted.', { papers: papers.length });
});
