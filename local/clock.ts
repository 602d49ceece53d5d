/** Time in the embedded cloud: either the machine's own, or virtual time that stands still until it is moved. */

/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** What kind of schedule a timer belongs to, if its firing is one of many. */
export type Recurrence = 'rate' | 'cron';

/**
 * Recurring timers that are no reason to stop when time is skipped: none, those with a rate, or all. Skipping a year
 * would else stop 35,000 times at a schedule of 15 minutes that finds nothing to do.
 */
export type Passing = 'none' | 'rates' | 'schedules';

/** Whether a timer is passed over. */
export function isPassed(recurrence: Recurrence | undefined, passing: Passing): boolean {
  if (recurrence === undefined || passing === 'none') return false;
  return passing === 'schedules' || recurrence === 'rate';
}

/** The one source of time for every service of the embedded cloud. */
export interface Clock {
  /** Milliseconds since the epoch, in the cloud's time. */
  now(): number;
  /**
   * Calls `callback` once when the cloud's time reaches `at` (ms); at the next tick if that is past.
   * @param recurrence for a timer that is set again each time it has fired
   */
  at(at: number, callback: () => void, recurrence?: Recurrence): Timer;
  /** When the earliest timer that is not passed over is due (ms), if there is one. */
  nextTimer(passing?: Passing): number | undefined;
  /**
   * Moves time forward to `to` (ms), firing the timers on the way in order of their due time and, at equal times, of
   * their making; before each step it waits until `settled()` says that nothing is going on any more. Timers passed over
   * fire on arrival, once, however often they would have been due on the way.
   */
  advanceTo(to: number, settled: () => Promise<void>, passing?: Passing): Promise<void>;
  /** `flowing`: the machine's time plus what was skipped. `virtual`: stands still between advances. */
  readonly mode: 'flowing' | 'virtual';
}
