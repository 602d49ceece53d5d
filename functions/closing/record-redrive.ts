/** A halted execution was redriven: its proposal is no longer marked as halted by it. */
import * as z from 'zod';
import { recordRedrive } from '#functions/closing/halt.ts';
import { machineOf, ownerOf } from '#functions/machines.ts';
import { eventHandler } from '#functions/runtime/handler.ts';

/** EventBridge's "Step Functions Execution Status Change". */
const detail = z.object({ stateMachineArn: z.string(), name: z.string(), redriveCount: z.int().min(1) });

export const handler = eventHandler('closing/record-redrive', detail, async (redriven, tools) => {
  const { store, logger, now } = tools;
  const { stateMachineArn, name, redriveCount: redrives } = redriven;
  const machine = machineOf(stateMachineArn);
  const { proposalId, alone } = ownerOf(machine, name) ?? { alone: true };
  if (proposalId === undefined || !alone) return;
  logger.appendKeys({ proposalId });
  const execution = machine === 'proposal' ? undefined : name;
  await recordRedrive(store, { proposalId, redrives, execution, now });
  logger.info('The execution goes on.', { execution: name, redrives });
});
