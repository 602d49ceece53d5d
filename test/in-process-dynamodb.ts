/** The SDK's client of a DynamoDB engine in this process: requests and answers are the protocol's, without a socket. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDbEngine } from '#local/dynamodb/engine-port.ts';

export function clientOf(engine: DynamoDbEngine): DynamoDBClient {
  const requestHandler: DynamoDBClientConfig['requestHandler'] = {
    handle: async ({ headers, body }: { headers: Record<string, string>; body: string | Uint8Array }) => {
      const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
      const answer = await engine.call({ operation, input: JSON.parse(textOf(body)) });
      return {
        response: {
          statusCode: answer.status,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: Buffer.from(answer.body),
        },
      };
    },
  };
  return new DynamoDBClient({
    region: 'ap-southeast-3',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
    requestHandler,
  });
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
