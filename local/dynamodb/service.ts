/** DynamoDB: calls are judged and metered here and done by an engine. */
import { type DeclaredResource, listOf, nameOf, objectOf, refuseUnknown } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { inputOf, notImplemented, operationOf } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { UsageMeter } from '../usage/meter.ts';
import { questionsOf } from './authorization.ts';
import type { DynamoDbEngine } from './engine-port.ts';

export interface DynamoDbPorts {
  readonly engine: DynamoDbEngine;
  readonly meter: UsageMeter;
  readonly account: string;
  readonly region: string;
}

/** Operations that consume capacity. */
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

  constructor(ports: DynamoDbPorts) {
    this.#ports = ports;
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
      const { status, body } = await this.#ports.engine.call({
        operation: 'CreateTable',
        input: {
          TableName: physicalId,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: properties.AttributeDefinitions,
          KeySchema: properties.KeySchema,
          GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
          LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
        },
      });
      if (status !== 200 && !body.includes('ResourceInUseException')) {
        throw new AwsError('CreateTableFailed', `${nameOf(resource)}: ${body}`, status);
      }
    }
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = operationOf(request);
    if (!this.operations.includes(operation)) throw notImplemented(this.signingName, operation);
    const input = inputOf(request);
    const { account, region, meter, engine } = this.#ports;
    for (const question of questionsOf(operation, input, (table) =>
      table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${account}:table/${table}`,
    )) {
      request.authorize(question);
    }
    const { status, body, units } = await engine.call({ operation, input });
    if (metered.has(operation)) {
      const used =
        units === undefined ? {} : reading.has(operation) ? { readUnits: units } : { writeUnits: units };
      meter.count('dynamodb', operation, used);
    }
    return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
  }
}
