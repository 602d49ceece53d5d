/** What a decree says about paid public works (Padat Karya): who may work, for which wage, and when the roll is due. */
import * as z from 'zod';
import { documentRequirementSchema } from '../asks/documents.ts';
import { rupiahSchema } from '../money/rupiah.ts';
import { bilingualSchema } from '../text/language.ts';

export const worksRuleSchema = z.strictObject({
  /** Who does what on the site. The day rate is the works plan's; for skilled work it may be higher, up to this. */
  roles: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
        name: bilingualSchema,
        maxDayRate: rupiahSchema,
      }),
    )
    .min(1),
  /** Years of age on each day of work, substitutes included. */
  age: z.strictObject({ min: z.int().min(0), max: z.int().max(120) }),
  /** How many days from Monday to Sunday one person may work. */
  maxDaysPerWeek: z.int().min(1).max(7),
  musterRoll: z.strictObject({
    /** Calendar days after the first payment settled. */
    afterDays: z.int().min(1),
    /** How many times a roll may be sent back. */
    maxReturns: z.int().min(0).max(10),
    documents: z.array(documentRequirementSchema).min(1),
  }),
});
export type WorksRule = z.output<typeof worksRuleSchema>;
