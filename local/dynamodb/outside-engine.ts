/** A DynamoDB in another process: the dynoxide program, or whatever listens at an endpoint. */

import { Agent, request as httpRequest } from 'node:http';
import { listOf, objectOf } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { startProgram } from './dynoxide.ts';
import type { DynamoDbAnswer, DynamoDbCall, DynamoDbEngine } from './engine-port.ts';

/** Starts dynoxide on the database in `directory`, or in memory. @throws {NoDynoxide} */
export async function startDynoxide(region: string, directory?: string): Promise<DynamoDbEngine> {
  const program = await startProgram(directory);
  return new OutsideDynamoDb(program.endpoint, region, () => program.stop());
}

/** @param endpoint of a DynamoDB that runs already, and goes on when this is stopped */
export function connectTo(endpoint: string, region: string): DynamoDbEngine {
  return new OutsideDynamoDb(endpoint, region, async () => {});
}

/** Operations that consume nothing. */
const unmetered = new Set(['CreateTable', 'DescribeTable', 'ListTables']);

class OutsideDynamoDb implements DynamoDbEngine {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #address: { readonly hostname: string; readonly port: string | number };
  readonly #region: string;
  readonly #end: () => Promise<void>;

  constructor(endpoint: string, region: string, end: () => Promise<void>) {
    const { hostname, port } = new URL(endpoint);
    this.#address = { hostname, port: port || 80 };
    this.#region = region;
    this.#end = end;
  }

  async call({ operation, input }: DynamoDbCall): Promise<DynamoDbAnswer> {
    if (unmetered.has(operation)) return this.#forward(operation, input);
    const asked = input.ReturnConsumedCapacity !== undefined && input.ReturnConsumedCapacity !== 'NONE';
    const answer = await this.#forward(
      operation,
      asked ? input : { ...input, ReturnConsumedCapacity: 'TOTAL' },
    );
    if (answer.status !== 200) return answer;
    const { capacity, rest } = withoutCapacity(answer.body);
    const units = listOf(capacity).reduce<number>(
      (sum, each) => sum + Number(objectOf(each).CapacityUnits ?? 0),
      0,
    );
    return { status: answer.status, body: asked ? answer.body : rest, units };
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#end();
  }

  #forward(operation: string, input: object): Promise<DynamoDbAnswer> {
    const body = JSON.stringify(input);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          ...this.#address,
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': `DynamoDB_20120810.${operation}`,
            // The engine wants a credential and looks at no more than its form.
            authorization: `AWS4-HMAC-SHA256 Credential=local/20200101/${this.#region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
            'x-amz-date': '20200101T000000Z',
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 500, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      outgoing.on('error', (error) =>
        reject(new AwsError('InternalServerError', `DynamoDB is not there: ${error.message}`, 500)),
      );
      outgoing.end(body);
    });
  }
}

/** The last thing in an answer, as dynoxide writes it. What looks like it in a value has its quotes escaped. */
const capacityAtEnd = /^"ConsumedCapacity":(\{[^{}]*\}|\[[^[\]]*\])\}$/;

/** An answer's capacity, and the answer without it. It may be a megabyte, so it is not read and written again for this. */
function withoutCapacity(body: string): { capacity: unknown; rest: string } {
  const start = body.lastIndexOf('"ConsumedCapacity":');
  const found = start < 0 ? undefined : capacityAtEnd.exec(body.slice(start))?.[1];
  if (found !== undefined) {
    const before = body.slice(0, start);
    return { capacity: JSON.parse(found), rest: `${before.replace(/,$/, '')}}` };
  }
  const { ConsumedCapacity: capacity, ...rest } = objectOf(JSON.parse(body));
  return { capacity, rest: JSON.stringify(rest) };
}
