/**
 * A person's one-time codes work again. Administrators invoke it, by `jaring code` or by the AWS command line: nobody
 * else has the right to.
 *
 * @grants dynamodb: GetItem, PutItem, UpdateItem; secretsmanager: GetSecretValue; ses: SendEmail; sms-voice: SendTextMessage
 */
import * as z from 'zod';
import { personIdSchema } from '#domain/person.ts';
import { resetAndInvite, unlockAsk } from '#functions/admin/code-restoring.ts';
import { dynamoDb, secretsManager } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { nowSchema, taskHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

const event = z.discriminatedUnion('do', [
  /** The phone was lost or replaced, or somebody else has the secret. */
  z.strictObject({ do: z.literal('reset'), personId: personIdSchema, now: nowSchema }),
  /** Wrong codes have locked an ask for the person. */
  z.strictObject({ do: z.literal('unlock'), personId: personIdSchema, askId: z.string(), now: nowSchema }),
]);

export const handler = taskHandler('admin/restore-codes', event, async (wish, { env, logger }) => {
  const store = createStore({ client: dynamoDb(), tableName: env.TABLE_NAME });
  const deps = {
    store,
    ...messengerOf(env),
    linkBaseUrl: env.LINK_BASE_URL,
    codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
  };
  const done = wish.do === 'reset' ? await resetAndInvite(deps, wish) : await unlockAsk(store, wish);
  logger.info('Codes were restored.', { do: wish.do, personId: wish.personId, ...done });
  return done;
});
