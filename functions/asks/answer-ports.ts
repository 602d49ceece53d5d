/** What the functions that take answers by a form work with, made of their environment. */

import type { AnswerPorts } from '#functions/asks/submit-answer.ts';
import type { Environment } from '#functions/environments.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { dynamoDb, s3, secretsManager, stepFunctions } from '#functions/runtime/clients.ts';
import { createStore } from '#functions/store/store.ts';

/** @param logger told what went wrong beside an answer that is recorded */
export function answerPortsOf(
  env: Environment<'asks/submit-answer' | 'asks/submit-answers'>,
  logger: AnswerPorts['logger'],
): AnswerPorts {
  return {
    store: createStore({ client: dynamoDb(), tableName: env.TABLE_NAME }),
    s3: s3(),
    uploadsBucket: env.UPLOADS_BUCKET,
    linkBaseUrl: env.LINK_BASE_URL,
    stepFunctions: stepFunctions(),
    // Whoever signs in answers no LPJ.
    depositMachineArn: 'DEPOSIT_STATE_MACHINE_ARN' in env ? env.DEPOSIT_STATE_MACHINE_ARN : undefined,
    ...messengerOf(env),
    codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
    logger,
  };
}
