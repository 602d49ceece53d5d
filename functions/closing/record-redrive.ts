/** The execution of a halted proposal was redriven: the proposal is no longer marked as halted. */
import * as z from 'zod';
import { recordRedrive } from '#functions/closing/halt.ts';
import { eventHandler } from '#functions/runtime/handler.ts';

/** EventBridge's "Step Functions Execution Status Change"; the execution is named by its proposal. */
const detail = z.object({ name: z.string(), redriveCount: z.int().min(1) });

export const handler = eventHandler('closing/record-redrive', detail, async (redriven, tools) => {
  const { store, logger, now } = tools;
  const { name: proposalId, redriveCount: redrives } = redriven;
  logger.appendKeys({ proposalId });
  await recordRedrive(store, { proposalId, redrives, now });
  logger.info('The proposal goes on.', { redrives });
});
