/**
 * Closes a proposal after its follow-up: what came of it is counted, people whose group owes nothing are free for a new
 * award, and the group is notified.
 */

import * as z from 'zod';
import type { Ask } from '#domain/asks/ask.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { close } from '#domain/proposal/endings.ts';
import type { ProposalIn } from '#domain/proposal/proposal.ts';
import { openTranches } from '#domain/proposal/tranches.ts';
import { cancelAsks, keepPeople, releaseBudget } from '#functions/closing/free-resources.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { groupNameOf, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import { factsFor, type StatusLinkDeps } from '#functions/notifications/status-link.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { groupOwes } from '#functions/payment/settle-deposit.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

type ClosingStore = Pick<Store, 'asks' | 'budgets' | 'locks' | 'overdue' | 'payments' | 'proposals'>;

/** How many members were at one training session at least. */
export function countTrained(asks: readonly Ask[]): number {
  const present = new Set<number>();
  for (const ask of asks) {
    if (ask.kind !== kinds['training-session'].name || ask.status !== 'answered') continue;
    for (const number of kinds['training-session'].answer.parse(ask.answer).present) present.add(number);
  }
  return present.size;
}

/** Money came back and is being paid again. Once that has ended, a redrive closes the proposal. */
export class TrancheReopened extends Error {
  override readonly name = 'TrancheReopened';
  constructor(proposalId: string, tranches: readonly number[]) {
    super(
      `Proposal ${proposalId} cannot be closed while tranche ${tranches.join(', ')}, which came back, is being paid again. Redrive it when that has ended.`,
    );
  }
}

/** The proposal as it was closed. */
export interface Closing {
  closed: ProposalIn<'closed'>;
  /** Whether the group owes a report or money, so that its members stay held. What officers owe holds no one. */
  groupOwes: boolean;
}

/** Closes the proposal, once; again it answers the same and writes nothing. @throws {TrancheReopened} */
export function closeProposal(
  store: ClosingStore,
  { proposalId, now }: { proposalId: string; now: string },
  report: Report<Closing> = unreported,
): Promise<Closing> {
  return store.proposals.update(proposalId, now, async (proposal): Promise<Decision<Closing>> => {
    const ledger = await store.overdue.list(proposalId);
    const owes = groupOwes(proposal, ledger);
    if (proposal.stage === 'closed') return { result: { closed: proposal, groupOwes: owes } };
    const reopened =
      proposal.stage === 'follow-up'
        ? openTranches(proposal).filter(({ returned }) => returned !== undefined)
        : [];
    if (reopened.length > 0)
      throw new TrancheReopened(
        proposal.id,
        reopened.map(({ number }) => number),
      );
    const peopleTrained = countTrained(await store.asks.bySubject(proposalId));
    const overdue = ledger.length;
    const closing = close(proposal, { peopleTrained, overdue, groupOwes: owes }, now);
    const result = { closed: closing.proposal, groupOwes: owes };
    return {
      ...closing,
      changes: [
        // Otherwise they are free by the close itself: a closed proposal holds no one.
        ...(owes ? await keepPeople(store, proposal, now) : []),
        ...(await releaseBudget(store, proposal, now)),
        ...(await cancelAsks(store, proposalId, now)),
        ...(await report(result)),
      ],
      result,
    };
  });
}

type CloseDeps = MessageDeps &
  StatusLinkDeps & { store: MessageDeps['store'] & ClosingStore & Pick<Store, 'people'> };

/** The same, and notifies the group of it, with the close. @throws {TrancheReopened} */
export function closeAndNotify(deps: CloseDeps, step: { proposalId: string; now: string }): Promise<Closing> {
  return reporting(
    deps,
    step.now,
    (closing: Closing) => closedNotices(deps, closing, step.now),
    (report) => closeProposal(deps.store, step, report),
  );
}

async function closedNotices(
  deps: CloseDeps,
  { closed, groupOwes }: Closing,
  now: string,
): Promise<QueuedMessage[]> {
  const { id: proposalId, result } = closed;
  return writeNotices(deps, await recipientsOf(deps.store.people, closed), {
    idPrefix: `${proposalId}.closed.`,
    subjectId: proposalId,
    template: 'proposal-closed',
    facts: (to) => factsFor(deps, to, { proposalId, groupName: groupNameOf(closed), result, groupOwes }, now),
    now,
  });
}

const eventSchema = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler(
  'closing/close-proposal',
  eventSchema,
  async ({ proposalId, now }, tools) => {
    const { env, store, metrics } = tools;
    const deps = { store, ...postOf(env), linkBaseUrl: env.LINK_BASE_URL };
    const { closed } = await closeAndNotify(deps, { proposalId, now });
    metrics.addMetric('ProposalClosed', 'Count', 1);
    return { outcome: 'closed' as const, result: closed.result };
  },
);
