/**
 * Opens the training follow-up: sessions, mentor visits, the outcome and the LPJ, each with the moment it is asked for.
 */
import * as z from 'zod';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { openFollowUp } from '#functions/training/follow-up.ts';
import { indonesia } from '#programmes/calendar.ts';

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('training/open-training', event, async (step, { store }) => ({
  items: await openFollowUp(store, indonesia, step),
}));
