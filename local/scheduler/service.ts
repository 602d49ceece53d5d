/** EventBridge Scheduler: calls a target at, every, or by cron, with the rights of the schedule's role. */
import { isDeepStrictEqual } from 'node:util';
import {
  type DeclaredResource,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import { uuidOf } from '../derived-id.ts';
import { DeliveryQueue } from '../event-bridge/delivery-queue.ts';
import type { SchedulerPorts } from '../event-bridge/ports.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { restAnswer } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { readSchedule } from './expression.ts';
import { describeSchedule, invalid, type ScheduleDefinition, scheduleDefinition } from './schedule.ts';
import { ScheduleTimers } from './timers.ts';

/** Scheduler over SQLite; see README.md. */
export class SchedulerService implements Service {
  readonly signingName = 'scheduler';
  readonly errorFormat = 'json';
  readonly operations: readonly string[] = [
    'CreateSchedule',
    'DeleteSchedule',
    'GetSchedule',
    'ListSchedules',
    'UpdateSchedule',
  ];
  readonly #ports: SchedulerPorts;
  readonly #schedules = new Map<string, ScheduleDefinition>();
  readonly #groups = new Set(['default']);
  readonly #queue: DeliveryQueue;
  readonly #timers: ScheduleTimers;

  constructor(ports: SchedulerPorts) {
    this.#ports = ports;
    ports.db.exec(
      'CREATE TABLE IF NOT EXISTS scheduler_schedule (arn TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT',
    );
    this.#queue = new DeliveryQueue({
      ...ports,
      table: 'scheduler_delivery',
      sourceAttribute: 'SCHEDULE_ARN',
      inputOf: (input, attempt) => filled(input, { 'attempt-number': `${attempt}` }),
    });
    this.#timers = new ScheduleTimers({
      ...ports,
      table: 'scheduler_next',
      fire: (arn, scheduledAt, last) => this.#fire(arn, scheduledAt, last),
    });
  }

  /**
   * Makes the assembly's groups and schedules known; resources of other types are passed over.
   * @throws UnsupportedFeature, or AwsError `ValidationException`
   */
  define(resources: readonly DeclaredResource[]): void {
    for (const resource of resources) {
      if (resource.type !== 'AWS::Scheduler::ScheduleGroup') continue;
      refuseUnknown(nameOf(resource), resource.properties, ['Name', 'Tags']);
      this.#groups.add(textOf(resource.properties.Name) ?? resource.physicalId);
    }
    for (const resource of resources) {
      if (resource.type !== 'AWS::Scheduler::Schedule') continue;
      const definition = scheduleDefinition(nameOf(resource), {
        Name: resource.physicalId,
        ...resource.properties,
      });
      this.#schedules.set(this.#arn(definition), definition);
    }
  }

  /**
   * Starts the schedules and takes up the deliveries that a stop or a kill left undone. Call once, after every service
   * is defined.
   */
  resume(): void {
    for (const row of this.#ports.db
      .prepare('SELECT arn, definition FROM scheduler_schedule ORDER BY rowid')
      .all()) {
      this.#schedules.set(String(row.arn), JSON.parse(String(row.definition)));
    }
    this.#queue.resume();
    for (const arn of this.#schedules.keys()) this.#start(arn);
  }

  /** Fires and delivers no more; what is left is taken up by the next `resume`. */
  close(): void {
    this.#timers.close();
    this.#queue.close();
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const { method } = request;
    const name = /^\/schedules\/([^/]+)$/.exec(request.path)?.[1];
    const input: unknown = JSON.parse(request.body.toString('utf8') || '{}');
    if (name !== undefined) {
      const decoded = decodeURIComponent(name);
      if (method === 'POST') return restAnswer(this.#create(request, { ...objectOf(input), Name: decoded }));
      if (method === 'PUT') return restAnswer(this.#update(request, { ...objectOf(input), Name: decoded }));
      if (method === 'GET') return restAnswer(this.#get(request, decoded));
      if (method === 'DELETE') return restAnswer(this.#delete(request, decoded));
    }
    if (method === 'GET' && request.path === '/schedules') return restAnswer(this.#list(request));
    throw new AwsError(
      'NotImplemented',
      `The embedded cloud's Scheduler does not implement ${method} ${request.path}.`,
      501,
    );
  }

  #arn({ group, name }: Pick<ScheduleDefinition, 'group' | 'name'>): string {
    return `arn:aws:scheduler:${this.#ports.region}:${this.#ports.account}:schedule/${group}/${name}`;
  }

  #start(arn: string): void {
    const definition = this.#schedules.get(arn);
    if (!definition?.enabled) return;
    const { expression, timezone } = definition;
    const schedule = readSchedule(expression, timezone);
    // A schedule that fires once does so whatever its dates are.
    const { start, end } = schedule.once ? { start: null, end: null } : definition;
    this.#timers.set({
      arn,
      schedule,
      fingerprint: JSON.stringify([expression, timezone, start, end]),
      start: start ?? undefined,
      end: end ?? undefined,
      immediately: expression.startsWith('rate('),
    });
  }

  #fire(arn: string, scheduledAt: number, last: boolean): (() => void)[] {
    const definition = this.#schedules.get(arn);
    if (!definition) return [];
    const { target } = definition;
    const id = uuidOf(`${arn}/${scheduledAt}`);
    const scheduledTime = new Date(scheduledAt).toISOString().replace('.000Z', 'Z');
    const begin = this.#queue.add({
      call: {
        targetArn: target.arn,
        input: filled(target.input ?? '{}', {
          'schedule-arn': arn,
          'scheduled-time': scheduledTime,
          'execution-id': id,
        }),
        name: id,
        roleArn: target.roleArn,
        servicePrincipal: 'scheduler.amazonaws.com',
        sourceArn: arn,
        ...(target.messageGroupId === null ? {} : { messageGroupId: target.messageGroupId }),
      },
      maximumRetries: target.maximumRetries,
      maximumAge: target.maximumAge,
      deadLetterArn: target.deadLetterArn ?? undefined,
      deadLetterAttributes: {
        EXECUTION_ID: id,
        IS_PAYLOAD_TRUNCATED: 'false',
        SCHEDULED_TIME: scheduledTime,
      },
    });
    if (last && definition.deleteWhenDone) this.#forget(arn);
    return [begin];
  }

  #forget(arn: string): void {
    this.#timers.remove(arn);
    this.#schedules.delete(arn);
    this.#ports.db.prepare('DELETE FROM scheduler_schedule WHERE arn = ?').run(arn);
  }

  #create(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
    this.#ports.meter?.count('scheduler', 'CreateSchedule');
    const definition = this.#read(request, input, 'scheduler:CreateSchedule');
    const arn = this.#arn(definition);
    const there = this.#schedules.get(arn);
    if (there) {
      // The same request again, whose answer the caller may not have heard.
      const isSame = definition.clientToken !== null && isDeepStrictEqual(there, definition);
      if (isSame) return { ScheduleArn: arn };
      throw new AwsError('ConflictException', `Schedule ${definition.name} already exists.`, 409);
    }
    this.#keep(arn, definition);
    return { ScheduleArn: arn };
  }

  #update(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
    this.#ports.meter?.count('scheduler', 'UpdateSchedule');
    const definition = this.#read(request, input, 'scheduler:UpdateSchedule');
    const { arn } = this.#find(definition.group, definition.name);
    this.#timers.remove(arn);
    this.#keep(arn, definition);
    return { ScheduleArn: arn };
  }

  #read(
    request: ServiceRequest,
    input: Readonly<Record<string, unknown>>,
    action: string,
  ): ScheduleDefinition {
    let definition: ScheduleDefinition;
    try {
      definition = scheduleDefinition(`Schedule ${textOf(input.Name) ?? ''}`, input);
    } catch (error) {
      throw error instanceof UnsupportedFeature ? new AwsError('NotImplemented', error.message, 501) : error;
    }
    request.authorize({ action, resource: this.#arn(definition) });
    request.authorize({
      action: 'iam:PassRole',
      resource: definition.target.roleArn,
      context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    });
    if (!this.#groups.has(definition.group)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Schedule group ${definition.group} does not exist.`,
        404,
      );
    }
    return definition;
  }

  #keep(arn: string, definition: ScheduleDefinition): void {
    this.#ports.db
      .prepare('INSERT OR REPLACE INTO scheduler_schedule VALUES (?, ?)')
      .run(arn, JSON.stringify(definition));
    this.#schedules.set(arn, definition);
    this.#start(arn);
  }

  #find(group: string, name: string): { arn: string; definition: ScheduleDefinition } {
    const arn = this.#arn({ group, name });
    const definition = this.#schedules.get(arn);
    if (!definition) {
      throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    }
    return { arn, definition };
  }

  #get(request: ServiceRequest, name: string): unknown {
    this.#ports.meter?.count('scheduler', 'GetSchedule');
    const group = request.query.get('groupName') ?? 'default';
    request.authorize({ action: 'scheduler:GetSchedule', resource: this.#arn({ group, name }) });
    const { arn, definition } = this.#find(group, name);
    return describeSchedule(definition, arn);
  }

  #delete(request: ServiceRequest, name: string): unknown {
    this.#ports.meter?.count('scheduler', 'DeleteSchedule');
    const group = request.query.get('groupName') ?? 'default';
    request.authorize({ action: 'scheduler:DeleteSchedule', resource: this.#arn({ group, name }) });
    this.#forget(this.#find(group, name).arn);
    return {};
  }

  #list(request: ServiceRequest): unknown {
    this.#ports.meter?.count('scheduler', 'ListSchedules');
    request.authorize({ action: 'scheduler:ListSchedules', resource: '*' });
    const group = request.query.get('ScheduleGroup');
    const prefix = request.query.get('NamePrefix') ?? '';
    const limit = Number(request.query.get('MaxResults') ?? 100);
    const from = Number(request.query.get('NextToken') ?? 0);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100 || !Number.isInteger(from)) {
      throw invalid('MaxResults must be between 1 and 100.');
    }
    const all = [...this.#schedules]
      .filter(([, each]) => (group === null || each.group === group) && each.name.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      Schedules: all.slice(from, from + limit).map(([arn, each]) => ({
        Arn: arn,
        Name: each.name,
        GroupName: each.group,
        State: each.enabled ? 'ENABLED' : 'DISABLED',
        Target: { Arn: each.target.arn },
      })),
      ...(all.length > from + limit ? { NextToken: `${from + limit}` } : {}),
    };
  }
}

/** Puts the context attributes into an input. Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function filled(input: string, attributes: Readonly<Record<string, string>>): string {
  return input.replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (placeholder, name: string) => attributes[name] ?? placeholder,
  );
}
