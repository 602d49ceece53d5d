/**
 * An execution failed, was aborted or ran out of its time: its proposal is marked as halted and the administrators are
 * notified. Nothing inside the execution could record that.
 *
 * The rule is for every machine. What another execution waits for fails that one too, which then says it; what nothing waits for
 * (a proposal, money that came back, a deposit) says it itself. A payment run belongs to no proposal: its alarm rings.
 */
import * as z from 'zod';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { type Failure, recordFailure } from '#functions/closing/halt.ts';
import { machineOf, ownerOf } from '#functions/machines.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor, groupNameOf } from '#functions/notifications/recipients.ts';
import { reporting } from '#functions/notifications/report.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';

type HaltDeps = MessageDeps & {
  store: MessageDeps['store'] & Pick<Store, 'audit' | 'commit' | 'people' | 'proposals'>;
};

interface FailedExecution extends Failure {
  /** Of the execution that failed, also where it is the proposal's own. */
  name: string;
}

/** Records the halt, once, and notifies the administrators, with the record. @returns the proposal, if there is one */
export function haltAndNotify(deps: HaltDeps, failed: FailedExecution): Promise<Proposal | undefined> {
  return reporting(
    deps,
    failed.now,
    (proposal: Proposal | undefined) => haltedNotices(deps, proposal, failed),
    (report) => recordFailure(deps.store, failed, report),
  );
}

async function haltedNotices(
  deps: HaltDeps,
  proposal: Proposal | undefined,
  { name, proposalId, redrives, execution, error, now }: FailedExecution,
): Promise<QueuedMessage[]> {
  return writeNotices(deps, await adminsFor(deps.store.people, proposal), {
    idPrefix: `${name}.halted.${redrives}.`,
    subjectId: proposalId,
    template: 'proposal-halted',
    facts: {
      proposalId,
      groupName: proposal === undefined ? proposalId : groupNameOf(proposal),
      stage: proposal?.stage ?? 'received',
      ...(execution !== undefined && { execution }),
      error,
    },
    now,
  });
}

/** EventBridge's "Step Functions Execution Status Change". */
const detail = z.object({
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.string(),
  error: z.string().nullish(),
  redriveCount: z.int().min(0).default(0),
});

export const handler = eventHandler('closing/record-failure', detail, async (failed, tools) => {
  const { env, store, logger, metrics, now } = tools;
  const { stateMachineArn, name, redriveCount: redrives } = failed;
  const machine = machineOf(stateMachineArn);
  const { proposalId, alone } = ownerOf(machine, name) ?? { alone: true };
  const error = (failed.error ?? failed.status).slice(0, 500);
  if (proposalId === undefined || !alone) {
    logger.error('An execution failed.', { execution: name, error });
    return;
  }
  logger.appendKeys({ proposalId });
  const execution = machine === 'proposal' ? undefined : name;
  await haltAndNotify({ store, ...postOf(env) }, { name, proposalId, error, redrives, execution, now });
  logger.error('The proposal is halted.', { execution: name, error });
  metrics.addMetric('ProposalHalted', 'Count', 1);
});
