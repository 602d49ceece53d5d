/**
 * Where events end that could not be handed over or worked on, kept for two weeks and alarmed.
 *
 * Two queues, because the remedy differs: what was not delivered is sent again; what a function failed on is looked at
 * first.
 */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

export class DeadLetters extends Construct {
  /** Events that EventBridge or the Scheduler could not hand to their target. */
  readonly undelivered: Queue;
  /** Events that a function took and failed on. */
  readonly failed: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.undelivered = this.#queue('Undelivered');
    this.failed = this.#queue('Failed');
  }

  #queue(id: string): Queue {
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, 'AwsSolutions-SQS3', 'It is a dead-letter queue itself.');
    return queue;
  }
}
