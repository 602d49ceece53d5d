/** Starts an execution that is to run once, however often it is asked for. */
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** The machine, the execution's name, which decides whether it ran before, and its input. */
export interface Start {
  stateMachineArn: string;
  name: string;
  input: object;
}

/**
 * Starts the execution; one of that name that exists is as good, whatever has become of it. For an execution that still runs,
 * with the same input, Step Functions answers as if it had started it now
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
 *
 * @throws the service's other errors
 */
export async function startOnce(
  stepFunctions: Pick<SFNClient, 'send'>,
  { stateMachineArn, name, input }: Start,
): Promise<void> {
  try {
    await stepFunctions.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
