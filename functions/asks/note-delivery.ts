/**
 * Takes the events of mails that did not arrive or were complained about, and moves what they asked for.
 *
 * What becomes of an ask when the mail that put it bounces, or its reader complains.
 *
 * The address is marked, so that nothing is sent there again, and the ask goes to the same person by text message, or
 * to the administrators. A bounce that passes (a full mailbox) changes nothing: SES has tried again by itself.
 */

import '#functions/behaviours.ts';
import * as z from 'zod';
import { type MoveDeps, type Moved, moveOn } from '#functions/asks/move-on.ts';
import { ownPost } from '#functions/asks/send-queued.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { maskAddress } from '#functions/notifications/outgoing.ts';
import { messageOfTags } from '#functions/notifications/send-message.ts';
import { eventHandler } from '#functions/runtime/handler.ts';

const recipient = z.object({ emailAddress: z.string() });

/**
 * The part of the event that is used
 * (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html).
 */
export const deliveryEventSchema = z.object({
  mail: z.object({ tags: z.record(z.string(), z.array(z.string())).default({}) }),
  bounce: z
    .object({
      bounceType: z.string(),
      bouncedRecipients: z.array(recipient),
    })
    .optional(),
  complaint: z.object({ complainedRecipients: z.array(recipient) }).optional(),
});
export type DeliveryEvent = z.output<typeof deliveryEventSchema>;

/** What became of it, for the log. */
export type DeliveryOutcome = 'passing' | Moved;

/** Who failed for good, and why. */
function failuresOf({ bounce, complaint }: DeliveryEvent) {
  return [
    ...(bounce?.bounceType === 'Permanent'
      ? bounce.bouncedRecipients.map(({ emailAddress }) => ({ emailAddress, reason: 'bounce' as const }))
      : []),
    ...(complaint?.complainedRecipients ?? []).map(({ emailAddress }) => ({
      emailAddress,
      reason: 'complaint' as const,
    })),
  ];
}

/** @param now when the mail service said so (ISO); a second delivery of the event has the same */
export async function noteDelivery(
  deps: MoveDeps,
  event: DeliveryEvent,
  now: string,
): Promise<DeliveryOutcome> {
  const failures = failuresOf(event);
  if (failures.length === 0) return 'passing';
  for (const { emailAddress, reason } of failures)
    await deps.store.addresses.mark(emailAddress, { reason, since: now });
  const named = messageOfTags(event.mail.tags);
  if (named?.subjectId === undefined) return 'marked';
  const message = await deps.store.messages.find(named.subjectId, named.id);
  if (message === undefined) return 'marked';
  const masked = failures.map(({ emailAddress }) => maskAddress(emailAddress)).join(', ');
  const { id, subjectId } = named;
  return moveOn(deps, { id, subjectId, about: message.about, masked, isLastWay: false }, now);
}

export const handler = eventHandler(
  'asks/note-delivery',
  deliveryEventSchema,
  async (detail, { env, store, logger, metrics, now }) => {
    const outcome = await noteDelivery(
      ownPost({ store, logger, linkBaseUrl: env.LINK_BASE_URL, ...messengerOf(env) }),
      detail,
      now,
    );
    logger.info('A mail did not arrive, or was not wanted.', { outcome });
    metrics.addMetric(outcome === 'passing' ? 'MailDelayed' : 'MailFailed', 'Count', 1);
  },
);
