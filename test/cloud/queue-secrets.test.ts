import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsService } from '#local/secrets/service.ts';
import { UsageMeter } from '#local/usage/meter.ts';
import { TinyCloud } from './fixtures/tiny-cloud.ts';
import { account, credentials, host, region, Surroundings } from './service-host.ts';

const tiny = new TinyCloud();
let QueueUrl: string | undefined;
beforeAll(async () => {
  await tiny.start();
  QueueUrl = tiny.cloud.outputs.QueueUrl;
});
afterAll(() => tiny.remove());

describe('a queue', () => {
  it('is called at this machine, also by a client that goes by the URL of the queue', () => {
    expect(QueueUrl).toBe(`${tiny.cloud.endpoint}/000000000000/errands`);
  });

  it('hides a message that was received, gives it again after its time, and forgets it when deleted', async () => {
    const { sqs } = tiny.clients;
    await sqs.sendMessage({
      QueueUrl,
      MessageBody: 'buy rice',
      MessageAttributes: { weight: { DataType: 'Number', StringValue: '5' } },
    });
    const first = await sqs.receiveMessage({
      QueueUrl,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    expect(first.Messages).toMatchObject([
      {
        Body: 'buy rice',
        Attributes: { ApproximateReceiveCount: '1' },
        MessageAttributes: { weight: { DataType: 'Number', StringValue: '5' } },
      },
    ]);
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
    const counts = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
    expect(counts.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      VisibilityTimeout: '60',
    });
    await tiny.control('POST', '/clock/advance', { seconds: 60 });
    const again = await sqs.receiveMessage({ QueueUrl });
    expect(again.Messages?.[0]?.Attributes).toBeUndefined();
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle: again.Messages?.[0]?.ReceiptHandle });
    await tiny.control('POST', '/clock/advance', { seconds: 60 });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  });

  it('keeps a message back for its delay, and no longer than its retention', async () => {
    const { sqs } = tiny.clients;
    await sqs.sendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 30 });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
    await tiny.control('POST', '/clock/advance', { seconds: 30 });
    expect((await sqs.receiveMessage({ QueueUrl, VisibilityTimeout: 0 })).Messages).toHaveLength(1);
    await tiny.control('POST', '/clock/advance', { seconds: 3 * 86_400 });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  });

  it('refuses an empty message, a foreign receipt and a queue that is not there', async () => {
    const { sqs } = tiny.clients;
    await expect(sqs.sendMessage({ QueueUrl, MessageBody: '' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle: 'foreign' })).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
    await expect(sqs.getQueueUrl({ QueueName: 'nothing' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe('a secret', () => {
  it('is found by name or ARN and always the same', async () => {
    const { secrets } = tiny.clients;
    const { SecretArn } = tiny.cloud.outputs;
    const one = await secrets.getSecretValue({ SecretId: 'tiny/key' });
    const other = await secrets.getSecretValue({ SecretId: SecretArn, VersionStage: 'AWSCURRENT' });
    expect(one).toMatchObject({ ARN: SecretArn, Name: 'tiny/key', VersionStages: ['AWSCURRENT'] });
    expect(other.SecretString).toBe(one.SecretString);
    expect(one.SecretString).toMatch(/^[A-Za-z0-9]{24}$/);
  });

  it('is not found by a pattern, by another name or in another stage', async () => {
    const { secrets } = tiny.clients;
    for (const SecretId of ['tiny/%', 'tiny_key', '']) {
      await expect(secrets.getSecretValue({ SecretId })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    await expect(
      secrets.getSecretValue({ SecretId: 'tiny/key', VersionStage: 'AWSPREVIOUS' }),
    ).rejects.toMatchObject({
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    });
  });
});

describe('a secret with a key of its own', () => {
  it('is read with the caller’s right to decrypt', async () => {
    const around = new Surroundings();
    const { db } = around;
    const service = new SecretsService({ db, meter: new UsageMeter() });
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:own-a1b2c3`;
    const key = `arn:aws:kms:${region}:${account}:key/k`;
    const properties = { Name: 'own', KmsKeyId: key, SecretString: 'words' };
    service.define([
      { logicalId: 'Own', type: 'AWS::SecretsManager::Secret', physicalId: arn, arn, properties },
    ]);
    const hosted = await host(service);
    const client = new SecretsManager({ endpoint: hosted.endpoint, region, credentials });
    expect(await client.getSecretValue({ SecretId: 'own' })).toMatchObject({ SecretString: 'words' });
    expect(hosted.asked).toContainEqual({
      action: 'kms:Decrypt',
      resource: key,
      context: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    });
    hosted.denied.add('kms:Decrypt');
    await expect(client.getSecretValue({ SecretId: 'own' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    client.destroy();
    await hosted.close();
    around.remove();
  });
});
