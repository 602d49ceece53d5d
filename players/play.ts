/**
 * Plays people and bank against the clock: answers what is there, then waits for the next code if a person needs one, or
 * skips to the next thing that falls due.
 */

import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { BankDeed } from './bank/fake-bank.ts';
import type { Deed, People } from './player.ts';

/** What the play needs of the embedded cloud's clock. */
export interface StageClock {
  /** Waits until nothing is going on. */
  idle(): Promise<void>;
  /** Moves time to the next timer, past schedules that are no reason to stop; false when there is none. */
  skip(past: 'rates' | 'schedules'): Promise<boolean>;
  /** Moves time to a moment (ISO 8601), through every timer on the way. */
  advance(step: { to: string }): Promise<void>;
}

/** A bank that answers on request. */
export interface Bank<Deed = BankDeed> {
  /** What it has answered since the last time. */
  tick(): Promise<readonly Deed[]>;
  /** When it is to be asked again at the latest, because it has something to do: ISO 8601. */
  readonly waitsUntil?: string | undefined;
}

export interface Play<OfBank = BankDeed> {
  clock: StageClock;
  people: Pick<People, 'answerNewMail' | 'waitsUntil'>;
  bank: Bank<OfBank>;
  /** Whether money is on its way to begin with, so that the daily payment run is worth waiting for. */
  moneyOnItsWay?: boolean;
  /** Whether all is done; asked only when no one has anything to do. */
  finished(): Promise<boolean>;
  /** Called after each round of answers, with the skips that came before it. */
  round?: (deeds: readonly Deed[], bank: readonly OfBank[]) => void | Promise<void>;
  /** How many skips in a row may bring nothing to do before the play is given up. */
  patience?: number;
}

/** More than the turns of all asks that go unanswered. */
const defaultPatience = 500;

/** After these answers money is on its way, so the daily payment run is worth waiting for. */
const releasing: ReadonlySet<AskKind> = new Set(['sp2d', 'bank-inquiry']);

/** @returns whether it ended because all was done, and not because nothing happened any more */
export async function play<OfBank = BankDeed>({
  clock,
  people,
  bank,
  finished,
  round,
  patience = defaultPatience,
  moneyOnItsWay: moneyAtFirst = false,
}: Play<OfBank>): Promise<boolean> {
  let moneyOnItsWay = moneyAtFirst;
  for (let quiet = 0; quiet < patience; quiet++) {
    await clock.idle();
    const deeds = await people.answerNewMail();
    await clock.idle();
    const bankDeeds = await bank.tick();
    if (deeds.length > 0 || bankDeeds.length > 0) {
      await round?.(deeds, bankDeeds);
      if (bankDeeds.length > 0) moneyOnItsWay = false;
      if (deeds.some(({ situation }) => releasing.has(situation.kind))) moneyOnItsWay = true;
      quiet = -1;
      continue;
    }
    if (await finished()) return true;
    const [waitsUntil] = [people.waitsUntil, bank.waitsUntil].filter((each) => each !== undefined).sort();
    if (waitsUntil !== undefined) {
      await clock.advance({ to: waitsUntil });
      quiet -= 1;
      continue;
    }
    if (!(await clock.skip(moneyOnItsWay ? 'rates' : 'schedules'))) return false;
  }
  return false;
}
