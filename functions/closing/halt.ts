/**
 * The machinery failed, or continues after an administrator has looked: the proposal is marked as halted, or no longer.
 * Meanwhile it keeps its stage, its people and its money.
 */

import { halt, resume } from '#domain/proposal/endings.ts';
import { event } from '#domain/proposal/events.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { readProposalEvent } from '#domain/proposal/recorded-events.ts';
import { type Report, unreported } from '#functions/notifications/report.ts';
import type { Decision } from '#functions/store/proposals.ts';
import type { Store } from '#functions/store/store.ts';

export interface Failure {
  proposalId: string;
  /** The error's name; never its details. */
  error: string;
  /** How often the execution had been redriven when it failed. */
  redrives: number;
  /** The execution's name, where it is not the proposal's own. */
  execution?: string | undefined;
  now: string;
}

/**
 * Records the halt, once, and reports it with the record. A proposal that was never registered has no record to halt; the event alone says so.
 *
 * @returns the proposal, if there is one
 */
export async function recordFailure(
  store: Pick<Store, 'audit' | 'commit' | 'proposals'>,
  { proposalId, error, redrives, execution, now }: Failure,
  report: Report<Proposal | undefined> = unreported,
): Promise<Proposal | undefined> {
  if ((await store.proposals.find(proposalId)) === undefined) {
    const recorded = await store.audit.list({ proposalId });
    const isKnown = recorded
      .map(readProposalEvent)
      .some(({ action, facts }) => action === 'proposal.halted' && facts.redrives === redrives);
    const halting = event(now, 'proposal.halted', { error, redrives });
    if (!isKnown)
      await store.commit({ proposalId, now, events: [halting], changes: await report(undefined) });
    return undefined;
  }
  return store.proposals.update(proposalId, now, async (proposal): Promise<Decision<Proposal>> => {
    const halted = halt(proposal, { error, redrives, execution }, now);
    const changes = halted.events.length === 0 ? [] : await report(halted.proposal);
    return { ...halted, changes, result: halted.proposal };
  });
}

/** Records that the execution was redriven, once; of a proposal that was never registered there is nothing to record. */
export async function recordRedrive(
  store: Pick<Store, 'proposals'>,
  { proposalId, redrives, execution, now }: Omit<Failure, 'error'>,
): Promise<void> {
  if ((await store.proposals.find(proposalId)) === undefined) return;
  await store.proposals.update(proposalId, now, (before) => ({
    ...resume(before, redrives, now, execution),
    result: undefined,
  }));
}
