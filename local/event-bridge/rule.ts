/** The rules of the assembly, as read from their resources. */
import {
  type DeclaredResource,
  listOf,
  nameOf,
  numberOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import { compilePattern, type Matcher } from './pattern.ts';
import { type InputShape, readJsonPath } from './target-input.ts';

interface Target extends InputShape {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string | undefined;
  readonly messageGroupId?: string | undefined;
  readonly maximumRetries: number;
  /** Seconds. */
  readonly maximumAge: number;
  readonly deadLetterArn?: string | undefined;
}

export interface Rule {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly bus: string;
  readonly enabled: boolean;
  readonly pattern: unknown;
  readonly matches: Matcher | undefined;
  readonly scheduleExpression: string | undefined;
  readonly targets: readonly Target[];
}

/** EventBridge's own: 185 attempts in 24 hours. */
const defaultRetries = 185;
const defaultAge = 86_400;

/**
 * @throws UnsupportedFeature or InvalidEventPattern
 */
export function ruleOf(resource: DeclaredResource, account: string, region: string): Rule {
  const where = nameOf(resource);
  const { properties } = resource;
  refuseUnknown(where, properties, [
    'Description',
    'EventBusName',
    'EventPattern',
    'Name',
    'ScheduleExpression',
    'State',
    'Tags',
    'Targets',
  ]);
  const bus = busName(textOf(properties.EventBusName) ?? 'default');
  const name = textOf(properties.Name) ?? resource.physicalId.split('|').at(-1) ?? resource.logicalId;
  const scheduleExpression = textOf(properties.ScheduleExpression);
  const pattern =
    typeof properties.EventPattern === 'string'
      ? JSON.parse(properties.EventPattern)
      : properties.EventPattern;
  return {
    arn: `arn:aws:events:${region}:${account}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`,
    name,
    description: textOf(properties.Description),
    bus,
    enabled: (textOf(properties.State) ?? 'ENABLED') !== 'DISABLED',
    pattern,
    matches: pattern === undefined ? undefined : compilePattern(pattern),
    scheduleExpression,
    targets: listOf(properties.Targets).map((target) => targetOf(objectOf(target), where)),
  };
}

/** A bus is named by its name or its ARN. */
export function busName(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:[^/]*event-bus\//, '');
}

function targetOf(target: Readonly<Record<string, unknown>>, where: string): Target {
  const id = textOf(target.Id) ?? '';
  refuseUnknown(`${where} Targets ${id}`, target, [
    'Arn',
    'DeadLetterConfig',
    'Id',
    'Input',
    'InputPath',
    'InputTransformer',
    'RetryPolicy',
    'RoleArn',
    'SqsParameters',
  ]);
  const arn = textOf(target.Arn) ?? '';
  if (!/^arn:aws:(?:lambda|states|sqs):/.test(arn))
    throw new UnsupportedFeature(where, `a target such as ${arn}`);
  const retry = objectOf(target.RetryPolicy);
  const transformer = target.InputTransformer === undefined ? undefined : objectOf(target.InputTransformer);
  const paths = Object.fromEntries(
    Object.entries(objectOf(transformer?.InputPathsMap)).map(([name, path]) => [name, textOf(path) ?? '']),
  );
  const inputPath = textOf(target.InputPath);
  for (const path of [...Object.values(paths), ...(inputPath === undefined ? [] : [inputPath])])
    readJsonPath(path);
  return {
    id,
    arn,
    roleArn: textOf(target.RoleArn),
    messageGroupId: textOf(objectOf(target.SqsParameters).MessageGroupId),
    maximumRetries: numberOf(retry.MaximumRetryAttempts) ?? defaultRetries,
    maximumAge: numberOf(retry.MaximumEventAgeInSeconds) ?? defaultAge,
    deadLetterArn: textOf(objectOf(target.DeadLetterConfig).Arn),
    input: textOf(target.Input),
    inputPath,
    inputTransformer: transformer && { paths, template: textOf(transformer.InputTemplate) ?? '' },
  };
}
