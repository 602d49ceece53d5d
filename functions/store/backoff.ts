/** Waiting before another attempt, so that writers to one record get out of each other's way. */
import { setTimeout as timer } from 'node:timers/promises';

/** How to wait. @param milliseconds at least */
export type Pause = (milliseconds: number) => Promise<unknown>;

/**
 * Full jitter up to 20 ms doubled each attempt, at most half a second: contention here lasts milliseconds.
 *
 * @param attempt counts from 0
 */
export function backoff(attempt: number, pause: Pause = timer) {
  return pause(Math.random() * Math.min(500, 20 * 2 ** attempt));
}
