/** The tranche plan: an award cut by the pack's schedule, so that the parts add up to it exactly. */
import * as z from 'zod';
import type { RulePack } from '../programme.ts';
import { type Rupiah, rupiahSchema, splitByPercent } from './rupiah.ts';

/** One planned payment; `number` counts from 1. */
export const plannedTrancheSchema = z.strictObject({
  number: z.int().min(1),
  percent: z.int().min(1).max(100),
  amount: rupiahSchema,
  /** The progress of the works, in percent, that must be reached before it. */
  requiredProgress: z.int().min(0).max(100),
});
export type PlannedTranche = z.output<typeof plannedTrancheSchema>;

/** Thrown when a tranche is named that the schedule does not have. */
export class UnknownTranche extends Error {
  override readonly name = 'UnknownTranche';
  constructor(pack: RulePack, number: number) {
    super(`rule-pack ${pack.id} version ${pack.version} has no tranche ${number}`);
  }
}

/** The payments of an award, in order; their amounts add up to it (largest remainder). */
export function tranchePlan(pack: RulePack, amount: Rupiah): PlannedTranche[] {
  const amounts = splitByPercent(
    amount,
    pack.tranches.map((tranche) => tranche.percent),
  );
  return pack.tranches.map((tranche, index) => ({
    number: index + 1,
    percent: tranche.percent,
    amount: amounts[index] ?? amount,
    requiredProgress: tranche.requiredProgress,
  }));
}

/** The pack's rule for the tranche, counting from 1. @throws {UnknownTranche} */
export function trancheRule(pack: RulePack, number: number): RulePack['tranches'][number] {
  const rule = pack.tranches[number - 1];
  if (rule === undefined) throw new UnknownTranche(pack, number);
  return rule;
}
