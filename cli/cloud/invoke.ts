/** Functions that are invoked by hand: they have rights that this program has not. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { type Connection, clientSettings } from './connection.ts';

const failure = z.object({ errorMessage: z.string() });

/**
 * What a function makes of a wish, at the cloud's time.
 * @param refused the error to throw with the function's own words, when it fails
 */
export async function invokeWith(
  { control }: Pick<Connection, 'control'>,
  functionName: string,
  wish: object,
  refused: (reason: string) => Error,
): Promise<unknown> {
  const client = new LambdaClient(clientSettings(control.endpoint));
  try {
    const { now } = await control.clock();
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ ...wish, now }) }),
    );
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
    if (FunctionError !== undefined) throw refused(failure.parse(answer).errorMessage);
    return answer;
  } finally {
    client.destroy();
  }
}
