/**
 * Reserves a tranche's amount on its budget line, once SPP and SPM are there.
 *
 * @grants dynamodb: GetItem, Query, PutItem, UpdateItem
 */
import * as z from 'zod';
import { reserveTranche } from '#functions/payment/tranche.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';

const event = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  round: z.int().positive(),
  now: nowSchema,
});

export const handler = taskHandler('payment/reserve-tranche', event, async (step, { store }) => {
  await reserveTranche(store, step);
  return { outcome: 'reserved' as const };
});
