/**
 * POST of a link to enrol for one-time codes: shows the secret to whoever pressed the button, and enrols who proves by
 * a code that their authenticator has it.
 *
 * @grants dynamodb: GetItem, PutItem; secretsmanager: GetSecretValue
 */

import { takeProof } from '#functions/people/enrolment-visits.ts';
import { failurePage } from '#functions/people/pages/page.ts';
import { dynamoDb, secretsManager } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { createStore } from '#functions/store/store.ts';

export const handler = httpHandler(
  'people/enrol',
  ({ pathParameters, body, now }, { env }) =>
    takeProof(
      {
        store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
        codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
      },
      { secret: pathParameters.secret ?? '', body, now },
    ),
  failurePage(),
);
