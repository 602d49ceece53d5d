/**
 * Opens a tranche and says how long the bank may take, how often papers may go back and a refused account be corrected, and
 * whether the SP2D itself moves the money.
 *
 * @grants dynamodb: Query, PutItem (TransactWriteItems)
 */
import * as z from 'zod';
import { isTreasury } from '#domain/money/rail.ts';
import { secondsUntilWorkingDays } from '#domain/working-days.ts';
import { openTranche } from '#functions/payment/tranche.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { indonesia } from '#programmes/calendar.ts';

const event = z.object({ proposalId: z.string(), tranche: z.int().positive(), now: nowSchema });

export const handler = taskHandler('payment/open-tranche', event, async (step, { store }) => {
  const { payment } = await openTranche(store, step);
  return {
    bankAnswerSeconds: secondsUntilWorkingDays(step.now, payment.bankAnswerWorkingDays, indonesia),
    accountCorrections: payment.accountCorrections,
    paperReturns: payment.maxPaperReturns,
    bySp2d: isTreasury(payment.rail),
  };
});
