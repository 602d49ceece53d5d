/**
 * Asks a person, or all members, for something, one turn at a time: the first mail, reminders, the escalation, the
 * expiry. The state that called waits with its token until somebody answers or the turn's time is up.
 *
 * An ask that is answered already, because the answer crossed the turn's end or the resume failed, is resumed at once.
 *
 * @grants dynamodb: GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem; s3: ListBucket (prefix evidence/); ses: SendEmail; sms-voice: SendTextMessage; states: SendTaskSuccess, StartExecution (deposit); secretsmanager: GetSecretValue
 */
import * as z from 'zod';
import { askKindSchema, roleSchema } from '#domain/ask-kinds.ts';
import { conductAsk } from '#functions/people/conduct-ask.ts';
import { dynamoDb, s3, secretsManager, stepFunctions } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.object({
  proposalId: z.string(),
  askId: z.string(),
  kind: askKindSchema,
  key: z.string(),
  role: roleSchema.optional(),
  turn: z.int().nonnegative(),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('people/ask', event, async (turn, { env, logger }) => {
  const done = await conductAsk(
    {
      store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
      ...messengerOf(env),
      linkBaseUrl: env.LINK_BASE_URL,
      codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
      stepFunctions: stepFunctions(),
      depositMachineArn: env.DEPOSIT_STATE_MACHINE_ARN,
      uploads: { s3: s3(), bucket: env.UPLOADS_BUCKET },
    },
    turn,
  );
  logger.info('A turn of an ask was conducted.', { askId: turn.askId, turn: turn.turn, done });
});
