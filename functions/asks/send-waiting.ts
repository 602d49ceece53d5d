/**
 * Sends what a service would not take for now: messages that wait with their content, oldest first. One that no service will
 * take, or that has waited for days, goes the way of a mail that bounced.
 */
import { type MoveDeps, moveOn } from '#functions/asks/move-on.ts';
import { sendAgain } from '#functions/notifications/send-message.ts';
import { asError } from '#functions/runtime/errors.ts';

export interface WaitingDeps extends MoveDeps {
  logger: { warn(message: string, ...extra: [{ subjectId: string | undefined; error: Error }]): void };
}

/** The maximum in one sweep; what is left is the next sweep's. */
const perSweep = 500;
/** After this number in a row that wait again, the service is left alone until the next sweep. */
const patience = 5;

/** How many messages were sent, wait on, will never be sent, and could not be dealt with. */
export interface Swept {
  sent: number;
  waiting: number;
  refused: number;
  failed: number;
}

/** @param now business time, ISO 8601 */
export async function sendWaiting(deps: WaitingDeps, now: string): Promise<Swept> {
  const swept: Swept = { sent: 0, waiting: 0, refused: 0, failed: 0 };
  const { messages } = deps.store;
  let inARow = 0;
  for (const each of await messages.due(now, perSweep)) {
    const { id, subjectId, about, to } = each.message;
    try {
      const sending = await sendAgain(deps, each, now);
      inARow = sending === 'waiting' ? inARow + 1 : 0;
      if (sending === 'waiting') swept.waiting += 1;
      else if (sending === 'refused') {
        if (subjectId !== undefined) await moveOn(deps, { id, subjectId, about }, to, now);
        await messages.refused(each.message);
        swept.refused += 1;
      } else swept.sent += 1;
    } catch (error) {
      // One message that cannot be dealt with must not keep the others waiting.
      swept.failed += 1;
      deps.logger.warn('A message that waits could not be sent.', { subjectId, error: asError(error) });
    }
    if (inARow >= patience) break;
  }
  return swept;
}
