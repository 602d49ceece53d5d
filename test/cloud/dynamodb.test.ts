import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TinyCloud } from './fixtures/tiny-cloud.ts';

const tiny = new TinyCloud();
beforeAll(() => tiny.start());
afterAll(() => tiny.remove());

const TableName = 'things';
function key(pk: string) {
  return { pk: { S: pk } };
}

describe('DynamoDB through the gateway', () => {
  it('keeps items, and says why a condition failed', async () => {
    const { dynamoDb } = tiny.clients;
    await dynamoDb.putItem({ TableName, Item: { ...key('one'), n: { N: '1' } } });
    await expect(
      dynamoDb.putItem({ TableName, Item: key('one'), ConditionExpression: 'attribute_not_exists(pk)' }),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it('does a transaction whole or not at all', async () => {
    const { dynamoDb } = tiny.clients;
    await expect(
      dynamoDb.transactWriteItems({
        TransactItems: [
          { Put: { TableName, Item: key('two') } },
          { ConditionCheck: { TableName, Key: key('none'), ConditionExpression: 'attribute_exists(pk)' } },
        ],
      }),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect((await dynamoDb.getItem({ TableName, Key: key('two') })).Item).toBeUndefined();
  });

  it('reports the capacity used only on request, and meters it for all', async () => {
    const { dynamoDb } = tiny.clients;
    const silent = await dynamoDb.putItem({ TableName, Item: key('three') });
    expect(silent.ConsumedCapacity).toBeUndefined();
    const written = await dynamoDb.putItem({
      TableName,
      Item: key('three'),
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(written.ConsumedCapacity).toMatchObject({ TableName, CapacityUnits: 1 });
    const { body } = await tiny.control('GET', '/usage');
    expect(body).toContainEqual(
      expect.objectContaining({ service: 'dynamodb', operation: 'PutItem', writeUnits: 3 }),
    );
  });

  it('leaves what an item says of capacity alone', async () => {
    const { dynamoDb } = tiny.clients;
    const Item = {
      ...key('four'),
      text: { S: '{"ConsumedCapacity":{"CapacityUnits":9}}' },
      ConsumedCapacity: { M: { CapacityUnits: { N: '9' } } },
    };
    await dynamoDb.putItem({ TableName, Item });
    expect((await dynamoDb.getItem({ TableName, Key: key('four') })).Item).toEqual(Item);
    const [found] =
      (
        await dynamoDb.scan({
          TableName,
          FilterExpression: 'contains(pk, :pk)',
          ExpressionAttributeValues: { ':pk': { S: 'four' } },
        })
      ).Items ?? [];
    expect(found).toEqual(Item);
    const before = await dynamoDb.updateItem({
      TableName,
      Key: key('four'),
      UpdateExpression: 'REMOVE #text',
      ExpressionAttributeNames: { '#text': 'text' },
      ReturnValues: 'ALL_OLD',
    });
    expect(before.Attributes).toEqual(Item);
  });

  it('answers an unknown table and a body that is no JSON as DynamoDB does', async () => {
    await expect(
      tiny.clients.dynamoDb.getItem({ TableName: 'nothing', Key: key('x') }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const { accessKeyId } = tiny.cloud.credentials();
    const response = await fetch(tiny.cloud.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260105/x/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
        'x-amz-target': 'DynamoDB_20120810.GetItem',
      },
      body: '{"TableName":',
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ __type: 'SerializationException' }),
    ]);
  });
});
