/** What calls a step. Data: `infra/pipeline` makes routes, rules and schedules of it. */
import type { BucketName } from '#functions/capabilities.ts';

/** A route of the HTTP API. */
export interface Route {
  /** As API Gateway has it: `GET /a/{secret}`. */
  readonly key: `${'GET' | 'POST'} /${string}`;
  /** Why it has no authoriser. */
  readonly open: string;
  /** Requests a second, and at once, where the API's own limit is too much. */
  readonly limit?: { readonly rate: number; readonly burst: number };
}

/** What a rule on the event bus waits for. */
export type RuleEvent =
  /** An object whose key fits an EventBridge pattern. */
  | { readonly of: 'object'; readonly bucket: BucketName; readonly key: readonly KeyPattern[] }
  /** What the mail service reports of a mail of ours. */
  | { readonly of: 'mail'; readonly kinds: readonly string[] }
  /** A change in the status of an execution, of any machine. */
  | { readonly of: 'execution'; readonly detail: Readonly<Record<string, unknown>> };

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
type KeyPattern =
  | string
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly wildcard: string };

/** What calls a step. */
export type Trigger =
  | { readonly by: 'task' }
  | { readonly by: 'route'; readonly routes: readonly Route[] }
  | { readonly by: 'rule'; readonly id: string; readonly description: string; readonly event: RuleEvent }
  | { readonly by: 'schedule'; readonly id: string; readonly name: string; readonly cron: string }
  | { readonly by: 'nudge' }
  | { readonly by: 'administrator'; readonly output: string };

/** A task of a state machine; which one, the machine says. */
export const task: Trigger = { by: 'task' };

/** Who has written messages invokes it, and does not wait. */
export const nudge: Trigger = { by: 'nudge' };

/** Routes of the HTTP API. */
export function route(...routes: readonly Route[]): Trigger {
  return { by: 'route', routes };
}

/** A rule on the event bus. @param id of the rule in the template */
export function rule(id: string, description: string, event: RuleEvent): Trigger {
  return { by: 'rule', id, description, event };
}

/** The clock of Jakarta. @param cron `minute hour day month weekday year`, as the Scheduler has it */
export function schedule(id: string, name: string, cron: string): Trigger {
  return { by: 'schedule', id, name, cron };
}

/** An administrator invokes it by hand. @param output of the stack, which names the Lambda */
export function administrator(output: string): Trigger {
  return { by: 'administrator', output };
}

/** Whether nothing that calls the step waits for its result: Lambda itself retries only asynchronous calls. */
export function isAsynchronous({ by }: Trigger): boolean {
  return by === 'rule' || by === 'schedule' || by === 'nudge';
}
