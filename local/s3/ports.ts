/** What S3 needs from the embedded cloud around it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { BusEvent, Meter } from '../event-bridge/ports.ts';
import type { AuthorizationQuery, Principal } from '../gateway/service.ts';

/** Whose access key it is. */
export interface Credential {
  readonly principal: Principal;
  /** The secret key, with which forms and URLs are signed; absent for the owner, whose secret may be anything. */
  readonly secret?: string;
  authorize(query: AuthorizationQuery): void;
}

export interface S3Ports {
  /** The service's database; it makes its own tables, named `s3_*`. */
  readonly db: DatabaseSync;
  /** The folder for objects' bytes. */
  readonly directory: string;
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  /** Hands an event to EventBridge's default bus; handed again, with the same id, if the process died in between. */
  publish(event: BusEvent): void;
  /** The owner of an access key: a form posted by a browser carries it in a field, not in a header. */
  credential(accessKeyId: string): Credential | undefined;
  readonly meter?: Meter;
}
