/** Plays people and bank against the clock: answers what is there, then skips to the next thing that falls due. */
import type { BankDeed, FakeBank } from '../fake-bank.ts';
import type { Deed, People } from './player.ts';

/** What the play needs of the embedded cloud's clock. */
export interface StageClock {
  /** Waits until nothing is going on. */
  idle(): Promise<void>;
  /** Moves time to the next timer; false when there is none. */
  skip(): Promise<boolean>;
}

export interface Play {
  clock: StageClock;
  people: People;
  bank: FakeBank;
  /** Whether all is done; asked only when nobody has anything to do. */
  finished(): Promise<boolean>;
  /** Told after each round of answers, with the skips that came before it. */
  round?: (deeds: readonly Deed[], bank: readonly BankDeed[]) => void | Promise<void>;
  /** How many skips in a row may bring nothing to do before the play is given up. */
  patience?: number;
}

/** A year of daily runs and a few hundred quarters of an hour. */
const defaultPatience = 2000;

/** @returns whether it ended because all was done, and not because nothing happened any more */
export async function play({
  clock,
  people,
  bank,
  finished,
  round,
  patience = defaultPatience,
}: Play): Promise<boolean> {
  for (let quiet = 0; quiet < patience; quiet++) {
    await clock.idle();
    const deeds = await people.answerNewMail();
    await clock.idle();
    const bankDeeds = await bank.tick();
    if (deeds.length > 0 || bankDeeds.length > 0) {
      await round?.(deeds, bankDeeds);
      quiet = -1;
      continue;
    }
    if (await finished()) return true;
    if (!(await clock.skip())) return false;
  }
  return false;
}
