/** What the functions that take answers by a form work with, made of what their stack gives them. */

import type { SFNClient } from '@aws-sdk/client-sfn';
import type { PageDeps } from '#functions/asks/pages/ask-page.ts';
import type { AnswerDeps } from '#functions/asks/record-answer.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import type { CodeDeps } from '#functions/identity/codes.ts';
import type { InviteDeps } from '#functions/identity/enrolment.ts';
import { postOf } from '#functions/notifications/post.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { s3, secretsManager, stepFunctions } from '#functions/runtime/clients.ts';
import type { Tools } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';

/** What they work with. */
export interface AnswerPorts extends PageDeps, AnswerDeps, MessageDeps, CodeDeps, InviteDeps {
  store: Store;
  stepFunctions: SFNClient;
}

export function answerPortsOf({
  env,
  store,
  logger,
}: Tools<'asks/submit-answer'> | Tools<'asks/submit-answers'>): AnswerPorts {
  return {
    store,
    s3: s3(),
    uploadsBucket: env.UPLOADS_BUCKET,
    bankBucket: env.BANK_BUCKET,
    linkBaseUrl: env.LINK_BASE_URL,
    stepFunctions: stepFunctions(),
    // A person who signs in answers no LPJ.
    depositMachineArn: 'DEPOSIT_STATE_MACHINE_ARN' in env ? env.DEPOSIT_STATE_MACHINE_ARN : undefined,
    ...postOf(env),
    codeSecrets: () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN),
    logger,
  };
}
