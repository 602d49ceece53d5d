/** What SES needs from the embedded cloud around it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { Meter } from '../event-bridge/ports.ts';

export interface SesPorts {
  /** The service's database; it makes its own tables, named `ses_*`. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  readonly meter?: Meter;
}
