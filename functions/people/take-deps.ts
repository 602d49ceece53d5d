/** What the functions that take answers by a form work with, made of their environment. */
import type { Environment } from '#functions/environments.ts';
import type { TakeDeps } from '#functions/people/take-answer.ts';
import { dynamoDb, s3, secretsManager, stepFunctions } from '#functions/shared/clients.ts';
import { codeSecretsFrom } from '#functions/shared/code-secrets.ts';
import { messengerOf } from '#functions/shared/messenger.ts';
import { createStore } from '#functions/store/store.ts';

/** @param logger told what went wrong beside an answer that is recorded */
export const takeDepsOf = (
  env: Environment<'people/answer-ask' | 'people/answer-my-asks'>,
  logger: TakeDeps['logger'],
): TakeDeps => ({
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
});
