/** The spending units of the ministry with their letterheads and budgets, as `spending-units.json` has them. */
import { type SpendingUnit, spendingUnitSchema } from '#domain/papers/budget-identity.ts';
import file from './spending-units.json' with { type: 'json' };

/** Parsed once in a process: to compile a schema before takes longer than to interpret it. */
export const spendingUnits: readonly SpendingUnit[] = file.map((one) =>
  spendingUnitSchema.parse(one, { jitless: true }),
);
