/** The execution of the machine `deposit` for a round of a deposit: started once, however often it is asked for. */
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface StartDepositDeps {
  stepFunctions: SFNClient;
  depositMachineArn: string;
}

/** @param first.round the first round of the execution; its name follows from it */
export async function startDeposit(
  { stepFunctions, depositMachineArn }: StartDepositDeps,
  first: { proposalId: string; deposit: number; round: number; handedIn?: boolean },
): Promise<void> {
  const { proposalId, deposit, round, handedIn = false } = first;
  try {
    await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: depositMachineArn,
        name: `${proposalId}-deposit-${deposit}-${round}`,
        input: JSON.stringify({ proposalId, deposit, round, handedIn }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
