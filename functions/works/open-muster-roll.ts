/**
 * Says when the muster roll of paid works is due and how many times it may be handed in, and writes its form for the group.
 *
 * @grants dynamodb: GetItem; s3: PutObject drafts/*
 */
import * as z from 'zod';
import { dynamoDb, s3 } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';
import { dueRoll } from '#functions/works/due.ts';
import { indonesia } from '#programmes/calendar.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('works/open-muster-roll', event, async (step, { env }) =>
  dueRoll(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      s3: s3(),
      uploadsBucket: env.UPLOADS_BUCKET,
    },
    indonesia,
    step,
  ),
);
