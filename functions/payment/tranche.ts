/** A tranche opens, and its amount is reserved: each once, however often the step runs. */

import { reserveEntry } from '#domain/money/ledger.ts';
import type { RulePack } from '#domain/programme.ts';
import { event } from '#domain/proposal/events.ts';
import {
  inStage,
  type Proposal,
  type ProposalIn,
  type Tranche,
  updateTranche,
  WrongTranche,
} from '#domain/proposal/proposal.ts';
import { PaperMissing, paperOf, progressOf, wasCancelled } from '#functions/payment/tranche-answers.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

export interface TrancheStep {
  proposalId: string;
  /** Counts from 1. */
  tranche: number;
  now: string;
}

/** The awarded proposal while money can still move. */
export function inPayment(proposal: Proposal, step: string): ProposalIn<'payment' | 'follow-up'> {
  return inStage(proposal, ['payment', 'follow-up'], step);
}

/** @throws {WrongTranche} when there is no such tranche */
export function trancheIn(
  proposal: ProposalIn<'payment' | 'follow-up'>,
  number: number,
  step: string,
): Tranche {
  const tranche = proposal.tranches.find((each) => each.number === number);
  if (tranche === undefined) throw new WrongTranche(proposal, number, step);
  return tranche;
}

/** Opens the tranche, once. @returns the proposal's rule-pack, whose limits the workflow needs */
export function openTranche(
  { proposals }: Pick<Store, 'proposals'>,
  { proposalId, tranche: number, now }: TrancheStep,
): Promise<RulePack> {
  return proposals.update(proposalId, now, (before) => {
    const proposal = inPayment(before, 'open a tranche');
    const tranche = trancheIn(proposal, number, 'opened');
    const result = packOf(proposal);
    if (tranche.status !== 'planned') return { result };
    return {
      proposal: updateTranche(proposal, number, (each) => ({ ...each, status: 'open', openedAt: now }), now),
      events: [event(now, 'tranche.opened', { tranche: number, amount: tranche.amount })],
      result,
    };
  });
}

/**
 * Moves the tranche's amount from the commitment into payment and writes down SPP and SPM, once. Where they were cancelled
 * since, as an execution that begins anew may find, nothing is done.
 *
 * @param step.round whose SPP and SPM; counts from 1
 * @throws {PaperMissing} {WrongTranche}
 */
export function reserveTranche(
  store: Pick<Store, 'asks' | 'budgets' | 'proposals'>,
  { proposalId, tranche: number, round = 1, now }: TrancheStep & { round?: number },
): Promise<void> {
  return store.proposals.update(proposalId, now, async (before) => {
    const proposal = inPayment(before, 'reserve a tranche');
    const tranche = trancheIn(proposal, number, 'reserved');
    if (tranche.status === 'reserved' || tranche.status === 'settled') return { result: undefined };
    if (tranche.status === 'unpaid') throw new WrongTranche(proposal, number, 'reserved');
    const asks = await store.asks.byProposal(proposalId);
    if (wasCancelled(asks, number, round)) return { result: undefined };
    const spp = paperOf(asks, 'spp', number, round);
    const spm = paperOf(asks, 'spm', number, round);
    if (spp === undefined) throw new PaperMissing(proposalId, number, 'SPP');
    if (spm === undefined) throw new PaperMissing(proposalId, number, 'SPM');
    const progress = progressOf(asks, number);
    return {
      proposal: updateTranche(
        proposal,
        number,
        (each) => ({ ...each, status: 'reserved', spp, spm, ...(progress !== undefined && { progress }) }),
        now,
      ),
      events: [
        event(now, 'tranche.reserved', {
          tranche: number,
          amount: tranche.amount,
          spp: spp.number,
          spm: spm.number,
        }),
      ],
      changes: store.budgets.book(
        reserveEntry(
          { line: proposal.award.budgetLine, proposalId, at: now },
          { tranche: number, amount: tranche.amount, round },
        ),
      ),
      result: undefined,
    };
  });
}
