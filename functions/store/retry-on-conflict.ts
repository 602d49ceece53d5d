/** Reading, deciding and writing again where another writer was faster. */
import { TooMuchContention } from '#functions/store/errors.ts';

type ErrorClass = abstract new (...given: never[]) => Error;

export interface Rounds {
  /** What is written, as `TooMuchContention` names it. */
  what: string;
  /** How often it is tried before it is reported that the record is too busy. */
  rounds: number;
  /** The errors by which a round shows that another writer was faster. */
  conflicts: readonly ErrorClass[];
  /** Waits after a lost round; without it the next begins at once. @param round counts from 0 */
  between?: (round: number) => Promise<unknown>;
}

/**
 * @param attempt one round: it reads, decides, writes under what it read, and throws one of `conflicts` where that had changed;
 *   its rounds count from 0
 * @returns what the round that won returned
 * @throws {TooMuchContention} caused by the last round's conflict; and whatever else a round throws
 */
export async function retryOnConflict<Result>(
  { what, rounds, conflicts, between }: Rounds,
  attempt: (round: number) => Promise<Result>,
): Promise<Result> {
  let cause: unknown;
  for (let round = 0; round < rounds; round++) {
    try {
      return await attempt(round);
    } catch (error) {
      if (!conflicts.some((conflict) => error instanceof conflict)) throw error;
      cause = error;
    }
    await between?.(round);
  }
  throw new TooMuchContention(what, rounds, { cause });
}
