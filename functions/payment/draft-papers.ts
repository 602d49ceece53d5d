/**
 * Drafts the papers that a tranche calls for, for people to print and sign, before anybody is asked for them; and those that
 * name the account anew when the bank has refused it and the group has given another.
 *
 * @grants dynamodb: GetItem, Query, PutItem; s3: PutObject drafts/*
 */
import * as z from 'zod';
import { draftPapers, groupSignsAgain } from '#functions/payment/drafting.ts';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { regions } from '#functions/shared/regions.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive().default(1),
  now: nowSchema,
});

export const handler = taskHandler('payment/draft-papers', event, async (step, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const drafts = await draftPapers(
    {
      store,
      s3: s3(),
      uploadsBucket: env.UPLOADS_BUCKET,
      regions: regions(),
    },
    step,
  );
  logger.info('Papers were drafted.', {
    tranche: step.tranche,
    attempt: step.attempt,
    papers: drafts.length,
  });
  return { signedByGroup: await groupSignsAgain(store, step) };
});
