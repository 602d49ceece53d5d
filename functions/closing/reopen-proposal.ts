/** An objection was granted: the proposal is open again for verification in its next round, and the group is notified. */
import * as z from 'zod';
import { contactOf } from '#domain/proposal/proposal.ts';
import { type Decided, type ObjectionStore, reopenProposal } from '#functions/closing/objection.ts';
import { postOf } from '#functions/notifications/post.ts';
import { contactKey, groupNameOf } from '#functions/notifications/recipients.ts';
import { reporting } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import { type MessageDeps, writeMessage } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';

type Deps = MessageDeps & StatusLinkDeps & { store: MessageDeps['store'] & ObjectionStore };

/** Records that the proposal is open again, and notifies the group with it; each once. @throws `WrongStage` */
export function reopenAndNotify(
  deps: Deps,
  step: { proposalId: string; round: number; now: string },
): Promise<Decided> {
  return reporting(
    deps,
    step.now,
    (decided: Decided) => writeTo(deps, decided, step.now),
    (report) => reopenProposal(deps.store, step, report),
  );
}

/** Only a group with a known contact may object. */
async function writeTo(deps: Deps, { proposal, comment }: Decided, now: string): Promise<QueuedMessage[]> {
  const { id: proposalId } = proposal;
  const contact = contactOf(proposal);
  if (contact === undefined) return [];
  const message = await writeMessage(deps, {
    id: `${proposalId}.objection-granted.${contactKey}`,
    subjectId: proposalId,
    to: contact,
    language: contact.language,
    template: 'objection-granted',
    facts: factsFor(
      deps,
      { key: contactKey },
      {
        proposalId,
        groupName: groupNameOf(proposal),
        ...(comment !== undefined && { comment }),
      },
      now,
    ),
    now,
  });
  return message === undefined ? [] : [message];
}

const event = z.object({ proposalId: z.string(), round: z.int().min(2), now: nowSchema });

export const handler = taskHandler(
  'closing/reopen-proposal',
  event,
  async (step, { env, store, metrics }) => {
    await reopenAndNotify({ store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL }, step);
    metrics.addMetric('ObjectionGranted', 'Count', 1);
    return { outcome: 'granted' as const };
  },
);
