/**
 * Deliveries to targets: written down before they are tried, tried again with growing pauses on the cloud's clock, and
 * sent to a dead-letter queue when nothing more is to be hoped for. At least once: a kill between the target's taking
 * and our noting it makes another attempt, under the same name.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Deliver, TargetCall } from './ports.ts';

/** One delivery to make. */
export interface Delivery {
  readonly call: TargetCall;
  /** Attempts after the first. */
  readonly maximumRetries: number;
  /** Seconds from now in which an attempt may still begin. */
  readonly maximumAge: number;
  /** ARN of a queue for what could not be delivered. */
  readonly deadLetterArn?: string | undefined;
  /** What the dead-letter queue's message holds; the call's input by default. */
  readonly deadLetterBody?: string | undefined;
  /** What a dead letter's attributes have besides what they always have. */
  readonly deadLetterAttributes?: Readonly<Record<string, string>> | undefined;
}

interface Pending extends Delivery {
  readonly id: number;
  readonly attempts: number;
  readonly due: number;
  readonly expires: number;
}

export interface DeliveryQueueOptions {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly deliver: Deliver;
  /** The table's name, one for each service. */
  readonly table: 'events_delivery' | 'scheduler_delivery';
  /** What the service calls its rule or schedule in the attributes of a dead letter. */
  readonly sourceAttribute: 'RULE_ARN' | 'SCHEDULE_ARN';
  /** The input of one attempt, the first being 1; the call's own by default. */
  readonly inputOf?: (input: string, attempt: number) => string;
}

/** Errors that another attempt cannot cure. */
const hopeless =
  /AccessDenied|ResourceNotFound|DoesNotExist|NonExistentQueue|InvalidArn|ValidationException|InvalidParameter|InvalidExecutionInput|InvalidName|NotImplemented|InvalidRequestContent|UnsupportedFeature/;

export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions;
  readonly #insert;
  readonly #delete;
  readonly #retry;
  #closed = false;

  constructor(options: DeliveryQueueOptions) {
    this.#options = options;
    const { db, table } = options;
    db.exec(`
      CREATE TABLE IF NOT EXISTS ${table} (
        id INTEGER PRIMARY KEY AUTOINCREMENT, delivery TEXT NOT NULL,
        attempts INTEGER NOT NULL, due INTEGER NOT NULL, expires INTEGER NOT NULL
      ) STRICT`);
    this.#insert = db.prepare(`INSERT INTO ${table} (delivery, attempts, due, expires) VALUES (?, 0, ?, ?)`);
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE id = ?`);
    this.#retry = db.prepare(`UPDATE ${table} SET attempts = ?, due = ? WHERE id = ?`);
  }

  /**
   * Writes a delivery down, within the caller's transaction if there is one.
   * @returns a function that begins it, to be called after the transaction is committed
   */
  add(delivery: Delivery): () => void {
    const due = this.#options.clock.now();
    const expires = due + delivery.maximumAge * 1000;
    const { lastInsertRowid } = this.#insert.run(JSON.stringify(delivery), due, expires);
    const pending = { ...delivery, id: Number(lastInsertRowid), attempts: 0, due, expires };
    return () => this.#begin(pending);
  }

  /** Takes up what a stop or a kill left undone. */
  resume(): void {
    const rows = this.#options.db.prepare(`SELECT * FROM ${this.#options.table} ORDER BY id`).all();
    for (const row of rows) {
      const delivery: Delivery = JSON.parse(String(row.delivery));
      const pending: Pending = {
        ...delivery,
        id: Number(row.id),
        attempts: Number(row.attempts),
        due: Number(row.due),
        expires: Number(row.expires),
      };
      if (pending.due <= this.#options.clock.now()) this.#begin(pending);
      else this.#wait(pending);
    }
  }

  /** Begins no further attempt. */
  close(): void {
    this.#closed = true;
  }

  #wait(pending: Pending): void {
    this.#options.clock.at(pending.due, () => this.#begin(pending));
  }

  #begin(pending: Pending): void {
    if (this.#closed) return;
    void this.#options.activity.during(() => this.#attempt(pending));
  }

  async #attempt(pending: Pending): Promise<void> {
    try {
      await this.#options.deliver({ ...pending.call, input: this.#input(pending) });
    } catch (error) {
      if (!this.#closed) await this.#failed(pending, errorOf(error));
      return;
    }
    if (!this.#closed) this.#delete.run(pending.id);
  }

  #input({ call, attempts }: Pending): string {
    return this.#options.inputOf?.(call.input, attempts + 1) ?? call.input;
  }

  async #failed(pending: Pending, error: AwsError): Promise<void> {
    const { clock } = this.#options;
    const attempts = pending.attempts + 1;
    const due = clock.now() + pauseAfter(attempts);
    const final = hopeless.test(error.code);
    const exhausted =
      attempts > pending.maximumRetries
        ? 'MaximumRetryAttempts'
        : due > pending.expires
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (!final && exhausted === undefined) {
      this.#retry.run(attempts, due, pending.id);
      this.#wait({ ...pending, attempts, due });
      return;
    }
    if (pending.deadLetterArn !== undefined) {
      try {
        await this.#options.deliver({
          targetArn: pending.deadLetterArn,
          input: pending.deadLetterBody ?? this.#input(pending),
          name: pending.call.name,
          servicePrincipal: pending.call.servicePrincipal,
          sourceArn: pending.call.sourceArn,
          ...(pending.call.servicePrincipal === 'scheduler.amazonaws.com' &&
          pending.call.roleArn !== undefined
            ? { roleArn: pending.call.roleArn }
            : {}),
          messageAttributes: {
            ...pending.deadLetterAttributes,
            [this.#options.sourceAttribute]: pending.call.sourceArn,
            TARGET_ARN: pending.call.targetArn,
            ERROR_CODE: error.code,
            ERROR_MESSAGE: error.message,
            RETRY_ATTEMPTS: `${attempts - 1}`,
            ...(final || exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
          },
        });
      } catch (refusal) {
        console.error(
          `${pending.call.sourceArn}: the dead-letter queue did not take the event: ${errorOf(refusal).message}`,
        );
      }
    } else {
      console.error(
        `${pending.call.sourceArn}: given up on ${pending.call.targetArn}: ${error.code}: ${error.message}`,
      );
    }
    if (!this.#closed) this.#delete.run(pending.id);
  }
}

/** Milliseconds after the nth failed attempt: doubling from one second to ten minutes. */
function pauseAfter(attempts: number): number {
  return Math.min(2 ** (attempts - 1), 600) * 1000;
}

function errorOf(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
