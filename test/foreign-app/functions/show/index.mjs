/** Shows whether a book is reserved. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

/** @type {import('aws-lambda').APIGatewayProxyHandlerV2} */
export const handler = async ({ pathParameters }) => {
  const isbn = pathParameters?.isbn ?? '';
  const { Item } = await client.send(
    new GetItemCommand({ TableName: process.env.BOOKS, Key: { isbn: { S: isbn } } }),
  );
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ isbn, reserved: Item !== undefined }),
  };
};
