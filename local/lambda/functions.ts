/** The assembly's functions, read from their resources. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type DeclaredResource,
  nameOf,
  numberOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';

/** A function as deployed. */
export interface LambdaFunction {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly moduleUrl: string;
  /** The folder of its code: a URL with a slash at the end. */
  readonly taskRoot: string;
  readonly exportName: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logGroupName: string;
  /** How often an asynchronous event is tried again. */
  readonly retries: number;
  /** How old an asynchronous event may become before it is given up: milliseconds. */
  readonly oldestEventMs: number;
  /** How many calls may be under way at once; absent: as many as come. */
  readonly reservedConcurrency?: number;
  /** The queue that gets events which failed for good. */
  readonly failureQueueArn?: string;
  /** True if that queue is a destination rather than a dead-letter queue: it gets a description, not the event. */
  readonly failureIsDestination: boolean;
}

/** Lambda keeps an asynchronous event for six hours: seconds. */
const longestEventAge = 6 * 60 * 60;

const knownProperties = [
  'Architectures',
  'Code',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FunctionName',
  'Handler',
  'KmsKeyArn',
  'LoggingConfig',
  'MemorySize',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'Tags',
  'Timeout',
  'TracingConfig',
];

/**
 * Reads `AWS::Lambda::Function` and `AWS::Lambda::EventInvokeConfig`; other types are passed over.
 * @param assetOf the folder of an asset by its S3 key
 * @throws {UnsupportedFeature} for a runtime, a code source or a property that is not known
 */
export function functionsOf(
  resources: readonly DeclaredResource[],
  assetOf: (s3Key: string) => string,
): readonly LambdaFunction[] {
  const configs = new Map<string, Readonly<Record<string, unknown>>>();
  for (const resource of resources) {
    if (resource.type !== 'AWS::Lambda::EventInvokeConfig') continue;
    const { properties } = resource;
    const where = nameOf(resource);
    refuseUnknown(where, properties, [
      'DestinationConfig',
      'FunctionName',
      'MaximumEventAgeInSeconds',
      'MaximumRetryAttempts',
      'Qualifier',
    ]);
    refuseUnknown(where, objectOf(properties.DestinationConfig), ['OnFailure']);
    if ((properties.Qualifier ?? '$LATEST') !== '$LATEST') {
      throw new UnsupportedFeature(where, `the qualifier ${String(properties.Qualifier)}`);
    }
    configs.set(String(properties.FunctionName), properties);
  }
  // What CloudFormation would call while it deploys; the service that stands in for it reads the custom resource itself.
  const deployers = new Set(
    resources
      .filter(({ type }) => type === 'Custom::S3BucketNotifications')
      .map(({ properties }) => properties.ServiceToken),
  );
  return resources
    .filter(({ type, arn }) => type === 'AWS::Lambda::Function' && !deployers.has(arn))
    .map((resource) => functionOf(resource, configs, assetOf));
}

function functionOf(
  resource: DeclaredResource,
  configs: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  assetOf: (s3Key: string) => string,
): LambdaFunction {
  const { properties, physicalId: name, arn = '' } = resource;
  const where = nameOf(resource);
  refuseUnknown(where, properties, knownProperties);
  const runtime = textOf(properties.Runtime) ?? 'a container image';
  if (!runtime.startsWith('nodejs')) throw new UnsupportedFeature(where, `the runtime ${runtime}`);
  const s3Key = textOf(objectOf(properties.Code).S3Key);
  if (s3Key === undefined) throw new UnsupportedFeature(where, 'code that is not a file asset');
  const handler = textOf(properties.Handler) ?? '';
  const [file = '', exportName = ''] = handler.split('.');
  const asset = realpathSync(assetOf(s3Key));
  const module = ['mjs', 'js', 'cjs']
    .map((extension) => join(asset, `${file}.${extension}`))
    .find((path) => existsSync(path));
  if (module === undefined)
    throw new UnsupportedFeature(where, `the handler ${handler}: its asset has no such module`);
  const config = configs.get(name) ?? configs.get(arn) ?? {};
  const deadLetters = textOf(objectOf(properties.DeadLetterConfig).TargetArn);
  const destination = textOf(objectOf(objectOf(config.DestinationConfig).OnFailure).Destination);
  for (const target of [deadLetters, destination]) {
    if (target !== undefined && !target.startsWith('arn:aws:sqs:')) {
      throw new UnsupportedFeature(where, `${target} for failed events`);
    }
  }
  const failureQueueArn = destination ?? deadLetters;
  const reservedConcurrency = numberOf(properties.ReservedConcurrentExecutions);
  return {
    arn,
    name,
    roleArn: String(properties.Role),
    moduleUrl: pathToFileURL(module).href,
    taskRoot: pathToFileURL(`${asset}/`).href,
    exportName,
    variables: Object.fromEntries(
      Object.entries(objectOf(objectOf(properties.Environment).Variables)).map(([key, value]) => [
        key,
        String(value),
      ]),
    ),
    timeoutMs: (numberOf(properties.Timeout) ?? 3) * 1000,
    memoryMb: numberOf(properties.MemorySize) ?? 128,
    logGroupName: textOf(objectOf(properties.LoggingConfig).LogGroup) ?? `/aws/lambda/${name}`,
    retries: numberOf(config.MaximumRetryAttempts) ?? 2,
    oldestEventMs: (numberOf(config.MaximumEventAgeInSeconds) ?? longestEventAge) * 1000,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    failureIsDestination: destination !== undefined,
    ...(failureQueueArn === undefined ? {} : { failureQueueArn }),
  };
}
