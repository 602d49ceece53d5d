/** Waiting before another attempt, so that writers to one record get out of each other's way. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Full jitter up to 20 ms doubled each attempt, at most half a second: contention here lasts milliseconds.
 *
 * @param attempt counts from 0
 */
export const backoff = (attempt: number) => pause(Math.random() * Math.min(500, 20 * 2 ** attempt));
