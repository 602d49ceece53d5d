/**
 * Ends a proposal without a grant, rejected, withdrawn or expired: this is recorded, its people and its money are free
 * again, and the group is notified with the reason.
 *
 * Where the group may object, the question whether it does brings the news as well, so that the leader gets one mail,
 * not two.
 */
import * as z from 'zod';
import { mayObject, reject } from '#domain/proposal/endings.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { cancelAsks, releaseBudget, releasePeople } from '#functions/closing/free-resources.ts';
import { rejectionComment } from '#functions/closing/rejection-comment.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

type RejectionStore = Pick<Store, 'asks' | 'budgets' | 'locks' | 'payments' | 'proposals'>;

export interface Rejection {
  proposalId: string;
  /** Where in the workflow it ended. */
  at: string;
  /** The reason's code, as the state machines give it. */
  reason: string;
  now: string;
}

/**
 * Records the rejection, once; again it answers the same proposal and writes nothing, also when an objection has
 * overturned it since.
 */
export function recordRejection(
  store: RejectionStore,
  rejection: Rejection,
  report: Report<Proposal> = unreported,
): Promise<Proposal> {
  return store.proposals.update(
    rejection.proposalId,
    rejection.now,
    async (proposal): Promise<Decision<Proposal>> => {
      const { at, reason, now } = rejection;
      const overturned = proposal.rejections.some(({ rejectedAt }) => rejectedAt === now);
      if (proposal.stage === 'rejected' || overturned) return { result: proposal };
      const rejected = reject(proposal, { at, reason }, now);
      return {
        ...rejected,
        changes: [
          ...(await releasePeople(store, proposal)),
          ...(await releaseBudget(store, proposal, now)),
          ...(await cancelAsks(store, proposal.id, now)),
          ...(await report(rejected.proposal)),
        ],
        result: rejected.proposal,
      };
    },
  );
}

type RejectDeps = MessageDeps &
  StatusLinkDeps & { store: MessageDeps['store'] & RejectionStore & Pick<Store, 'people'> };

/** The same, and notifies a group that may not object, with the rejection. */
export function rejectAndNotify(deps: RejectDeps, rejection: Rejection): Promise<Proposal> {
  return reporting(
    deps,
    rejection.now,
    (rejected: Proposal) => rejectedNotices(deps, rejected, rejection),
    (report) => recordRejection(deps.store, rejection, report),
  );
}

async function rejectedNotices(
  deps: RejectDeps,
  proposal: Proposal,
  { reason, now }: Rejection,
): Promise<QueuedMessage[]> {
  if (mayObject(proposal)) return [];
  const asks = await deps.store.asks.bySubject(proposal.id);
  return writeNotices(deps, await recipientsOf(deps.store.people, proposal), {
    idPrefix: `${proposal.id}.rejected.${proposal.rejections.length + 1}.`,
    subjectId: proposal.id,
    template: 'proposal-rejected',
    facts: (to) => {
      const comment = rejectionComment(proposal, asks, to.language);
      const facts = {
        ...{ proposalId: proposal.id, groupName: groupNameOf(proposal), reason },
        ...(comment !== undefined && { comment }),
        final: proposal.rejections.length > 0,
      };
      return factsFor(deps, to, facts, now);
    },
    now,
  });
}

const eventSchema = z.object({ proposalId: z.string(), at: z.string(), reason: z.string(), now: nowSchema });

export const handler = taskHandler(
  'closing/record-rejection',
  eventSchema,
  async (rejection, { env, store, metrics }) => {
    const deps = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
    const proposal = await rejectAndNotify(deps, rejection);
    metrics.addMetric('ProposalRejected', 'Count', 1);
    return {
      outcome: 'rejected' as const,
      appealRole: packOf(proposal).appeal.role,
      mayObject: mayObject(proposal),
    };
  },
);
