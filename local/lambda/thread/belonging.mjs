/**
 * To which function of the thread what runs right now belongs. It follows awaits, timers and callbacks, so that what a
 * function left behind still has that function's environment, credentials and log while another one is under way.
 *
 * @import { FunctionSetup } from '../function-thread.ts'
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync, closeSync, openSync } from 'node:fs';

/** @type {AsyncLocalStorage<Hosted>} */
export const belonging = new AsyncLocalStorage();

/** What is under way in the thread: the function whose turn it is or was last, and the event that it handles if any. */
export const turn = {
  /** @type {Hosted | undefined} */
  of: undefined,
  /** @type {string | undefined} */
  requestId: undefined,
};

/** The function that what runs right now belongs to; what belongs to none is the doing of the one whose turn it is. */
export function whose() {
  return belonging.getStore() ?? turn.of;
}

/** A function in this thread. */
export class Hosted {
  /** @type {FunctionSetup} */
  setup;
  /**
   * Its `process.env`.
   * @type {Record<string, string>}
   */
  variables;
  /** @type {((event: unknown, context: unknown) => unknown) | undefined} */
  handler;
  /** Why no other function can be in its thread, once that is known: @type {string | undefined} */
  loner;
  /** @type {string | undefined} */
  #logFile;
  /** @type {number | undefined} */
  #log;

  /** @param {FunctionSetup} setup */
  constructor(setup) {
    this.setup = setup;
    this.variables = { ...setup.variables };
  }

  /**
   * From now on it prints into this file.
   * @param {string} logFile
   */
  printInto(logFile) {
    if (this.#logFile === logFile) return;
    if (this.#log !== undefined) closeSync(this.#log);
    this.#log = undefined;
    this.#logFile = logFile;
  }

  /** @param {string | Uint8Array} text */
  print(text) {
    if (this.#logFile === undefined) return;
    try {
      this.#log ??= openSync(this.#logFile, 'a');
      appendFileSync(this.#log, text);
    } catch {
      // A log that cannot be written, on a full disk perhaps, ends no function.
    }
  }
}
