import type { Activity } from '../activity.ts';
import { type Clock, isPassed, type Passing, type Recurrence, type Timer } from '../clock.ts';
import { Timers, type Waiting } from './timers.ts';

/** Time that stands still until it is moved, and so comes out the same in every run. */
export class VirtualClock implements Clock {
  readonly mode = 'virtual';
  readonly #timers = new Timers();
  readonly #activity: Activity;
  readonly #moved: (now: number) => void;
  #now: number;

  /**
   * @param start milliseconds since the epoch
   * @param activity gets the timers that are due at once, so that the cloud is not taken for idle before they fired
   * @param moved gets each new time before anything happens in it
   */
  constructor(start: number, activity: Activity, moved: (now: number) => void = () => {}) {
    this.#now = start;
    this.#activity = activity;
    this.#moved = moved;
  }

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void, recurrence?: Recurrence): Timer {
    if (at > this.#now) return this.#timers.add(at, callback, recurrence);
    const end = this.#activity.begin();
    const immediate = setImmediate(() => {
      try {
        callback();
      } finally {
        end();
      }
    });
    return {
      cancel: () => {
        clearImmediate(immediate);
        end();
      },
    };
  }

  nextTimer(passing: Passing = 'none'): number | undefined {
    return this.#timers.next(passing);
  }

  async advanceTo(to: number, settled: () => Promise<void>, passing: Passing = 'none'): Promise<void> {
    const passed: Waiting[] = [];
    await settled();
    for (let due = this.#timers.take(to); due !== undefined; due = this.#timers.take(to)) {
      if (isPassed(due.recurrence, passing)) {
        passed.push(due);
        continue;
      }
      this.#moveTo(due.at);
      due.fire();
      await settled();
    }
    this.#moveTo(to);
    for (const due of passed) {
      if (this.#timers.isCancelled(due)) continue;
      due.fire();
      await settled();
    }
  }

  #moveTo(at: number): void {
    if (at <= this.#now) return;
    this.#now = at;
    this.#moved(at);
  }
}
