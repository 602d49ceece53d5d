/** The ways by which messages leave, as a function's environment sets them up. */
import type { Messenger } from '#functions/notifications/send-message.ts';
import { sesV2, textMessages } from '#functions/runtime/clients.ts';

/** `off` in the environment: this stage does without. */
function unlessOff(value: string) {
  return value === 'off' ? undefined : value;
}

/** @param env the settings that every function has that sends messages */
export function messengerOf(env: {
  MAIL_SENDER: string;
  MAIL_REPLIES_TO: string;
  TEXT_SENDER: string;
}): Messenger {
  const from = unlessOff(env.TEXT_SENDER);
  return {
    ses: sesV2(),
    sender: env.MAIL_SENDER,
    replyTo: unlessOff(env.MAIL_REPLIES_TO),
    texts: from === undefined ? undefined : { client: textMessages(), from },
  };
}
