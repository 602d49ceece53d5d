/** Steps that an administrator invokes by hand: their Lambdas have rights that this program has not. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { lambdaOf, type StepName, stepsOf } from '#functions/lambdas.ts';
import { type Connection, clientSettings } from './connection.ts';

const failure = z.object({ errorMessage: z.string() });

/** The name of the Lambda that carries a step for administrators. */
export function functionFor({ outputs }: Pick<Connection, 'outputs'>, step: StepName): string {
  const [, trigger] = stepsOf(lambdaOf(step)).find(([name]) => name === step) ?? [];
  const name = trigger?.by === 'administrator' ? outputs[trigger.output] : undefined;
  if (name === undefined) throw new RangeError(`The step ${step} is not invoked by hand.`);
  return name;
}

/**
 * What a step makes of a wish, at the cloud's time.
 * @param refused the error to throw with the step's own words, when it fails
 */
export async function invokeWith(
  connection: Pick<Connection, 'control' | 'outputs'>,
  step: StepName,
  wish: object,
  refused: (reason: string) => Error,
): Promise<unknown> {
  const { control } = connection;
  const client = new LambdaClient(clientSettings(control.endpoint));
  try {
    const { now } = await control.clock();
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({
        FunctionName: functionFor(connection, step),
        Payload: JSON.stringify({ step, ...wish, now }),
      }),
    );
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
    if (FunctionError !== undefined) throw refused(failure.parse(answer).errorMessage);
    return answer;
  } finally {
    client.destroy();
  }
}
