/** The execution of the machine `deposit` for a round of a deposit: started once, however often it is asked for. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { startOnce } from '#functions/runtime/start-once.ts';

export interface StartDepositDeps {
  stepFunctions: SFNClient;
  depositMachineArn: string;
}

/** @param first.round the first round of the execution; its name follows from it */
export function startDeposit(
  { stepFunctions, depositMachineArn }: StartDepositDeps,
  first: { proposalId: string; deposit: number; round: number; handedIn?: boolean },
): Promise<void> {
  const { proposalId, deposit, round, handedIn = false } = first;
  return startOnce(stepFunctions, {
    stateMachineArn: depositMachineArn,
    name: `${proposalId}-deposit-${deposit}-${round}`,
    input: { proposalId, deposit, round, handedIn },
  });
}
