/** SQS, as far as dead-letter queues need it: messages are put in, looked at, received and deleted. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import {
  type DeclaredResource,
  listOf,
  nameOf,
  numberOf,
  objectOf,
  refuseUnknown,
  textOf,
} from '../declared-resource.ts';
import { uuidOf } from '../derived-id.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { inputOf, jsonAnswer, notImplemented, operationOf } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { UsageMeter } from '../usage/meter.ts';

export interface QueuePorts {
  /** The service's database; it makes its own table, `sqs_message`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly meter: UsageMeter;
}

interface Queue {
  readonly arn: string;
  readonly url: string;
  readonly name: string;
  /** Seconds. */
  readonly visibilityTimeout: number;
  readonly retention: number;
}

export class QueueService implements Service {
  readonly signingName = 'sqs';
  readonly errorFormat = 'json';
  readonly operations = [
    'DeleteMessage',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ListQueues',
    'ReceiveMessage',
    'SendMessage',
  ];
  readonly #ports: QueuePorts;
  readonly #queues = new Map<string, Queue>();

  constructor(ports: QueuePorts) {
    this.#ports = ports;
    ports.db.exec(`
      CREATE TABLE IF NOT EXISTS sqs_message (
        id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL,
        sent INTEGER NOT NULL, visible_at INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0
      ) STRICT`);
  }

  /** Makes the assembly's queues known; other types are passed over. @throws {UnsupportedFeature} */
  define(resources: readonly DeclaredResource[]): void {
    for (const resource of resources) {
      if (resource.type !== 'AWS::SQS::Queue' || resource.arn === undefined) continue;
      const { properties, arn, physicalId: url } = resource;
      refuseUnknown(nameOf(resource), properties, [
        'KmsMasterKeyId',
        'MessageRetentionPeriod',
        'QueueName',
        'SqsManagedSseEnabled',
        'Tags',
        'VisibilityTimeout',
      ]);
      this.#queues.set(arn, {
        arn,
        url,
        name: arn.split(':').at(-1) ?? '',
        visibilityTimeout: numberOf(properties.VisibilityTimeout) ?? 30,
        retention: numberOf(properties.MessageRetentionPeriod) ?? 345_600,
      });
    }
  }

  /**
   * Puts a message into a queue; the sender's right must have been judged.
   * @returns the message's id
   * @throws {AwsError} `QueueDoesNotExist`
   */
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>> = {}): string {
    const queue = this.#queues.get(queueArn);
    if (queue === undefined) throw missing();
    const now = this.#ports.clock.now();
    const typed = Object.entries(attributes).map(([name, value]) => [
      name,
      { DataType: 'String', StringValue: value },
    ]);
    return this.#put(queue, body, Object.fromEntries(typed), now);
  }

  #put(queue: Queue, body: string, attributes: object, visibleAt: number): string {
    const { lastInsertRowid } = this.#ports.db
      .prepare('INSERT INTO sqs_message (queue, body, attributes, sent, visible_at) VALUES (?, ?, ?, ?, ?)')
      .run(queue.arn, body, JSON.stringify(attributes), this.#ports.clock.now(), visibleAt);
    this.#ports.meter.count('sqs', 'SendMessage');
    return uuidOf(`sqs/${lastInsertRowid}`);
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = operationOf(request);
    if (!this.operations.includes(operation)) throw notImplemented(this.signingName, operation);
    const input = inputOf(request);
    if (operation === 'ListQueues') {
      request.authorize({ action: 'sqs:ListQueues', resource: '*' });
      return jsonAnswer({ QueueUrls: [...this.#queues.values()].map(({ url }) => url) });
    }
    const queue = [...this.#queues.values()].find(
      ({ url, name }) => input.QueueUrl === url || input.QueueName === name,
    );
    request.authorize({ action: `sqs:${operation}`, resource: queue?.arn ?? '*' });
    if (queue === undefined) throw missing();
    switch (operation) {
      case 'GetQueueUrl':
        return jsonAnswer({ QueueUrl: queue.url });
      case 'SendMessage': {
        const body = textOf(input.MessageBody) ?? '';
        if (body === '' || Buffer.byteLength(body) > largestMessage) {
          throw new AwsError(
            'InvalidParameterValue',
            `One or more parameters are invalid. Reason: Message must have 1 to ${largestMessage} bytes.`,
          );
        }
        const visibleAt = this.#ports.clock.now() + (numberOf(input.DelaySeconds) ?? 0) * 1000;
        const id = this.#put(queue, body, objectOf(input.MessageAttributes), visibleAt);
        return jsonAnswer({ MessageId: id, MD5OfMessageBody: md5(body) });
      }
      case 'ReceiveMessage': {
        const messages = this.#receive(queue, input);
        return jsonAnswer(messages.length === 0 ? {} : { Messages: messages });
      }
      case 'DeleteMessage': {
        const handle = textOf(input.ReceiptHandle) ?? '';
        if (!/^\d+$/.test(handle)) {
          throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not valid.`);
        }
        this.#ports.db
          .prepare('DELETE FROM sqs_message WHERE id = ? AND queue = ?')
          .run(Number(handle), queue.arn);
        return jsonAnswer({});
      }
      default:
        return jsonAnswer({ Attributes: chosen(this.#attributes(queue), listOf(input.AttributeNames)) });
    }
  }

  #receive(queue: Queue, input: Readonly<Record<string, unknown>>): readonly object[] {
    const { db, clock, meter } = this.#ports;
    meter.count('sqs', 'ReceiveMessage');
    const now = clock.now();
    const timeout = numberOf(input.VisibilityTimeout) ?? queue.visibilityTimeout;
    this.#forgetOld(queue);
    const rows = db
      .prepare('SELECT * FROM sqs_message WHERE queue = ? AND visible_at <= ? ORDER BY id LIMIT ?')
      .all(queue.arn, now, Math.min(10, numberOf(input.MaxNumberOfMessages) ?? 1));
    return rows.map((row) => {
      db.prepare('UPDATE sqs_message SET visible_at = ?, received = received + 1 WHERE id = ?').run(
        now + timeout * 1000,
        Number(row.id),
      );
      const ownAttributes = chosen(
        {
          SentTimestamp: String(row.sent),
          ApproximateReceiveCount: String(Number(row.received) + 1),
        },
        [...listOf(input.AttributeNames), ...listOf(input.MessageSystemAttributeNames)],
      );
      const attributes = chosen(
        objectOf(JSON.parse(String(row.attributes))),
        listOf(input.MessageAttributeNames),
      );
      return {
        MessageId: uuidOf(`sqs/${row.id}`),
        ReceiptHandle: String(row.id),
        Body: row.body,
        MD5OfBody: md5(String(row.body)),
        ...(Object.keys(ownAttributes).length === 0 ? {} : { Attributes: ownAttributes }),
        ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
      };
    });
  }

  #forgetOld({ arn, retention }: Queue): void {
    this.#ports.db
      .prepare('DELETE FROM sqs_message WHERE queue = ? AND sent < ?')
      .run(arn, this.#ports.clock.now() - retention * 1000);
  }

  #attributes(queue: Queue): Readonly<Record<string, string>> {
    this.#forgetOld(queue);
    const now = this.#ports.clock.now();
    const count = (condition: string): string =>
      String(
        this.#ports.db
          .prepare(`SELECT count(*) AS n FROM sqs_message WHERE queue = ? AND visible_at ${condition} ?`)
          .get(queue.arn, now)?.n ?? 0,
      );
    return {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: count('<='),
      ApproximateNumberOfMessagesNotVisible: count('>'),
      VisibilityTimeout: String(queue.visibilityTimeout),
      MessageRetentionPeriod: String(queue.retention),
    };
  }
}

/** The largest message: bytes. AWS: "Amazon SQS message quotas". */
const largestMessage = 1024 * 1024;

/** The attributes that were asked for, by name or with `All`. */
function chosen(
  attributes: Readonly<Record<string, unknown>>,
  names: readonly unknown[],
): Readonly<Record<string, unknown>> {
  if (names.includes('All')) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function missing(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
