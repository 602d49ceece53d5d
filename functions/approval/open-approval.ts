/**
 * Names the steps of the approval ladder for this proposal's amount, how often it may still be returned, and for how many
 * days the award may wait for its budget.
 */
import * as z from 'zod';
import { approvalSteps } from '#domain/programme.ts';
import { inStage } from '#domain/proposal/proposal.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';
import { packOf } from '#programmes/index.ts';

/** Reads only. @throws {WrongStage} for a proposal that has not been verified, or has ended */
export async function openApproval({ proposals }: Pick<Store, 'proposals'>, proposalId: string) {
  // A redriven approval may find that the grant was awarded before it halted: the answers are there, and it continues.
  const allowed = ['approval', 'payment', 'follow-up'] as const;
  const proposal = inStage(await proposals.get(proposalId), allowed, 'be approved');
  const pack = packOf(proposal);
  return {
    steps: approvalSteps(pack, proposal.content.amountAsked),
    returnsLeft: Math.max(0, pack.approval.maxReturns - proposal.returns.length),
    budgetWaitDays: pack.approval.budgetWaitDays,
  };
}

const event = z.object({ proposalId: z.string(), now: nowSchema });

export const handler = taskHandler('approval/open-approval', event, ({ proposalId }, { store }) =>
  openApproval(store, proposalId),
);
