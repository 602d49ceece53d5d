/**
 * Records an item of the follow-up, or a part of a deposit, that was not done in time, and notifies the one who owed it: the group
 * for its report and its money, the administrators for what officers owed.
 */

import * as z from 'zod';
import { aboutText } from '#domain/asks/about.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import { dutyHolder, dutyKindSchema } from '#domain/training/training.ts';
import { notify } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor, groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { factsFor } from '#functions/notifications/status-link.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { itemName, recordOverdue } from '#functions/training/follow-up.ts';

const event = z.object({
  proposalId: z.string(),
  kind: dutyKindSchema,
  about: anyAboutSchema,
  now: nowSchema,
});

export const handler = taskHandler('training/record-overdue', event, async (step, { env, store }) => {
  const { proposalId, kind, about, now } = step;
  const proposal = await recordOverdue(store, step);
  if (proposal === undefined) return { outcome: 'not-owed' as const };
  const duty = dutyHolder(kind);
  const recipients = await (duty === 'group' ? recipientsOf : adminsFor)(store.people, proposal);
  await notify({ store, ...postOf(env) }, recipients, {
    idPrefix: `${proposalId}.overdue.${kind}.${aboutText(kind, about)}.`,
    subjectId: proposalId,
    template: 'overdue-recorded',
    facts: (to) =>
      factsFor(
        { linkBaseUrl: env.LINK_BASE_URL },
        to,
        { proposalId, groupName: groupNameOf(proposal), what: itemName(kind), since: now, duty },
        now,
      ),
    now,
  });
  return { outcome: 'recorded' as const };
});
