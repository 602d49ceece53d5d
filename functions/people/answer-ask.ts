/**
 * POST of a personal link: the only way by which a person's form decides anything.
 *
 * The answer is recorded first, then the execution is resumed; see `record-answer.ts`. Afterwards the browser is sent
 * back to the page, which shows what was recorded, so that reloading sends nothing again.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem, DeleteItem; s3: ListBucket (prefix evidence/), GetObject evidence/*, PutObject as show-ask (it renders the same forms); states: SendTaskSuccess; ses: SendEmail; sms-voice: SendTextMessage; secretsmanager: GetSecretValue
 */
import { failurePage } from '#functions/people/pages/page.ts';
import { takeAnswer } from '#functions/people/take-answer.ts';
import { dynamoDb, s3, secretsManager, stepFunctions } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/answer-ask',
  ({ pathParameters, body, now }, { env, logger }) =>
    takeAnswer(
      {
        store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
        s3: s3(),
        uploadsBucket: env.UPLOADS_BUCKET,
        linkBaseUrl: env.LINK_BASE_URL,
        stepFunctions: stepFunctions(),
        ...messengerOf(env),
        codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
        logger,
      },
      { secret: pathParameters.secret ?? '', body, now },
    ),
  failurePage(),
);
