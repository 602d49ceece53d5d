/**
 * Checks the muster roll that the leader handed in: accepts it, or sends it back with everything that is wrong.
 *
 * @grants dynamodb: GetItem, BatchGetItem, PutItem, DeleteItem; s3: GetObject evidence/*; secretsmanager: GetSecretValue
 */
import * as z from 'zod';
import { dynamoDb, s3, secretsManager } from '#functions/shared/clients.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { personalDataFrom } from '#functions/shared/personal-data.ts';
import { createStore } from '#functions/store/store.ts';
import { checkMusterRoll } from '#functions/works/checking.ts';

const event = z.object({ proposalId: z.string(), turn: z.int().min(1), now: nowSchema });

export const handler = taskHandler('works/check-muster-roll', event, async (step, { env, logger }) => {
  const checked = await checkMusterRoll(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      s3: s3(),
      uploadsBucket: env.UPLOADS_BUCKET,
      personalData: () => personalDataFrom(secretsManager(), env.PERSONAL_DATA_SECRET_ARN),
    },
    step,
  );
  logger.info('The muster roll was checked.', { turn: step.turn, outcome: checked.outcome });
  return checked;
});
