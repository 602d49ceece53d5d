/**
 * Looks at a worker's heap while it works, so that the log of a long invocation can say how much memory it took, as
 * Lambda's REPORT line does. Between two looks more may have been taken; what a function holds outside its heap and its
 * buffers, above all what node itself takes, is not seen.
 */
import type { Worker } from 'node:worker_threads';

/** Milliseconds between two looks; what is over sooner is not looked at. */
const between = 250;

export class MemoryWatch {
  readonly #timer: NodeJS.Timeout;
  #most = 0;

  constructor(worker: Pick<Worker, 'getHeapStatistics'>) {
    this.#timer = setInterval(() => {
      worker.getHeapStatistics().then(
        ({ used_heap_size: heap, external_memory: buffers }) => {
          this.#most = Math.max(this.#most, heap + buffers);
        },
        // The worker has ended meanwhile.
        () => undefined,
      );
    }, between);
    this.#timer.unref();
  }

  /** Ends the watch. @returns the most that was seen, in bytes; undefined when nothing was */
  end(): number | undefined {
    clearInterval(this.#timer);
    return this.#most === 0 ? undefined : this.#most;
  }
}
