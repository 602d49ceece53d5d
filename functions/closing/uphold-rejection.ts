/** An objection was dismissed, or not decided in time: the rejection is final, and the group is notified. */
import * as z from 'zod';
import { contactOf, type ProposalIn } from '#domain/proposal/proposal.ts';
import { type Decided, type ObjectionStore, upholdRejection } from '#functions/closing/objection.ts';
import { postOf } from '#functions/notifications/post.ts';
import { contactKey, groupNameOf } from '#functions/notifications/recipients.ts';
import { reporting } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import { type MessageDeps, writeMessage } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';

type Deps = MessageDeps & StatusLinkDeps & { store: MessageDeps['store'] & ObjectionStore };

/** Records that the rejection is final, and notifies the group with it; each once. @throws `WrongStage` */
export function upholdAndNotify(
  deps: Deps,
  step: { proposalId: string; now: string },
): Promise<Decided<ProposalIn<'rejected'>>> {
  return reporting(
    deps,
    step.now,
    (decided: Decided<ProposalIn<'rejected'>>) => writeTo(deps, decided, step.now),
    (report) => upholdRejection(deps.store, step, report),
  );
}

/** Only a group with a known contact may object. */
async function writeTo(
  deps: Deps,
  { proposal, comment }: Decided<ProposalIn<'rejected'>>,
  now: string,
): Promise<QueuedMessage[]> {
  const { id: proposalId } = proposal;
  const contact = contactOf(proposal);
  if (contact === undefined) return [];
  const message = await writeMessage(deps, {
    id: `${proposalId}.rejection-upheld.${contactKey}`,
    subjectId: proposalId,
    to: contact,
    language: contact.language,
    template: 'rejection-upheld',
    facts: factsFor(
      deps,
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
  });
  return message === undefined ? [] : [message];
}

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler(
  'closing/uphold-rejection',
  event,
  async (step, { env, store, metrics }) => {
    await upholdAndNotify({ store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL }, step);
    metrics.addMetric('RejectionUpheld', 'Count', 1);
    return { outcome: 'final' as const };
  },
);
