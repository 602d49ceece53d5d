/** How functions that write messages tell the sender of them: an asynchronous invocation, for which no one waits. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Post } from '#functions/notifications/write-message.ts';
import { lambdaClient } from '#functions/runtime/clients.ts';
import { asError } from '#functions/runtime/errors.ts';
import { logger } from '#functions/runtime/observability.ts';

/** What a function's environment says of the sender and of the ways by which messages leave. */
interface PostSettings {
  SENDER_FUNCTION_NAME: string;
  MAIL_REPLIES_TO: string;
  TEXT_SENDER: string;
}

/** What the sender is told. */
interface Nudge {
  outbox: readonly string[];
  again?: boolean;
  now: string;
}

/** @throws what says that the role may not, or that there is no sender: Jaring's own fault, which no sweep mends */
async function invoke(client: LambdaClient, functionName: string, nudge: Nudge): Promise<void> {
  try {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify({ step: 'asks/send-messages', ...nudge }),
      }),
    );
  } catch (error) {
    const { name } = asError(error);
    if (name.startsWith('AccessDenied') || name === 'ResourceNotFoundException') throw error;
    // It is written: the next invocation of the sender finds it, or the sweep.
    logger.warn('The sender could not be told of messages.', asError(error));
  }
}

export function postOf(env: PostSettings): Post {
  return {
    canReply: env.MAIL_REPLIES_TO !== 'off',
    byText: env.TEXT_SENDER !== 'off',
    async nudge(outbox, now) {
      if (outbox.length > 0) await invoke(lambdaClient(), env.SENDER_FUNCTION_NAME, { outbox, now });
    },
  };
}

/** Tells the sender to try again what waits, and to send what lost its nudge. */
export function nudgeAgain(
  env: Pick<PostSettings, 'SENDER_FUNCTION_NAME'>,
  outbox: readonly string[],
  now: string,
): Promise<void> {
  return invoke(lambdaClient(), env.SENDER_FUNCTION_NAME, { outbox, again: true, now });
}
