/** Many histories of the money: `test/money/` in numbers that the suite has no time for. */
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { moneyProperty } from '#test/money/property.ts';

export interface MoneySoak {
  /** Histories that were tried. */
  readonly histories: number;
  readonly seconds: number;
  /** What broke, made as short as it could be, with the seed and the path that bring it back; nothing where all held. */
  readonly broken: string | undefined;
}

/** @param seed a whole number of 32 bits */
export async function soakMoney({
  histories,
  seed,
}: {
  histories: number;
  seed: number;
}): Promise<MoneySoak> {
  const began = performance.now();
  const details = await fc.check(await moneyProperty(), { numRuns: histories, seed });
  return {
    histories: details.numRuns,
    seconds: (performance.now() - began) / 1000,
    broken: details.failed
      ? `${fc.defaultReportMessage(details)}\n${inspect(details.errorInstance)}`
      : undefined,
  };
}
