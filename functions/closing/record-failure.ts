/**
 * The execution of a proposal failed, was aborted or ran out of its year: the proposal is marked as halted and the
 * administrators are notified. Nothing inside the execution could record that.
 */
import * as z from 'zod';
import { recordFailure } from '#functions/closing/halt.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { notify } from '#functions/notifications/notify.ts';
import { adminsFor, groupNameOf } from '#functions/notifications/recipients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';

/** EventBridge's "Step Functions Execution Status Change"; the execution is named by its proposal. */
const detail = z.object({
  name: z.string(),
  status: z.string(),
  error: z.string().nullish(),
  redriveCount: z.int().min(0).default(0),
});

export const handler = eventHandler('closing/record-failure', detail, async (failed, tools) => {
  const { env, store, logger, metrics, now } = tools;
  const { name: proposalId, redriveCount: redrives } = failed;
  logger.appendKeys({ proposalId });
  const error = (failed.error ?? failed.status).slice(0, 500);
  const proposal = await recordFailure(store, { proposalId, error, redrives, now });
  logger.error('The proposal is halted.', { error });
  metrics.addMetric('ProposalHalted', 'Count', 1);
  await notify({ store, ...messengerOf(env) }, await adminsFor(store.people, proposal), {
    idPrefix: `${proposalId}.halted.${redrives}.`,
    proposalId,
    template: 'proposal-halted',
    facts: {
      proposalId,
      groupName: proposal === undefined ? proposalId : groupNameOf(proposal),
      stage: proposal?.stage ?? 'received',
      error,
    },
    now,
  });
});
