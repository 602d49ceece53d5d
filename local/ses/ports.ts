/** What SES needs from the embedded cloud around it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { BusEvent, Meter } from '../event-bridge/ports.ts';
import type { Mailbox } from './mailbox.ts';

export interface SesPorts {
  /** The service's database; it makes its own tables, named `ses_*`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  readonly meter?: Meter;
  /** Where every message lies; shared with other services that send some. */
  readonly mailbox: Mailbox;
  /** Puts an event on the default bus. */
  publish(event: BusEvent): void;
  /** Lays a received mail into a bucket, in the name of a receipt rule. @throws {AwsError} */
  store(object: {
    readonly bucket: string;
    readonly key: string;
    readonly body: Buffer;
    readonly ruleArn: string;
  }): Promise<void>;
}
