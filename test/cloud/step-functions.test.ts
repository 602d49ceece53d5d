/** Step Functions as `@aws-sdk/client-sfn` sees it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  paginateGetExecutionHistory,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '#local/gateway/aws-error.ts';
import type { AuthorizationQuery } from '#local/gateway/service.ts';
import { createEngineHarness, type EngineHarness } from '#local/step-functions/testing.ts';

const waiting = {
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
      HeartbeatSeconds: 600,
      Next: 'Done',
    },
    Done: { Type: 'Pass', End: true },
  },
};
const passing = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const failing = {
  QueryLanguage: 'JSONata',
  StartAt: 'F',
  States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } },
};

let harness: EngineHarness;
let server: Server;
let client: SFNClient;
let tokens: string[] = [];
let asked: AuthorizationQuery[] = [];
let denied: ((query: AuthorizationQuery) => boolean) | undefined;

beforeAll(async () => {
  harness = createEngineHarness({
    definitions: { waiting, passing, failing },
    invoke: (_name, payload) => {
      tokens.push((payload as { token: string }).token);
      return null;
    },
  });
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'ap-southeast-3',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});

afterAll(() => {
  client.destroy();
  server.close();
  harness.close();
});

/** The least of a gateway: hands requests to the service and writes its errors as AWS JSON does. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  try {
    const answer = await harness.service.handle({
      method: request.method ?? 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers,
      body: Buffer.concat(chunks),
      principal: { arn: 'arn:aws:iam::123456789012:role/someone', owner: false },
      authorize: (query) => {
        asked.push(query);
        if (denied?.(query)) throw new AwsError('AccessDeniedException', 'not authorized', 403);
      },
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
    response
      .writeHead(known.status, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ __type: known.code, message: known.message }));
  }
}

/** Starts an execution of `waiting` and gives its ARN and the token it waits with. */
async function startWaiting(name?: string): Promise<{ arn: string; taskToken: string }> {
  tokens = [];
  const { executionArn: arn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn: harness.arn('waiting'), name, input: '{}' }),
  );
  await harness.settle();
  return { arn, taskToken: tokens[0] ?? '' };
}

describe('Executions', () => {
  it('are started, described and listed', async () => {
    const stateMachineArn = harness.arn('passing');
    const started = await client.send(
      new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"a":1}' }),
    );
    expect(started.startDate).toEqual(new Date('2026-01-05T01:00:00Z'));
    const described = await client.send(new DescribeExecutionCommand({ executionArn: started.executionArn }));
    expect(described).toMatchObject({
      executionArn: 'arn:aws:states:ap-southeast-3:123456789012:execution:passing:one',
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"a":1}',
      inputDetails: { included: true },
      outputDetails: { included: true },
      redriveStatus: 'NOT_REDRIVABLE',
      stopDate: new Date('2026-01-05T01:00:00Z'),
    });
    const listed = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }),
    );
    expect(listed.executions).toMatchObject([{ name: 'one', status: 'SUCCEEDED' }]);
  });

  it('of the same name and input are the same while it runs, and refused otherwise', async () => {
    const stateMachineArn = harness.arn('waiting');
    const start = (input: string) =>
      client.send(new StartExecutionCommand({ stateMachineArn, name: 'same', input }));
    const [first, second] = await Promise.all([start('{}'), start('{}')]);
    expect(second?.executionArn).toBe(first?.executionArn);
    await expect(start('{"other":1}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first?.executionArn}'`,
    });
    await client.send(new StopExecutionCommand({ executionArn: first?.executionArn }));
    await expect(start('{}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it.each([
    [{ name: 'a b' }, 'InvalidName'],
    [{ input: '{' }, 'InvalidExecutionInput'],
    [{ stateMachineArn: 'nonsense' }, 'InvalidArn'],
    [
      { stateMachineArn: 'arn:aws:states:ap-southeast-3:123456789012:stateMachine:absent' },
      'StateMachineDoesNotExist',
    ],
    [{ input: JSON.stringify('x'.repeat(262_143)) }, 'ValidationException'],
  ])('are refused for %o', async (wrong, name) => {
    const command = new StartExecutionCommand({ stateMachineArn: harness.arn('passing'), ...wrong });
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });

  it('that are unknown are said to be', async () => {
    const executionArn = 'arn:aws:states:ap-southeast-3:123456789012:execution:passing:absent';
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });

  it('are started by version and by alias, and say so', async () => {
    const alias = `${harness.arn('passing')}:live`;
    const byAlias = await client.send(
      new StartExecutionCommand({ stateMachineArn: alias, name: 'by-alias' }),
    );
    const described = await client.send(new DescribeExecutionCommand({ executionArn: byAlias.executionArn }));
    expect(described).toMatchObject({
      stateMachineArn: harness.arn('passing'),
      stateMachineAliasArn: alias,
      stateMachineVersionArn: `${harness.arn('passing')}:1`,
    });
    await client.send(
      new StartExecutionCommand({ stateMachineArn: `${harness.arn('passing')}:1`, name: 'by-version' }),
    );
    const listed = await client.send(new ListExecutionsCommand({ stateMachineArn: alias }));
    expect(listed.executions?.map((execution) => execution.name)).toEqual(['by-alias']);
  });

  it('are stopped, with error and cause', async () => {
    const { arn } = await startWaiting();
    await client.send(new StopExecutionCommand({ executionArn: arn, error: 'Enough', cause: 'of it' }));
    const described = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
    expect(described).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'of it',
      redriveStatus: 'REDRIVABLE',
    });
  });

  it('that failed are redriven, others not', async () => {
    const stateMachineArn = harness.arn('failing');
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await client.send(new RedriveExecutionCommand({ executionArn }));
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c', redriveCount: 1 });
    const passed = 'arn:aws:states:ap-southeast-3:123456789012:execution:passing:one';
    await expect(client.send(new RedriveExecutionCommand({ executionArn: passed }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  it('are listed in pages, newest first', async () => {
    const stateMachineArn = harness.arn('passing');
    for (const name of ['p1', 'p2', 'p3'])
      await client.send(new StartExecutionCommand({ stateMachineArn, name }));
    const first = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 2 }));
    expect(first.executions?.map((execution) => execution.name)).toEqual(['p3', 'p2']);
    const rest = await client.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 1, nextToken: first.nextToken }),
    );
    expect(rest.executions?.map((execution) => execution.name)).toEqual(['p1']);
    await expect(
      client.send(new ListExecutionsCommand({ stateMachineArn, nextToken: 'made-up' })),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });
});

describe('A history', () => {
  it('is read in pages, forwards and backwards, with and without data', async () => {
    const executionArn = 'arn:aws:states:ap-southeast-3:123456789012:execution:passing:one';
    const forwards: (number | undefined)[] = [];
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 3 }, { executionArn })) {
      expect(page.events?.length).toBeLessThanOrEqual(3);
      forwards.push(...(page.events ?? []).map((event) => event.id));
    }
    expect(forwards).toEqual([1, 2, 3, 4]);
    const backwards: (number | undefined)[] = [];
    const reverse = { executionArn, reverseOrder: true };
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 3 }, reverse)) {
      backwards.push(...(page.events ?? []).map((event) => event.id));
    }
    expect(backwards).toEqual([4, 3, 2, 1]);
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(events[0]).toEqual({
      id: 1,
      previousEventId: 0,
      timestamp: new Date('2026-01-05T01:00:00Z'),
      type: 'ExecutionStarted',
      executionStartedEventDetails: {
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::123456789012:role/states',
      },
    });
  });
});

describe('Callbacks', () => {
  it('end the task they name', async () => {
    const { arn, taskToken } = await startWaiting();
    await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"ok":true}' }));
    const described = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
    await expect(client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
  });

  it('fail the task they name', async () => {
    const { arn, taskToken } = await startWaiting();
    await client.send(new SendTaskFailureCommand({ taskToken, error: 'No', cause: 'because' }));
    const described = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'No', cause: 'because' });
  });

  it('count once when two come at the same time', async () => {
    const { taskToken } = await startWaiting();
    const answers = await Promise.allSettled([
      client.send(new SendTaskSuccessCommand({ taskToken, output: '1' })),
      client.send(new SendTaskFailureCommand({ taskToken, error: 'E' })),
    ]);
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
  });

  it('need a token that was given out and an output that is JSON', async () => {
    const { taskToken } = await startWaiting();
    const success = (input: { taskToken: string; output: string }) =>
      client.send(new SendTaskSuccessCommand(input));
    await expect(success({ taskToken: 'made-up', output: '{}' })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
    await expect(success({ taskToken, output: '{' })).rejects.toMatchObject({ name: 'InvalidOutput' });
    const altered = `${taskToken.slice(0, -1)}${taskToken.endsWith('A') ? 'B' : 'A'}`;
    await expect(success({ taskToken: altered, output: '{}' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });
});

describe('State machines', () => {
  it('are described and listed with their versions and aliases', async () => {
    const stateMachineArn = harness.arn('passing');
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({ name: 'passing', status: 'ACTIVE', type: 'STANDARD' });
    expect(JSON.parse(described.definition ?? '')).toEqual(passing);
    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map((machine) => machine.name)).toEqual(
      expect.arrayContaining(['waiting', 'passing', 'failing']),
    );
    const { stateMachineVersions } = await client.send(
      new ListStateMachineVersionsCommand({ stateMachineArn }),
    );
    expect(stateMachineVersions?.map((version) => version.stateMachineVersionArn)).toEqual([
      `${stateMachineArn}:1`,
    ]);
    const { stateMachineAliases } = await client.send(
      new ListStateMachineAliasesCommand({ stateMachineArn }),
    );
    expect(stateMachineAliases?.map((alias) => alias.stateMachineAliasArn)).toEqual([
      `${stateMachineArn}:live`,
    ]);
    const alias = await client.send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${stateMachineArn}:live` }),
    );
    expect(alias.routingConfiguration).toEqual([
      { stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 },
    ]);
  });

  it('are created, updated and published, and executions keep what they began with', async () => {
    const roleArn = 'arn:aws:iam::123456789012:role/states';
    const definition = JSON.stringify(waiting);
    const created = await client.send(
      new CreateStateMachineCommand({ name: 'made', definition, roleArn, publish: true }),
    );
    const stateMachineArn = created.stateMachineArn ?? '';
    expect(created.stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
    await expect(
      client.send(
        new CreateStateMachineCommand({ name: 'made', definition: JSON.stringify(passing), roleArn }),
      ),
    ).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'old' }));
    await client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(passing) }),
    );
    const published = await client.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
    expect(published.stateMachineVersionArn).toBe(`${stateMachineArn}:2`);
    await client.send(
      new CreateStateMachineAliasCommand({
        name: 'prod',
        routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:2`, weight: 100 }],
      }),
    );
    const recent = await client.send(
      new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}:prod` }),
    );
    const of = (arn: string | undefined) =>
      client.send(new DescribeStateMachineForExecutionCommand({ executionArn: arn }));
    expect(JSON.parse((await of(executionArn)).definition ?? '')).toEqual(waiting);
    expect(JSON.parse((await of(recent.executionArn)).definition ?? '')).toEqual(passing);
    await client.send(new StopExecutionCommand({ executionArn }));
  });

  it('and their versions and aliases are listed in pages', async () => {
    const roleArn = 'arn:aws:iam::123456789012:role/states';
    const created = await client.send(
      new CreateStateMachineCommand({
        name: 'paged',
        definition: JSON.stringify(passing),
        roleArn,
        publish: true,
      }),
    );
    const stateMachineArn = created.stateMachineArn ?? '';
    await client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(failing) }),
    );
    await client.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
    for (const name of ['a', 'b', 'c']) {
      const stateMachineVersionArn = `${stateMachineArn}:1`;
      const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
      await client.send(new CreateStateMachineAliasCommand({ name, routingConfiguration }));
    }
    const first = await client.send(new ListStateMachineAliasesCommand({ stateMachineArn, maxResults: 2 }));
    const { nextToken } = first;
    const second = await client.send(
      new ListStateMachineAliasesCommand({ stateMachineArn, maxResults: 2, nextToken }),
    );
    const aliases = [...(first.stateMachineAliases ?? []), ...(second.stateMachineAliases ?? [])];
    expect(aliases.map((alias) => alias.stateMachineAliasArn?.split(':').at(-1))).toEqual(['a', 'b', 'c']);
    expect([first.stateMachineAliases?.length, second.nextToken]).toEqual([2, undefined]);
    const versions = await client.send(
      new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 1 }),
    );
    expect(versions.stateMachineVersions?.[0]?.stateMachineVersionArn).toBe(`${stateMachineArn}:2`);
    const machines = await client.send(new ListStateMachinesCommand({ maxResults: 1 }));
    expect([machines.stateMachines?.length, typeof machines.nextToken]).toEqual([1, 'string']);
    await expect(client.send(new ListStateMachinesCommand({ nextToken: 'made-up' }))).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });

  it('are deleted with their versions and aliases, and what runs continues', async () => {
    const created = await client.send(
      new CreateStateMachineCommand({
        name: 'doomed',
        definition: JSON.stringify(waiting),
        roleArn: 'arn:aws:iam::123456789012:role/states',
        publish: true,
      }),
    );
    const stateMachineArn = created.stateMachineArn ?? '';
    const stateMachineVersionArn = `${stateMachineArn}:1`;
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
    const deleteVersion = new DeleteStateMachineVersionCommand({ stateMachineVersionArn });
    await expect(client.send(deleteVersion)).rejects.toMatchObject({ name: 'ConflictException' });
    const stateMachineAliasArn = `${stateMachineArn}:live`;
    await client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
    await expect(
      client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn }));
    await expect(
      client.send(new StartExecutionCommand({ stateMachineArn: stateMachineVersionArn })),
    ).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });

    tokens = [];
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await harness.settle();
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    for (const command of [
      new StartExecutionCommand({ stateMachineArn }),
      new DescribeStateMachineCommand({ stateMachineArn }),
    ]) {
      await expect(client.send(command as StartExecutionCommand)).rejects.toMatchObject({
        name: 'StateMachineDoesNotExist',
      });
    }
    await client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '1' }));
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(status).toBe('SUCCEEDED');
  });

  it('that cannot run are refused by name', async () => {
    const definition = JSON.stringify({
      StartAt: 'A',
      States: { A: { Type: 'Pass', ResultPath: '$', End: true } },
    });
    await expect(
      client.send(
        new CreateStateMachineCommand({ name: 'bad', definition, roleArn: 'arn:aws:iam::1:role/r' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidDefinition' });
    const { result, diagnostics } = await client.send(
      new ValidateStateMachineDefinitionCommand({ definition }),
    );
    expect(result).toBe('FAIL');
    expect(diagnostics?.[0]?.location).toBe('/States/A/QueryLanguage');
  });
});

describe('Rights', () => {
  it('are asked for on the state machine without its qualifier, which is a condition', async () => {
    asked = [];
    await client.send(new StartExecutionCommand({ stateMachineArn: `${harness.arn('passing')}:live` }));
    expect(asked).toEqual([
      {
        action: 'states:StartExecution',
        resource: harness.arn('passing'),
        context: { 'states:StateMachineQualifier': 'live' },
      },
    ]);
  });

  it('to answer a task are asked for on the machine the task belongs to', async () => {
    const { taskToken } = await startWaiting();
    denied = (query) =>
      query.action === 'states:SendTaskSuccess' && query.resource === harness.arn('waiting');
    await expect(client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    denied = undefined;
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  });
});

it('What is not there answers 501 with its name', async () => {
  await expect(client.send(new CreateActivityCommand({ name: 'a' }))).rejects.toMatchObject({
    message: expect.stringContaining('CreateActivity'),
    $metadata: { httpStatusCode: 501 },
  });
});
