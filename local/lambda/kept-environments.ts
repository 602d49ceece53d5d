/**
 * Threads with the functions in them that outlive the cloud they were started for: the next cloud of the same process
 * takes them over warm, as long as nothing that the functions were started with is otherwise. For tests, which start many
 * clouds one after the other.
 *
 * A function remembers what it has read once in a container. So the next cloud must hold the same secrets, which it does
 * when its state is a copy of the state that the first one began with.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionSetup, FunctionThread, ThreadOwner } from './function-thread.ts';

/** How often, and how many milliseconds apart, a thread is looked at until nothing is under way in it. */
const looks = 50;
const between = 10;

/** What happens to a kept thread concerns no cloud. */
const noOwner: ThreadOwner = { onChange: () => undefined, onLoner: () => undefined };

export class KeptEnvironments {
  #kept: FunctionThread[] = [];

  /** Keeps a thread whose cloud ends; one in which something is under way, or that is over, ends with it. */
  async keep(thread: FunctionThread): Promise<void> {
    // Right after an answer Node itself may still be at work.
    for (let look = 0; look < looks && !thread.busy && !thread.settled; look += 1) await pause(between);
    if (thread.isOver || !thread.settled) return thread.close();
    thread.saveCompiled();
    thread.handOver(noOwner);
    this.#kept.push(thread);
  }

  /**
   * The threads that are kept and in which each function was started with just what it would be started with now.
   * @param setupOf what a function would be started with, by its ARN
   */
  take(setupOf: (functionArn: string) => FunctionSetup | undefined): readonly FunctionThread[] {
    const isWanted = (setup: FunctionSetup): boolean =>
      JSON.stringify(setup) === JSON.stringify(setupOf(setup.functionArn));
    const taken = this.#kept.filter((each) => !each.isOver && each.functions.every(isWanted));
    this.#kept = this.#kept.filter((each) => !each.isOver && !taken.includes(each));
    return taken;
  }

  /** Ends those that are kept. */
  async close(): Promise<void> {
    await Promise.all(this.#kept.splice(0).map((each) => each.close()));
  }
}
