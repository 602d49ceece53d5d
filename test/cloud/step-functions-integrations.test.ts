/** What state machines do with other services, judged by the rights of their role. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TinyCloud } from './fixtures/tiny-cloud.ts';

const tiny = new TinyCloud();

beforeAll(() => tiny.start());
afterAll(() => tiny.remove());

/** A machine of these states, in place of what had the name before. */
async function defined(name: string, states: Readonly<Record<string, object>>): Promise<string> {
  const { stepFunctions } = tiny.clients;
  const settings = {
    roleArn: tiny.cloud.outputs.GathererRoleArn ?? '',
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: Object.keys(states)[0],
      States: states,
    }),
  };
  const { stateMachines } = await stepFunctions.listStateMachines();
  const known = stateMachines?.find((machine) => machine.name === name)?.stateMachineArn;
  if (known === undefined) {
    const { stateMachineArn } = await stepFunctions.createStateMachine({ name, ...settings });
    return stateMachineArn ?? '';
  }
  await stepFunctions.updateStateMachine({ stateMachineArn: known, ...settings });
  return known;
}

/** Runs a machine with the rights of the role `gatherer`. */
async function run(name: string, states: Readonly<Record<string, object>>, input: object = {}) {
  const { stepFunctions } = tiny.clients;
  const stateMachineArn = await defined(name, states);
  const { executionArn } = await stepFunctions.startExecution({
    stateMachineArn,
    input: JSON.stringify(input),
  });
  await tiny.control('POST', '/idle');
  return stepFunctions.describeExecution({ executionArn });
}

/** A distributed Map over the rows of a CSV file, its results written next to it. */
const gather = {
  Type: 'Map',
  Label: 'rows',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
    Arguments: { Bucket: 'tiny-files', Key: '{% $states.input.key %}' },
  },
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Row',
    States: { Row: { Type: 'Pass', Output: '{% $number($states.input.n) * 2 %}', End: true } },
  },
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Arguments: { Bucket: 'tiny-files', Prefix: '{% $states.input.into %}' },
    WriterConfig: { Transformation: 'COMPACT' },
  },
  End: true,
};

describe('A distributed Map', () => {
  beforeAll(async () => {
    for (const Key of ['kept/rows.csv', 'elsewhere/rows.csv']) {
      await tiny.clients.s3.putObject({ Bucket: 'tiny-files', Key, Body: 'n\n1\n2\n3\n' });
    }
  });

  it('reads its items from S3, writes its results there, and can be described', async () => {
    const { stepFunctions, s3 } = tiny.clients;
    const execution = await run(
      'gathering',
      { Gather: gather },
      { key: 'kept/rows.csv', into: 'kept/results' },
    );
    expect(execution.status).toBe('SUCCEEDED');
    const { MapRunArn, ResultWriterDetails } = JSON.parse(execution.output ?? '');
    const manifest = await s3.getObject(ResultWriterDetails);
    const { ResultFiles } = JSON.parse((await manifest.Body?.transformToString()) ?? '');
    const results = await s3.getObject({ Bucket: 'tiny-files', Key: ResultFiles.SUCCEEDED[0].Key });
    expect(await results.Body?.transformToString()).toBe('[2,4,6]');

    const mapRun = await stepFunctions.describeMapRun({ mapRunArn: MapRunArn });
    expect(mapRun).toMatchObject({
      executionArn: execution.executionArn,
      status: 'SUCCEEDED',
      maxConcurrency: 10_000,
      toleratedFailureCount: 0,
      toleratedFailurePercentage: 0,
      redriveCount: 0,
    });
    const counts = { pending: 0, running: 0, succeeded: 3, failed: 0, timedOut: 0, aborted: 0, total: 3 };
    expect(mapRun.itemCounts).toMatchObject({ ...counts, resultsWritten: 3 });
    expect(mapRun.executionCounts).toMatchObject(counts);

    const { mapRuns } = await stepFunctions.listMapRuns({ executionArn: execution.executionArn });
    expect(mapRuns?.map((each) => [each.mapRunArn, each.stateMachineArn])).toEqual([
      [MapRunArn, `${execution.stateMachineArn}/rows`],
    ]);
    const pages = [];
    let nextToken: string | undefined;
    do {
      const page = await stepFunctions.listExecutions({ mapRunArn: MapRunArn, maxResults: 2, nextToken });
      pages.push(page.executions?.length);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(pages).toEqual([2, 1]);
    const { executions } = await stepFunctions.listExecutions({ mapRunArn: MapRunArn });
    const redriven = await stepFunctions.listExecutions({ mapRunArn: MapRunArn, redriveFilter: 'REDRIVEN' });
    expect(redriven.executions).toEqual([]);
    const child = await stepFunctions.describeExecution({ executionArn: executions?.[0]?.executionArn });
    expect(child).toMatchObject({ mapRunArn: MapRunArn, status: 'SUCCEEDED' });
    expect(executions?.[0]?.itemCount).toBe(1);
    const machine = await stepFunctions.describeStateMachineForExecution({
      executionArn: child.executionArn,
    });
    expect(machine).toMatchObject({ mapRunArn: MapRunArn, label: 'rows' });
    expect(JSON.parse(machine.definition ?? '')).toMatchObject({ StartAt: 'Row' });
  });

  it('lists the objects of a bucket as its items, however many pages they are', async () => {
    const keys = ['kept/listed/a & b.txt', 'kept/listed/c.txt', 'kept/listed/d.txt'];
    for (const Key of keys) await tiny.clients.s3.putObject({ Bucket: 'tiny-files', Key, Body: 'x' });
    const { ResultWriter: _writer, ...listing } = {
      ...gather,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Arguments: { Bucket: 'tiny-files', Prefix: 'kept/listed/', MaxKeys: 2 },
      },
      ItemSelector: '{% $states.context.Map.Item.Value.Key %}',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Key',
        States: { Key: { Type: 'Pass', End: true } },
      },
    };
    const execution = await run('gathering', { Gather: listing });
    expect(JSON.parse(execution.output ?? 'null')).toEqual(keys);
  });

  it.each([
    ['read', { key: 'elsewhere/rows.csv', into: 'kept/results' }, 'States.ItemReaderFailed'],
    ['written', { key: 'kept/rows.csv', into: 'elsewhere' }, 'States.ResultWriterFailed'],
  ])('fails when its role may not have S3 %s', async (_what, input, error) => {
    const execution = await run('gathering', { Gather: gather }, input);
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(execution.cause).toContain('is not authorized to perform: s3:');
  });

  it('fails when its role may not start executions of the machine', async () => {
    const input = { key: 'kept/rows.csv', into: 'kept/results' };
    const execution = await run('unallowed', { Gather: gather }, input);
    expect(execution.status).toBe('FAILED');
    expect(execution.cause).toContain('is not authorized to perform: states:StartExecution');
  });

  it('takes new limits while it runs', async () => {
    const { stepFunctions } = tiny.clients;
    const stateMachineArn = await defined('gathering', {
      Gather: {
        Type: 'Map',
        Items: [1, 2, 3],
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Slow',
          States: { Slow: { Type: 'Wait', Seconds: 60, End: true } },
        },
        End: true,
      },
    });
    const { executionArn } = await stepFunctions.startExecution({ stateMachineArn });
    await tiny.control('POST', '/idle');
    const { mapRuns } = await stepFunctions.listMapRuns({ executionArn });
    const mapRunArn = mapRuns?.[0]?.mapRunArn;
    const running = async () => (await stepFunctions.describeMapRun({ mapRunArn })).executionCounts?.running;
    expect(await running()).toBe(1);
    await stepFunctions.updateMapRun({ mapRunArn, maxConcurrency: 3 });
    await tiny.control('POST', '/idle');
    expect(await running()).toBe(3);
    await tiny.control('POST', '/clock/advance', { seconds: 60 });
    const { status, output } = await stepFunctions.describeExecution({ executionArn });
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: '[1,2,3]' });
    await expect(stepFunctions.updateMapRun({ mapRunArn })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('A task', () => {
  it('puts and gets items and sends messages', async () => {
    const execution = await run('keeping', {
      Put: {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:putItem',
        Arguments: { TableName: 'things', Item: { pk: { S: 'a' }, n: { N: '1' } } },
        Next: 'Get',
      },
      Get: {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:getItem',
        Arguments: { TableName: 'things', Key: { pk: { S: 'a' } } },
        Output: '{% $states.result.Item.n.N %}',
        Next: 'Send',
      },
      Send: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Arguments: { QueueUrl: tiny.cloud.outputs.QueueUrl, MessageBody: { n: '{% $states.input %}' } },
        Output: '{% $exists($states.result.MessageId) %}',
        End: true,
      },
    });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: 'true' });
    const { Messages } = await tiny.clients.sqs.receiveMessage({
      QueueUrl: tiny.cloud.outputs.QueueUrl,
    });
    expect(Messages?.map(({ Body }) => Body)).toEqual(['{"n":"1"}']);
  });

  it('fails with the service’s name when the role may not', async () => {
    const execution = await run('deleting', {
      Delete: {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:deleteItem',
        Arguments: { TableName: 'things', Key: { pk: { S: 'a' } } },
        End: true,
      },
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'DynamoDB.AmazonDynamoDBException' });
    expect(execution.cause).toContain('is not authorized to perform: dynamodb:DeleteItem');
  });
});
