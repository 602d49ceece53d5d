/**
 * Who goes next, when several steps run at once, and where a step is killed.
 *
 * A step meets the world by calls: to the table, to S3, to Step Functions, to the mail service. Each call takes effect at
 * once and whole, so all that can differ between two histories is the order of their calls, and the call at which one ends.
 */

/** The step was killed; what it had done stays done. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Lets a call take effect, now or later. */
export type Gate = <Output>(effect: () => Output) => Promise<Output>;

/** At which call a step dies, counting from 0, and whether that call still takes effect. */
export interface Kill {
  call: number;
  after: boolean;
}

/** A gate that closes for ever at a call. @param beyond where the calls go on to */
export function mortal(kill: Kill | undefined, beyond: Gate): Gate {
  let calls = 0;
  let dead = false;
  return async <Output>(effect: () => Output): Promise<Output> => {
    const mine = calls++;
    if (dead || (kill !== undefined && mine >= kill.call)) {
      if (!dead && kill?.after) await beyond(effect);
      dead = true;
      throw new Killed();
    }
    const output = await beyond(() => {
      if (dead) throw new Killed();
      return effect();
    });
    if (dead) throw new Killed();
    return output;
  };
}

/** Calls take effect as they come. */
export const straight: Gate = async (effect) => effect();

/**
 * Runs tasks side by side and lets one call after the other take effect, chosen by the numbers given (over and over).
 * @returns what became of each task
 */
export async function interleaved<Output>(
  tasks: readonly ((gate: Gate) => Promise<Output>)[],
  choices: readonly number[],
): Promise<PromiseSettledResult<Output>[]> {
  const waiting: { task: number; go: () => void }[] = [];
  let left = tasks.length;
  const gateOf =
    (task: number): Gate =>
    <Output>(effect: () => Output) =>
      new Promise<Output>((resolve, reject) => {
        waiting.push({
          task,
          go: () => {
            try {
              resolve(effect());
            } catch (error) {
              reject(error);
            }
          },
        });
      });
  const all = Promise.allSettled(tasks.map((task, index) => task(gateOf(index)).finally(() => (left -= 1))));
  for (let turn = 0; left > 0; turn++) {
    // Whatever follows from the last call by promises alone has happened before the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    if (waiting.length === 0) continue;
    // By task first: a task with many calls at once is no likelier to be next.
    const ready = [...new Set(waiting.map(({ task }) => task))].sort((one, other) => one - other);
    const task = ready[(choices[turn % choices.length] ?? 0) % ready.length];
    const [next] = waiting.splice(
      waiting.findIndex((each) => each.task === task),
      1,
    );
    next?.go();
  }
  return all;
}
