/** Reserves a book for a reader, unless another has it. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

/** @param {{ isbn: string, reader: string }} wish */
export const handler = async ({ isbn, reader }) => {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: process.env.BOOKS,
        Key: { isbn: { S: isbn } },
        UpdateExpression: 'SET reader = :reader',
        ConditionExpression: 'attribute_not_exists(reader) OR reader = :reader',
        ExpressionAttributeValues: { ':reader': { S: reader } },
      }),
    );
    return { reserved: true };
  } catch (error) {
    if (Object(error).name === 'ConditionalCheckFailedException') return { reserved: false };
    throw error;
  }
};
