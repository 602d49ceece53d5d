import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, clientsFor, TinyCloud } from './fixtures/tiny-cloud.ts';

const tiny = new TinyCloud();
let keeper: Clients;
beforeAll(async () => {
  await tiny.start();
  keeper = clientsFor(tiny.cloud, tiny.cloud.outputs.KeeperRoleArn);
});
afterAll(async () => {
  for (const client of Object.values(keeper)) client.destroy();
  await tiny.remove();
});

const item = { TableName: 'things', Item: { pk: { S: 'a' }, text: { S: 'hello' } } };

describe('a function with its own credentials', () => {
  it('does what its role is granted', async () => {
    expect(await tiny.asKeeper('dynamodb', 'putItem', item)).toEqual({ output: {} });
    expect(
      await tiny.asKeeper('dynamodb', 'getItem', { TableName: 'things', Key: { pk: { S: 'a' } } }),
    ).toEqual({ output: { Item: item.Item } });
    const object = { Bucket: 'tiny-files', Key: 'kept/a.txt' };
    expect(await tiny.asKeeper('s3', 'putObject', { ...object, Body: 'words' })).toHaveProperty('output');
    expect(await tiny.asKeeper('s3', 'getObject', object)).toMatchObject({ output: { Body: 'words' } });
    expect(await tiny.asKeeper('secrets', 'getSecretValue', { SecretId: 'tiny/key' })).toMatchObject({
      output: { SecretString: expect.stringMatching(/^\w{24}$/) },
    });
    const { QueueUrl } = tiny.cloud.outputs;
    expect(await tiny.asKeeper('sqs', 'sendMessage', { QueueUrl, MessageBody: 'hi' })).toHaveProperty(
      'output.MessageId',
    );
  });

  it('is refused in the words of AWS what its role is not granted', async () => {
    const session = String(tiny.cloud.outputs.KeeperRoleArn).replace(
      /^arn:aws:iam::(\d+):role\/(.+)$/,
      'arn:aws:sts::$1:assumed-role/$2/$2',
    );
    expect(await tiny.asKeeper('dynamodb', 'scan', { TableName: 'things' })).toEqual({
      error: 'AccessDeniedException',
      message: `User: ${session} is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:ap-southeast-3:000000000000:table/things because no identity-based policy allows the dynamodb:Scan action`,
      status: 400,
    });
    expect(
      await tiny.asKeeper('s3', 'putObject', { Bucket: 'tiny-files', Key: 'other/a.txt', Body: 'x' }),
    ).toEqual({
      error: 'AccessDenied',
      message: `User: ${session} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::tiny-files/other/a.txt" because no identity-based policy allows the s3:PutObject action`,
      status: 403,
    });
    const { QueueUrl } = tiny.cloud.outputs;
    expect(await tiny.asKeeper('sqs', 'receiveMessage', { QueueUrl })).toMatchObject({
      error: 'AccessDenied',
      status: 403,
    });
  });

  it('must be granted every part of a transaction', async () => {
    const { Item } = item;
    const put = { Put: { TableName: 'things', Item } };
    const remove = { Delete: { TableName: 'things', Key: { pk: { S: 'b' } } } };
    expect(await tiny.asKeeper('dynamodb', 'transactWriteItems', { TransactItems: [put] })).toHaveProperty(
      'output',
    );
    expect(
      await tiny.asKeeper('dynamodb', 'transactWriteItems', { TransactItems: [put, remove] }),
    ).toMatchObject({
      error: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:DeleteItem'),
    });
  });
});

describe('credentials of a role in other hands', () => {
  it('may do what the role may, and no more', async () => {
    await keeper.dynamoDb.putItem(item);
    await expect(
      keeper.dynamoDb.deleteItem({ TableName: 'things', Key: { pk: { S: 'a' } } }),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(keeper.lambda.invoke({ FunctionName: 'clock' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(
      keeper.stepFunctions.startExecution({ stateMachineArn: tiny.cloud.outputs.AskingArn }),
    ).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  });

  it('learn nothing of what is not there', async () => {
    await expect(keeper.secrets.getSecretValue({ SecretId: 'nothing' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('a state machine', () => {
  it('fails a task that its role may not do', async () => {
    const stateMachineArn = String(tiny.cloud.outputs.AskingArn).replace('asking', 'trespassing');
    const { executionArn } = await tiny.clients.stepFunctions.startExecution({ stateMachineArn });
    await tiny.control('POST', '/idle');
    const { status, cause } = await tiny.clients.stepFunctions.describeExecution({ executionArn });
    expect(status).toBe('FAILED');
    expect(cause).toContain('is not authorized to perform: lambda:InvokeFunction');
  });
});

describe('the record of what was needed', () => {
  it('counts the statement that allowed a call, and shows those that nothing needed', async () => {
    const { body } = await tiny.control('GET', '/iam');
    const statements: { id: string; roleArn?: string; uses: number }[] = Array.isArray(body) ? body : [];
    const ofKeeper = statements.filter(({ roleArn }) => roleArn === tiny.cloud.outputs.KeeperRoleArn);
    expect(ofKeeper.length).toBeGreaterThanOrEqual(4);
    expect(ofKeeper.every(({ uses }) => uses > 0)).toBe(true);
    expect(statements.some(({ uses }) => uses === 0)).toBe(true);
  });

  it('lists what was refused, to whom', async () => {
    const { body } = await tiny.control('GET', '/iam/refusals');
    expect(body).toContainEqual({
      principal: tiny.cloud.outputs.KeeperRoleArn,
      action: 'dynamodb:DeleteItem',
      resource: 'arn:aws:dynamodb:ap-southeast-3:000000000000:table/things',
      times: expect.any(Number),
    });
  });
});

describe('a statement that is withheld', () => {
  it('is missed at once, by name, until it is given back', async () => {
    const { body } = await tiny.control('GET', '/iam');
    const statements: { id: string; roleArn?: string; actions: Record<string, number> }[] = Array.isArray(
      body,
    )
      ? body
      : [];
    const reading = statements.find(
      ({ roleArn, actions }) => roleArn === tiny.cloud.outputs.KeeperRoleArn && 'dynamodb:GetItem' in actions,
    );
    const get = { TableName: 'things', Key: { pk: { S: 'a' } } };
    await tiny.control('POST', '/iam/withhold', { statements: [reading?.id] });
    await expect(keeper.dynamoDb.getItem(get)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:GetItem'),
    });
    await tiny.control('POST', '/iam/withhold', { statements: [] });
    expect(await keeper.dynamoDb.getItem(get)).toHaveProperty('Item');
  });

  it('must be there', async () => {
    expect(await tiny.control('POST', '/iam/withhold', { statements: ['Nothing#0'] })).toMatchObject({
      status: 404,
    });
  });
});
