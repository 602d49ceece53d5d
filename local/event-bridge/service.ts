/** EventBridge: events put by services and applications go to the targets of the rules they match. */
import {
  type DeclaredResource,
  listOf,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
} from '../declared-resource.ts';
import { uuidOf } from '../derived-id.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { readSchedule } from '../scheduler/expression.ts';
import { ScheduleTimers } from '../scheduler/timers.ts';
import { atomically } from '../transaction.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { compilePattern, InvalidEventPattern } from './pattern.ts';
import type { BusEvent, EventBridgePorts } from './ports.ts';
import { busName, type Rule, ruleOf } from './rule.ts';
import { targetInput } from './target-input.ts';

type Operation = (request: ServiceRequest, input: Readonly<Record<string, unknown>>) => unknown;

/** The most that all entries of a PutEvents may measure: bytes. */
const largestEntries = 1024 * 1024;

/** EventBridge over SQLite; see README.md. */
export class EventBridgeService implements Service {
  readonly signingName = 'events';
  readonly errorFormat = 'json';
  readonly #ports: EventBridgePorts;
  readonly #rules = new Map<string, Rule>();
  readonly #buses = new Set(['default']);
  readonly #queue: DeliveryQueue;
  readonly #timers: ScheduleTimers;
  readonly #operations: Readonly<Record<string, Operation>> = {
    PutEvents: (request, input) => this.#putEvents(request, input),
    TestEventPattern: (request, input) => testEventPattern(request, input),
    DescribeRule: (request, input) => this.#describeRule(request, input),
    ListRules: (request, input) => this.#listRules(request, input),
    ListTargetsByRule: (request, input) => this.#listTargetsByRule(request, input),
  };

  constructor(ports: EventBridgePorts) {
    this.#ports = ports;
    ports.db.exec(
      'CREATE TABLE IF NOT EXISTS events_count (one INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT',
    );
    this.#queue = new DeliveryQueue({
      ...ports,
      table: 'events_delivery',
      sourceAttribute: 'RULE_ARN',
    });
    this.#timers = new ScheduleTimers({
      ...ports,
      table: 'events_schedule',
      fire: (arn, scheduledAt) => this.#scheduled(arn, scheduledAt),
    });
  }

  get operations(): readonly string[] {
    return Object.keys(this.#operations).sort();
  }

  /**
   * Makes the assembly's rules and buses known; resources of other types are passed over.
   * @throws UnsupportedFeature, InvalidEventPattern or InvalidScheduleExpression
   */
  define(resources: readonly DeclaredResource[]): void {
    for (const resource of resources) {
      if (resource.type !== 'AWS::Events::EventBus') continue;
      refuseUnknown(nameOf(resource), resource.properties, ['Description', 'Name', 'Tags']);
      this.#buses.add(textOf(resource.properties.Name) ?? resource.physicalId);
    }
    for (const resource of resources) {
      if (resource.type !== 'AWS::Events::Rule') continue;
      const rule = ruleOf(resource, this.#ports.account, this.#ports.region);
      if (rule.scheduleExpression !== undefined) readSchedule(rule.scheduleExpression);
      this.#rules.set(rule.arn, rule);
    }
  }

  /**
   * Starts the scheduled rules and takes up the deliveries that a stop or a kill left undone. Call once, after every
   * service is defined.
   */
  resume(): void {
    this.#queue.resume();
    for (const { arn, enabled, scheduleExpression } of this.#rules.values()) {
      if (scheduleExpression === undefined || !enabled) continue;
      this.#timers.set({
        arn,
        schedule: readSchedule(scheduleExpression),
        fingerprint: scheduleExpression,
      });
    }
  }

  /** Fires and delivers no more; what is left is taken up by the next `resume`. */
  close(): void {
    this.#timers.close();
    this.#queue.close();
  }

  /**
   * Puts an event on a bus: its deliveries are written down when this returns.
   * @returns the event's id
   */
  put(event: BusEvent): string {
    const begin: (() => void)[] = [];
    const id = atomically(this.#ports.db, () => {
      const numbered = event.id ?? this.#nextId();
      const body = this.#envelope(event, numbered);
      for (const rule of this.#rules.values()) {
        if (!rule.enabled || rule.bus !== (event.bus ?? 'default') || !rule.matches?.(body)) continue;
        begin.push(...this.#addDeliveries(rule, body, numbered));
      }
      return numbered;
    });
    for (const each of begin) each();
    return id;
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const name = (request.headers['x-amz-target'] ?? '').replace(/^AWSEvents\./, '');
    const operation = this.#operations[name];
    if (!operation)
      throw new AwsError(
        'NotImplemented',
        `The embedded cloud's EventBridge does not implement ${name}.`,
        501,
      );
    this.#ports.meter?.count('events', name);
    const input: unknown = JSON.parse(request.body.toString('utf8') || '{}');
    const fields = typeof input === 'object' && input !== null ? { ...input } : {};
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(operation(request, fields)),
    };
  }

  #envelope(event: BusEvent, id: string): Readonly<Record<string, unknown>> {
    return {
      version: '0',
      id,
      'detail-type': event.detailType,
      source: event.source,
      account: this.#ports.account,
      time: isoSeconds(event.time ?? this.#ports.clock.now()),
      region: this.#ports.region,
      resources: event.resources ?? [],
      detail: event.detail,
    };
  }

  #addDeliveries(rule: Rule, event: Readonly<Record<string, unknown>>, id: string): (() => void)[] {
    const facts = {
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestionTime: new Date(this.#ports.clock.now()).toISOString(),
    };
    return rule.targets.map((target) =>
      this.#queue.add({
        call: {
          targetArn: target.arn,
          input: targetInput(target, event, facts),
          name: `${id}_${uuidOf(`${rule.arn}/${target.id}`)}`,
          servicePrincipal: 'events.amazonaws.com',
          sourceArn: rule.arn,
          ...(target.roleArn === undefined ? {} : { roleArn: target.roleArn }),
          ...(target.messageGroupId === undefined ? {} : { messageGroupId: target.messageGroupId }),
        },
        maximumRetries: target.maximumRetries,
        maximumAge: target.maximumAge,
        deadLetterArn: target.deadLetterArn,
        deadLetterBody: JSON.stringify(event),
      }),
    );
  }

  #scheduled(arn: string, scheduledAt: number): (() => void)[] {
    const rule = this.#rules.get(arn);
    if (!rule) return [];
    const id = uuidOf(`${arn}/${scheduledAt}`);
    const event = this.#envelope(
      {
        source: 'aws.events',
        detailType: 'Scheduled Event',
        detail: {},
        resources: [arn],
        time: scheduledAt,
      },
      id,
    );
    return this.#addDeliveries(rule, event, id);
  }

  /** The same ids in every run that puts the same events. */
  #nextId(): string {
    const row = this.#ports.db
      .prepare(
        'INSERT INTO events_count VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET count = count + 1 RETURNING count',
      )
      .get();
    return uuidOf(`event ${row?.count} of ${this.#ports.account}`);
  }

  #putEvents(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
    const entries = Array.isArray(input.Entries) ? input.Entries : [];
    if (entries.length < 1 || entries.length > 10) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${JSON.stringify(entries.length)}' at 'entries' failed to satisfy constraint: Member must have length between 1 and 10`,
      );
    }
    const all = entries.map(objectOf);
    // Before anything is put: a call that is too large puts nothing.
    if (all.reduce((sum, entry) => sum + sizeOfEntry(entry), 0) >= largestEntries) {
      throw new AwsError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const answers = all.map((entry) => this.#putEntry(request, entry));
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  }

  #putEntry(
    request: ServiceRequest,
    entry: Readonly<Record<string, unknown>>,
  ): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
    const bus = busName(textOf(entry.EventBusName) ?? 'default');
    const source = textOf(entry.Source) ?? '';
    const detailType = textOf(entry.DetailType) ?? '';
    request.authorize({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${this.#ports.region}:${this.#ports.account}:event-bus/${bus}`,
      context: {
        'events:source': source,
        'events:detail-type': detailType,
        'events:eventBusInvocation': 'false',
      },
    });
    const missing = source === '' ? 'Source' : detailType === '' ? 'DetailType' : undefined;
    if (missing)
      return failedEntry(
        'InvalidArgument',
        `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
      );
    if (source.startsWith('aws.')) {
      return failedEntry('NotAuthorizedForSourceException', `Not authorized for the source.`);
    }
    if (!this.#buses.has(bus))
      return failedEntry('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    const text = textOf(entry.Detail) ?? '';
    let detail: unknown;
    try {
      detail = JSON.parse(text);
    } catch {
      return failedEntry('MalformedDetail', 'Detail is malformed.');
    }
    if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
      return failedEntry('MalformedDetail', 'Detail is malformed.');
    }
    const time = typeof entry.Time === 'number' ? entry.Time * 1000 : undefined;
    const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
    return {
      EventId: this.put({
        source,
        detailType,
        detail: { ...detail },
        resources,
        bus,
        ...(time === undefined ? {} : { time }),
      }),
    };
  }

  #ruleNamed(input: Readonly<Record<string, unknown>>, field: string): Rule {
    const bus = busName(textOf(input.EventBusName) ?? 'default');
    const name = textOf(input[field]) ?? '';
    const rule = [...this.#rules.values()].find((each) => each.bus === bus && each.name === name);
    if (!rule) {
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
    }
    return rule;
  }

  #describeRule(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
    const rule = this.#ruleNamed(input, 'Name');
    request.authorize({ action: 'events:DescribeRule', resource: rule.arn });
    return ruleFacts(rule);
  }

  #listRules(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
    request.authorize({
      action: 'events:ListRules',
      resource: `arn:aws:events:${this.#ports.region}:${this.#ports.account}:rule/*`,
    });
    const bus = busName(textOf(input.EventBusName) ?? 'default');
    const prefix = textOf(input.NamePrefix) ?? '';
    const rules = [...this.#rules.values()].filter(
      (rule) => rule.bus === bus && rule.name.startsWith(prefix),
    );
    return { Rules: rules.sort((a, b) => (a.name < b.name ? -1 : 1)).map(ruleFacts) };
  }

  #listTargetsByRule(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
    const rule = this.#ruleNamed(input, 'Rule');
    request.authorize({ action: 'events:ListTargetsByRule', resource: rule.arn });
    return {
      Targets: rule.targets.map((target) => ({
        Id: target.id,
        Arn: target.arn,
        RoleArn: target.roleArn,
        Input: target.input,
        InputPath: target.inputPath,
        InputTransformer: target.inputTransformer && {
          InputPathsMap: target.inputTransformer.paths,
          InputTemplate: target.inputTransformer.template,
        },
        DeadLetterConfig: target.deadLetterArn === undefined ? undefined : { Arn: target.deadLetterArn },
        RetryPolicy: {
          MaximumRetryAttempts: target.maximumRetries,
          MaximumEventAgeInSeconds: target.maximumAge,
        },
      })),
    };
  }
}

function ruleFacts(rule: Rule): unknown {
  return {
    Name: rule.name,
    Arn: rule.arn,
    Description: rule.description,
    EventBusName: rule.bus,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventPattern: rule.pattern === undefined ? undefined : JSON.stringify(rule.pattern),
    ScheduleExpression: rule.scheduleExpression,
  };
}

function testEventPattern(request: ServiceRequest, input: Readonly<Record<string, unknown>>): unknown {
  request.authorize({ action: 'events:TestEventPattern', resource: '*' });
  try {
    const matches = compilePattern(JSON.parse(textOf(input.EventPattern) ?? ''));
    return { Result: matches(JSON.parse(textOf(input.Event) ?? '')) };
  } catch (error) {
    if (!(error instanceof InvalidEventPattern || error instanceof SyntaxError)) throw error;
    throw new AwsError('InvalidEventPatternException', error.message);
  }
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
function sizeOfEntry({
  Time,
  Source,
  DetailType,
  Detail,
  Resources,
}: Readonly<Record<string, unknown>>): number {
  const texts = [Source, DetailType, Detail, ...listOf(Resources)].map((each) => textOf(each) ?? '');
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function failedEntry(ErrorCode: string, ErrorMessage: string): { ErrorCode: string; ErrorMessage: string } {
  return { ErrorCode, ErrorMessage };
}

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
