import { ExecutionAlreadyExists, SFNClient, type StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { startOnce } from '#functions/runtime/start-once.ts';

function clientThat(answer: (input: StartExecutionCommandInput) => void): SFNClient {
  const client = new SFNClient({ region: 'ap-southeast-3' });
  client.middlewareStack.add(
    () => async (args) => {
      answer(args.input as StartExecutionCommandInput);
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'initialize' },
  );
  return client;
}

const start = { stateMachineArn: 'machine', name: 'PRP-1-deposit-1-1', input: { proposalId: 'PRP-1' } };

describe('startOnce', () => {
  it('starts the execution under its name', async () => {
    const started: StartExecutionCommandInput[] = [];
    await startOnce(
      clientThat((input) => started.push(input)),
      start,
    );
    expect(started).toEqual([{ ...start, input: '{"proposalId":"PRP-1"}' }]);
  });

  it('takes one that exists as started', async () => {
    const client = clientThat(() => {
      throw new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
    });
    await expect(startOnce(client, start)).resolves.toBeUndefined();
  });

  it('throws every other error', async () => {
    const client = clientThat(() => {
      throw new Error('The service is down.');
    });
    await expect(startOnce(client, start)).rejects.toThrow('The service is down.');
  });
});
