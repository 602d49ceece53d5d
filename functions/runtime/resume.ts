/** Gives a waiting execution what it waits for, by its task token. */
import {
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';

/** `gone`: the execution no longer waits with this token, because it timed out, ended, or was given its answer before. */
export type Resumed = 'resumed' | 'gone';

/** @param output small facts to branch on; never documents or people */
export async function resume(client: SFNClient, taskToken: string, output: object): Promise<Resumed> {
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    return 'resumed';
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return 'gone';
    throw error;
  }
}
