/**
 * POST of a link to enrol for one-time codes: shows the secret after the button was pressed, and enrols a person who proves by
 * a code that their authenticator has it.
 */

import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import { takeProof } from '#functions/identity/enrolment-visits.ts';
import { secretsManager } from '#functions/runtime/clients.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'identity/enrol',
  ({ pathParameters, body, now }, { env, store }) =>
    takeProof(
      {
        store,
        codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
      },
      { secret: pathParameters.secret ?? '', body, now },
    ),
  failurePage(),
);
