import { type Clock, isPassed, type Passing, type Recurrence, type Timer } from '../clock.ts';
import { Timers, type Waiting } from './timers.ts';

/** The longest wait that `setTimeout` takes: 2^31 − 1 ms. */
const longestWait = 2_147_483_647;

/** The machine's time, plus what was skipped. */
export class FlowingClock implements Clock {
  readonly mode = 'flowing';
  readonly #timers = new Timers();
  readonly #moved: (skipped: number) => void;
  #skipped: number;
  #alarm: NodeJS.Timeout | undefined;
  #advancing = false;

  /**
   * @param skipped how far the cloud's time is ahead of the machine's: milliseconds
   * @param moved gets the new lead before anything happens in it
   */
  constructor(skipped = 0, moved: (skipped: number) => void = () => {}) {
    this.#skipped = skipped;
    this.#moved = moved;
  }

  /** How far the cloud's time is ahead of the machine's: milliseconds. */
  get skipped(): number {
    return this.#skipped;
  }

  now(): number {
    return Date.now() + this.#skipped;
  }

  at(at: number, callback: () => void, recurrence?: Recurrence): Timer {
    const timer = this.#timers.add(at, callback, recurrence);
    this.#arm();
    return timer;
  }

  nextTimer(passing: Passing = 'none'): number | undefined {
    return this.#timers.next(passing);
  }

  async advanceTo(to: number, settled: () => Promise<void>, passing: Passing = 'none'): Promise<void> {
    const passed: Waiting[] = [];
    this.#advancing = true;
    try {
      await settled();
      for (let due = this.#timers.take(to); due !== undefined; due = this.#timers.take(to)) {
        if (isPassed(due.recurrence, passing)) {
          passed.push(due);
          continue;
        }
        this.#skipTo(due.at);
        due.fire();
        await settled();
      }
      this.#skipTo(to);
      for (const due of passed) {
        if (this.#timers.isCancelled(due)) continue;
        due.fire();
        await settled();
      }
    } finally {
      this.#advancing = false;
      this.#arm();
    }
  }

  /** Sets no more alarms; timers that are waiting stay unfired. */
  close(): void {
    clearTimeout(this.#alarm);
    this.#advancing = true;
  }

  #skipTo(at: number): void {
    const ahead = at - this.now();
    if (ahead <= 0) return;
    this.#skipped += ahead;
    this.#moved(this.#skipped);
  }

  #arm(): void {
    clearTimeout(this.#alarm);
    const next = this.#timers.first();
    if (next === undefined || this.#advancing) return;
    const wait = Math.min(Math.max(0, next.at - this.now()), longestWait);
    this.#alarm = setTimeout(() => {
      for (let due = this.#timers.take(this.now()); due !== undefined; due = this.#timers.take(this.now())) {
        due.fire();
      }
      this.#arm();
    }, wait);
  }
}
