import { isPassed, type Passing, type Recurrence, type Timer } from '../clock.ts';

/** A timer that waits for its time. */
export interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  readonly recurrence: Recurrence | undefined;
}

/** Timers in the order in which they are due; at equal times, in the order in which they were made. */
export class Timers {
  /** A binary heap: thousands of proposals hold a timer each. */
  readonly #heap: Waiting[] = [];
  readonly #cancelled = new Set<number>();
  #made = 0;

  /** Adds a timer. */
  add(at: number, fire: () => void, recurrence?: Recurrence): Timer {
    this.#made += 1;
    const order = this.#made;
    this.#heap.push({ at, order, fire, recurrence });
    this.#rise(this.#heap.length - 1);
    return {
      cancel: () => {
        this.#cancelled.add(order);
      },
    };
  }

  /** The timer that is due first, without taking it. */
  first(): Waiting | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || !this.#cancelled.delete(first.order)) return first;
      this.#pop();
    }
  }

  /** When the first timer that is not passed over is due. */
  next(passing: Passing): number | undefined {
    if (passing === 'none') return this.first()?.at;
    const due = this.#heap.filter(
      ({ order, recurrence }) => !this.#cancelled.has(order) && !isPassed(recurrence, passing),
    );
    return due.length === 0
      ? undefined
      : due.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
  }

  /** Whether a timer that was taken has been called off since. */
  isCancelled({ order }: Waiting): boolean {
    return this.#cancelled.delete(order);
  }

  /** Takes the timer that is due first, if it is due at `at`. */
  take(at: number): Waiting | undefined {
    const first = this.first();
    if (first === undefined || first.at > at) return undefined;
    this.#pop();
    return first;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    let at = index;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(index: number): void {
    let at = index;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = this.#before(right, left) ? right : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  #before(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swapIfBefore(one: number, other: number): boolean {
    if (!this.#before(one, other)) return false;
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) return false;
    this.#heap[one] = b;
    this.#heap[other] = a;
    return true;
  }
}
