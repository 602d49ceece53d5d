/** An objection was granted: the proposal is open again for verification in its next round, and the group is notified. */
import * as z from 'zod';
import { contactOf } from '#domain/proposal/proposal.ts';
import { reopenProposal } from '#functions/closing/objection.ts';
import { postOf } from '#functions/notifications/post.ts';
import { contactKey, groupNameOf } from '#functions/notifications/recipients.ts';
import { factsFor } from '#functions/notifications/status-link.ts';
import { postMessage } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';

const event = z.object({ proposalId: z.string(), round: z.int().min(2), now: nowSchema });

export const handler = taskHandler(
  'closing/reopen-proposal',
  event,
  async (step, { env, store, metrics }) => {
    const { proposalId, now } = step;
    const { proposal, comment } = await reopenProposal(store, step);
    // Only a group with a known contact may object.
    const contact = contactOf(proposal);
    if (contact !== undefined)
      await postMessage(
        { store, ...postOf(env) },
        {
          id: `${proposalId}.objection-granted.${contactKey}`,
          subjectId: proposalId,
          to: contact,
          language: contact.language,
          template: 'objection-granted',
          facts: factsFor(
            { linkBaseUrl: env.LINK_BASE_URL },
            { key: contactKey },
            {
              proposalId,
              groupName: groupNameOf(proposal),
              ...(comment !== undefined && { comment }),
            },
            now,
          ),
          now,
        },
      );
    metrics.addMetric('ObjectionGranted', 'Count', 1);
    return { outcome: 'granted' as const };
  },
);
