/** What EventBridge and the Scheduler need from the embedded cloud around them. */
import type { DatabaseSync } from 'node:sqlite';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';

/** One delivery to a target, to be made with the rights of a role or, without one, of the service itself. */
export interface TargetCall {
  /** ARN of a Lambda function, a state machine (or its alias), a queue, or `arn:aws:scheduler:::aws-sdk:<service>:<action>`. */
  readonly targetArn: string;
  /** JSON text (or plain text for a queue): the event, the execution's input, the message's body. */
  readonly input: string;
  /** The same for every attempt of the same delivery: names the execution, so that a repetition starts no second one. */
  readonly name: string;
  /** The role whose policies judge the call. */
  readonly roleArn?: string;
  /** Without a role, the target's resource policy must allow this service, */
  readonly servicePrincipal: 'events.amazonaws.com' | 'scheduler.amazonaws.com';
  /** on behalf of this rule or schedule (`aws:SourceArn`). */
  readonly sourceArn: string;
  /** For queues: String message attributes. */
  readonly messageAttributes?: Readonly<Record<string, string>>;
  /** For FIFO queues. */
  readonly messageGroupId?: string;
}

/**
 * Makes the call and resolves when the target has taken it: a function when its asynchronous invocation is queued
 * (what happens then is Lambda's to retry), a state machine when the execution has begun or had begun under that name.
 * Throws `AwsError` with the code the target answers; codes of permission and of missing targets are not retried.
 */
export type Deliver = (call: TargetCall) => Promise<void>;

/** The part of the usage meter that the services use. */
export interface Meter {
  count(service: string, operation: string, amounts?: { readonly amount?: number }): void;
}

/** An event for the default bus. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources?: readonly string[];
  /** Milliseconds since the epoch; the cloud's time by default. */
  readonly time?: number;
  /** Other than `default`: the bus's name. */
  readonly bus?: string;
  /** The event's id; counted on from the last one by default. An event put twice is delivered twice, with one id. */
  readonly id?: string;
}

export interface EventBridgePorts {
  /** The service's database; it makes its own tables, named `events_*`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly account: string;
  readonly region: string;
  readonly deliver: Deliver;
  readonly meter?: Meter;
}

export interface SchedulerPorts {
  /** The service's database; it makes its own tables, named `scheduler_*`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly account: string;
  readonly region: string;
  readonly deliver: Deliver;
  readonly meter?: Meter;
}
