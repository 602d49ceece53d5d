import { createHash } from 'node:crypto';

/**
 * A name for an execution that was started without one: a version 7 UUID (RFC 9562), so that the index over names grows at
 * its end and not everywhere.
 * @param at milliseconds
 * @param count how many names were made before, for their order within a millisecond
 * @param seed what makes it unlike another service's
 */
export function executionName(at: number, count: number, seed: string): string {
  const time = at.toString(16).padStart(12, '0');
  const order = (count % 0x1000).toString(16).padStart(3, '0');
  const rest = createHash('sha256').update(`name ${seed} ${at} ${count}`).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-8${rest.slice(0, 3)}-${rest.slice(3, 15)}`;
}
