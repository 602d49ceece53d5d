/**
 * Records an item of the follow-up, or a part of a deposit, that was not done in time, and notifies the one who owed it: the group
 * for its report and its money, the administrators for what officers owed.
 */

import * as z from 'zod';
import { aboutText } from '#domain/asks/about.ts';
import { anyAboutSchema } from '#domain/asks/kind.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { dutyHolder, dutyKindSchema } from '#domain/training/training.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor, groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { reporting } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { itemName, type OverdueStep, recordOverdue } from '#functions/training/follow-up.ts';

type OverdueDeps = MessageDeps &
  StatusLinkDeps & {
    store: MessageDeps['store'] & Pick<Store, 'locks' | 'overdue' | 'people' | 'proposals'>;
  };

/** Records it, once, and notifies the one who owed it, with the record; undefined where it is owed no longer. */
export function recordOverdueAndNotify(deps: OverdueDeps, step: OverdueStep): Promise<Proposal | undefined> {
  return reporting(
    deps,
    step.now,
    (proposal: Proposal) => overdueNotices(deps, proposal, step),
    (report) => recordOverdue(deps.store, step, report),
  );
}

async function overdueNotices(
  deps: OverdueDeps,
  proposal: Proposal,
  { proposalId, kind, about, now }: OverdueStep,
): Promise<QueuedMessage[]> {
  const duty = dutyHolder(kind);
  const recipients = await (duty === 'group' ? recipientsOf : adminsFor)(deps.store.people, proposal);
  return writeNotices(deps, recipients, {
    idPrefix: `${proposalId}.overdue.${kind}.${aboutText(kind, about)}.`,
    subjectId: proposalId,
    template: 'overdue-recorded',
    facts: (to) =>
      factsFor(
        deps,
        to,
        { proposalId, groupName: groupNameOf(proposal), what: itemName(kind), since: now, duty },
        now,
      ),
    now,
  });
}

const event = z.object({
  proposalId: z.string(),
  kind: dutyKindSchema,
  about: anyAboutSchema,
  now: nowSchema,
});

export const handler = taskHandler('training/record-overdue', event, async (step, { env, store }) => {
  const deps = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
  const proposal = await recordOverdueAndNotify(deps, step);
  return { outcome: proposal === undefined ? ('not-owed' as const) : ('recorded' as const) };
});
