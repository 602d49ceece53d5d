/** An objection was dismissed, or not decided in time: the rejection is final, and the group is notified. */
import * as z from 'zod';
import { contactOf } from '#domain/proposal/proposal.ts';
import { upholdRejection } from '#functions/closing/objection.ts';
import { postOf } from '#functions/notifications/post.ts';
import { contactKey, groupNameOf } from '#functions/notifications/recipients.ts';
import { factsFor } from '#functions/notifications/status-link.ts';
import { postMessage } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler(
  'closing/uphold-rejection',
  event,
  async (step, { env, store, metrics }) => {
    const { proposalId, now } = step;
    const { proposal, comment } = await upholdRejection(store, step);
    // Only a group with a known contact may object.
    const contact = contactOf(proposal);
    if (contact !== undefined)
      await postMessage(
        { store, ...postOf(env) },
        {
          id: `${proposalId}.rejection-upheld.${contactKey}`,
          subjectId: proposalId,
          to: contact,
          language: contact.language,
          template: 'rejection-upheld',
          facts: factsFor(
            { linkBaseUrl: env.LINK_BASE_URL },
            { key: contactKey },
            {
              proposalId,
              groupName: groupNameOf(proposal),
              outcome: proposal.upheld?.outcome ?? 'expired',
              ...(comment !== undefined && { comment }),
            },
            now,
          ),
          now,
        },
      );
    metrics.addMetric('RejectionUpheld', 'Count', 1);
    return { outcome: 'final' as const };
  },
);
