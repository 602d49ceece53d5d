/**
 * Opens a tranche, drafts the papers that people sign for it, and says how long the bank may take, and how often papers may go back and a refused account be
 * corrected.
 */
import * as z from 'zod';
import type { RulePack } from '#domain/programme.ts';
import { inPayment, openTranche as open, trancheIn } from '#domain/proposal/tranches.ts';
import { secondsUntilWorkingDays } from '#domain/working-days.ts';
import { draftPapers } from '#functions/payment/draft-papers.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { regions } from '#functions/runtime/regions.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

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
    return { ...open(proposal, number, now), result };
  });
}

const eventSchema = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler(
  'payment/open-tranche',
  eventSchema,
  async (step, { env, store, logger }) => {
    const { payment } = await openTranche(store, step);
    const calendar = await calendarInForce(store, step.now);
    const drafts = await draftPapers(
      { store, s3: s3(), uploadsBucket: env.UPLOADS_BUCKET, regions: regions() },
      { ...step, attempt: 1 },
    );
    logger.info('A tranche was opened.', { tranche: step.tranche, papers: drafts.length });
    return {
      bankAnswerSeconds: secondsUntilWorkingDays(step.now, payment.bankAnswerWorkingDays, calendar),
      accountCorrections: payment.accountCorrections,
      paperReturns: payment.maxPaperReturns,
    };
  },
);
