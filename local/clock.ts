/** Time in the embedded cloud: either the machine's own, or virtual time that stands still until it is moved. */

/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** The one source of time for every service of the embedded cloud. */
export interface Clock {
  /** Milliseconds since the epoch, in the cloud's time. */
  now(): number;
  /** Calls `callback` once when the cloud's time reaches `at` (ms); at the next tick if that is past. */
  at(at: number, callback: () => void): Timer;
  /** When the earliest timer is due (ms), if there is one. */
  nextTimer(): number | undefined;
  /**
   * Moves time forward to `to` (ms), firing the timers on the way in order of their due time and, at equal times, of
   * their making; before each step it waits until `settled()` says that nothing is going on any more.
   */
  advanceTo(to: number, settled: () => Promise<void>): Promise<void>;
  /** `flowing`: the machine's time plus what was skipped. `virtual`: stands still between advances. */
  readonly mode: 'flowing' | 'virtual';
}
