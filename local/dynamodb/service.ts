/** DynamoDB: calls are judged and metered here and done by the engine. */
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { type DeclaredResource, listOf, nameOf, objectOf, refuseUnknown } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { inputOf, notImplemented, operationOf } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { UsageMeter } from '../usage/meter.ts';
import { questionsOf } from './authorization.ts';

export interface DynamoDbPorts {
  /** Where the engine listens, without a slash at the end. */
  readonly endpoint: string;
  readonly meter: UsageMeter;
  readonly account: string;
  readonly region: string;
}

/** Operations whose used capacity the engine tells on request. */
const metered = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateItem',
]);

const reading = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems']);

/** Settings of a table that change nothing here: the embedded cloud neither encrypts, backs up nor replicates. */
const inertProperties = [
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'TableClass',
  'Tags',
  'TimeToLiveSpecification',
];

export class DynamoDbService implements Service {
  readonly signingName = 'dynamodb';
  readonly errorFormat = 'json';
  readonly operations = [...metered, 'DescribeTable', 'ListTables'];
  readonly #ports: DynamoDbPorts;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  readonly #engine: Pick<RequestOptions, 'hostname' | 'port'>;

  constructor(ports: DynamoDbPorts) {
    this.#ports = ports;
    const { hostname, port } = new URL(ports.endpoint);
    this.#engine = { hostname, port: port || 80 };
  }

  /**
   * Creates the assembly's tables that are not there yet; other types are passed over.
   * @throws {UnsupportedFeature} for a setting that is not known, streams among them
   */
  async define(resources: readonly DeclaredResource[]): Promise<void> {
    for (const resource of resources) {
      if (resource.type !== 'AWS::DynamoDB::Table') continue;
      const { properties, physicalId } = resource;
      refuseUnknown(nameOf(resource), properties, [
        ...inertProperties,
        'AttributeDefinitions',
        'BillingMode',
        'GlobalSecondaryIndexes',
        'KeySchema',
        'LocalSecondaryIndexes',
        'TableName',
      ]);
      const indexes = (value: unknown): readonly object[] | undefined =>
        value === undefined
          ? undefined
          : listOf(value).map((index) => {
              const { IndexName, KeySchema, Projection } = objectOf(index);
              return { IndexName, KeySchema, Projection };
            });
      const { status, body } = await this.#forward(
        'CreateTable',
        JSON.stringify({
          TableName: physicalId,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: properties.AttributeDefinitions,
          KeySchema: properties.KeySchema,
          GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
          LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
        }),
      );
      if (status !== 200 && !body.includes('ResourceInUseException')) {
        throw new AwsError('CreateTableFailed', `${nameOf(resource)}: ${body}`, status);
      }
    }
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = operationOf(request);
    if (!this.operations.includes(operation)) throw notImplemented(this.signingName, operation);
    const input = inputOf(request);
    const { account, region, meter } = this.#ports;
    for (const question of questionsOf(operation, input, (table) =>
      table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${account}:table/${table}`,
    )) {
      request.authorize(question);
    }
    if (!metered.has(operation)) {
      const { status, body } = await this.#forward(operation, request.body);
      return answer(status, body);
    }
    const asked = input.ReturnConsumedCapacity !== undefined && input.ReturnConsumedCapacity !== 'NONE';
    const { status, body } = await this.#forward(operation, asked ? request.body : askingCapacity(input));
    if (status !== 200) {
      meter.count('dynamodb', operation);
      return answer(status, body);
    }
    const { capacity, rest } = withoutCapacity(body);
    const units = listOf(capacity).reduce<number>(
      (sum, each) => sum + Number(objectOf(each).CapacityUnits ?? 0),
      0,
    );
    meter.count('dynamodb', operation, reading.has(operation) ? { readUnits: units } : { writeUnits: units });
    return answer(status, asked ? body : rest);
  }

  /** Lets the connections to the engine go. */
  close(): void {
    this.#agent.destroy();
  }

  #forward(
    operation: string,
    body: string | Buffer,
  ): Promise<{ readonly status: number; readonly body: string }> {
    const { region } = this.#ports;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          ...this.#engine,
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': `DynamoDB_20120810.${operation}`,
            // The engine wants a credential and looks at no more than its form.
            authorization: `AWS4-HMAC-SHA256 Credential=local/20200101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
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

/** The same call, which wants to know the capacity that it uses. */
const askingCapacity = (input: object): string =>
  JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' });

/** The last thing in an answer, as the engine writes it. What looks like it in a value has its quotes escaped. */
const capacityAtEnd = /^"ConsumedCapacity":(\{[^{}]*\}|\[[^[\]]*\])\}$/;

/** An answer's capacity, and the answer without it. It may be a megabyte, so it is not read and written anew for this. */
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

function answer(status: number, body: string): ServiceResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}
