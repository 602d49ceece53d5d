/** Reserves a tranche's amount on its budget line, once SPP and SPM are there. */

import * as z from 'zod';
import { spm } from '#domain/asks/kinds/spm.ts';
import { spp } from '#domain/asks/kinds/spp.ts';
import { reserveEntry } from '#domain/money/ledger.ts';
import { reserveTranche as reserve } from '#domain/proposal/tranche-papers.ts';
import { inPayment, trancheIn } from '#domain/proposal/tranches.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { PaperMissing, paperOf, progressOf, wasCancelled } from '#functions/payment/tranche-answers.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';

/**
 * Moves the tranche's amount from the commitment into payment and writes down SPP and SPM, once. Where they were cancelled
 * since, as an execution that begins again may find, nothing is done.
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
    const asks = await store.asks.bySubject(proposalId);
    if (wasCancelled(asks, number, round)) return { result: undefined };
    const request = paperOf(asks, spp, number, round);
    const order = paperOf(asks, spm, number, round);
    if (request === undefined) throw new PaperMissing(proposalId, number, 'SPP');
    if (order === undefined) throw new PaperMissing(proposalId, number, 'SPM');
    const papers = { spp: request, spm: order, progress: progressOf(asks, number) };
    return {
      ...reserve(proposal, number, papers, now),
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

const eventSchema = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  round: z.int().positive(),
  now: nowSchema,
});

export const handler = taskHandler('payment/reserve-tranche', eventSchema, async (step, { store }) => {
  await reserveTranche(store, step);
  return { outcome: 'reserved' as const };
});
