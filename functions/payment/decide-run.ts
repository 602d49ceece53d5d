/**
 * POST of the link to a payment run: a treasurer releases it to the bank, or holds it.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem; states: SendTaskSuccess; ses: SendEmail; sms-voice: SendTextMessage; secretsmanager: GetSecretValue
 */
import { takeDecision } from '#functions/payment/deciding-run.ts';
import { failurePage } from '#functions/people/pages/page.ts';
import { dynamoDb, secretsManager, stepFunctions } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'payment/decide-run',
  ({ pathParameters, body, now }, { env, logger }) =>
    takeDecision(
      {
        store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
        stepFunctions: stepFunctions(),
        ...messengerOf(env),
        linkBaseUrl: env.LINK_BASE_URL,
        codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
        logger,
      },
      { secret: pathParameters.secret ?? '', body, now },
    ),
  failurePage(),
);
