/** A schedule as declared in the assembly or through the API, checked and with its defaults. */
import { numberOf, objectOf, textOf, UnsupportedFeature } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { readSchedule } from './expression.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Plain data, so that schedules made through the API can be kept as JSON. */
export interface ScheduleDefinition {
  readonly name: string;
  readonly group: string;
  readonly expression: string;
  /** IANA name. */
  readonly timezone: string;
  readonly enabled: boolean;
  readonly description: string | null;
  /** ms */
  readonly start: number | null;
  /** ms */
  readonly end: number | null;
  readonly deleteWhenDone: boolean;
  /** Of the request that made it, so that the same request is known again. */
  readonly clientToken: string | null;
  readonly target: {
    readonly arn: string;
    readonly roleArn: string;
    readonly input: string | null;
    readonly messageGroupId: string | null;
    readonly maximumRetries: number;
    /** Seconds. */
    readonly maximumAge: number;
    readonly deadLetterArn: string | null;
  };
}

const knownFields = [
  'ActionAfterCompletion',
  'ClientToken',
  'Description',
  'EndDate',
  'FlexibleTimeWindow',
  'GroupName',
  'KmsKeyArn',
  'Name',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'StartDate',
  'State',
  'Target',
];
const knownTargetFields = ['Arn', 'DeadLetterConfig', 'Input', 'RetryPolicy', 'RoleArn', 'SqsParameters'];

/** The Scheduler's own: 185 retries in 24 hours. */
const defaultRetries = 185;
const defaultAge = 86_400;

/**
 * @param where how the schedule is named in a message
 * @throws UnsupportedFeature for what is not known here, AwsError `ValidationException` for what is wrong
 */
export function scheduleDefinition(where: string, fields: Fields): ScheduleDefinition {
  const target = objectOf(fields.Target);
  for (const name of Object.keys(fields)) {
    if (fields[name] !== undefined && !knownFields.includes(name)) throw new UnsupportedFeature(where, name);
  }
  for (const name of Object.keys(target)) {
    if (target[name] !== undefined && !knownTargetFields.includes(name)) {
      throw new UnsupportedFeature(where, `Target ${name}`);
    }
  }
  const mode = textOf(objectOf(fields.FlexibleTimeWindow).Mode);
  if (mode !== 'OFF') throw new UnsupportedFeature(where, `FlexibleTimeWindow ${mode}`);
  const expression = textOf(fields.ScheduleExpression) ?? '';
  const timezone = textOf(fields.ScheduleExpressionTimezone) ?? 'UTC';
  const name = textOf(fields.Name) ?? '';
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw invalid(`Invalid schedule name ${name}.`);
  try {
    readSchedule(expression, timezone);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : `Invalid Schedule Expression ${expression}.`);
  }
  const arn = textOf(target.Arn) ?? '';
  const roleArn = textOf(target.RoleArn) ?? '';
  if (!/^arn:aws:(?:lambda|states|sqs):/.test(arn) && !/^arn:aws:scheduler:::aws-sdk:\w+:\w+$/.test(arn)) {
    throw new UnsupportedFeature(where, `a target such as ${arn}`);
  }
  if (roleArn === '') throw invalid('The schedule has no execution role.');
  const retry = objectOf(target.RetryPolicy);
  return {
    name,
    group: textOf(fields.GroupName) ?? 'default',
    expression,
    timezone,
    enabled: (textOf(fields.State) ?? 'ENABLED') === 'ENABLED',
    description: textOf(fields.Description) ?? null,
    start: timeOf(fields.StartDate),
    end: timeOf(fields.EndDate),
    deleteWhenDone: fields.ActionAfterCompletion === 'DELETE',
    clientToken: textOf(fields.ClientToken) ?? null,
    target: {
      arn,
      roleArn,
      input: textOf(target.Input) ?? null,
      messageGroupId: textOf(objectOf(target.SqsParameters).MessageGroupId) ?? null,
      maximumRetries: numberOf(retry.MaximumRetryAttempts) ?? defaultRetries,
      maximumAge: numberOf(retry.MaximumEventAgeInSeconds) ?? defaultAge,
      deadLetterArn: textOf(objectOf(target.DeadLetterConfig).Arn) ?? null,
    },
  };
}

/** CloudFormation gives ISO 8601, the API seconds since the epoch. */
function timeOf(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (Number.isNaN(time)) throw invalid(`Invalid date ${String(value)}.`);
  return time;
}

/** What GetSchedule answers. */
export function describeSchedule(schedule: ScheduleDefinition, arn: string): Fields {
  const { target } = schedule;
  return {
    Arn: arn,
    Name: schedule.name,
    GroupName: schedule.group,
    Description: schedule.description ?? undefined,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    State: schedule.enabled ? 'ENABLED' : 'DISABLED',
    StartDate: schedule.start === null ? undefined : schedule.start / 1000,
    EndDate: schedule.end === null ? undefined : schedule.end / 1000,
    ActionAfterCompletion: schedule.deleteWhenDone ? 'DELETE' : 'NONE',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input ?? undefined,
      SqsParameters: target.messageGroupId === null ? undefined : { MessageGroupId: target.messageGroupId },
      DeadLetterConfig: target.deadLetterArn === null ? undefined : { Arn: target.deadLetterArn },
      RetryPolicy: {
        MaximumRetryAttempts: target.maximumRetries,
        MaximumEventAgeInSeconds: target.maximumAge,
      },
    },
  };
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
