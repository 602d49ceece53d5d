/**
 * By what a treasury office knows which budget a paper charges: the spending unit (satker), its DIPA of the year, and in
 * the DIPA the activity (kegiatan), the output and the account (akun).
 *
 * The form in which papers give it follows the annex of PER-11/PB/2011 on the SPTJB (satker, DIPA, classification of the
 * budget), and the codes the segments of the chart of accounts (PMK 214/PMK.05/2013): satker and account have six digits.
 */
import * as z from 'zod';
import { programmeIdSchema } from '../identifiers.ts';

const textSchema = z.string().min(1).max(200);

/** A code of the budget, and what it stands for. */
function codedSchema(code: RegExp) {
  return z.strictObject({ code: z.string().regex(code), name: textSchema });
}

const budgetLineSchema = z.strictObject({
  programme: programmeIdSchema,
  activity: codedSchema(/^\d{4}$/),
  output: codedSchema(/^\d{3}$|^[A-Z]{3}$/),
  account: codedSchema(/^\d{6}$/),
});

/** A spending unit with what stands in its letterhead, and its budget of each year. */
export const spendingUnitSchema = z
  .strictObject({
    satker: codedSchema(/^\d{6}$/),
    ministry: textSchema,
    /** The unit of the ministry that it belongs to. */
    unit: textSchema,
    address: textSchema,
    /** Where its papers are signed. */
    place: textSchema,
    budgets: z.array(
      z.strictObject({
        year: z.int().min(2015).max(2100),
        dipa: z.strictObject({ number: z.string().min(1).max(60), date: z.iso.date() }),
        lines: z.array(budgetLineSchema).min(1),
      }),
    ),
    /** Whether the codes and numbers are only an example, so that no one takes them for those of a real budget. */
    illustrative: z.boolean(),
  })
  .superRefine(({ satker, budgets }, context) => {
    budgets.forEach(({ year, dipa, lines }, index) => {
      const report = (message: string, ...path: (string | number)[]) =>
        context.addIssue({ code: 'custom', path: ['budgets', index, ...path], message });
      if (budgets.findIndex((other) => other.year === year) !== index) report(`${year} is there twice`);
      if (!dipa.number.endsWith(`.${satker.code}/${year}`))
        report(`the DIPA's number must end in .${satker.code}/${year}`, 'dipa', 'number');
      lines.forEach(({ programme }, line) => {
        if (lines.findIndex((other) => other.programme === programme) !== line)
          report(`${programme} is there twice`, 'lines', line);
      });
    });
  });
export type SpendingUnit = z.output<typeof spendingUnitSchema>;

/** What a paper says of its budget. Without DIPA and line where the settings have none for the year. */
export interface BudgetIdentity extends Omit<SpendingUnit, 'budgets' | 'illustrative'> {
  dipa?: SpendingUnit['budgets'][number]['dipa'];
  line?: z.output<typeof budgetLineSchema>;
}

/**
 * The budget that pays a programme in a year. Where no unit has it in its budget of that year, the unit that has had it
 * in another, without DIPA: its papers leave the place open. Undefined where no unit has ever had it.
 */
export function budgetIdentity(
  units: readonly SpendingUnit[],
  { programme, year }: { programme: string; year: number },
): BudgetIdentity | undefined {
  const found = units
    .flatMap((unit) =>
      unit.budgets.flatMap((budget) => {
        const line = budget.lines.find((each) => each.programme === programme);
        return line === undefined ? [] : [{ unit, budget, line }];
      }),
    )
    .sort((one, other) => Number(other.budget.year === year) - Number(one.budget.year === year));
  const [best] = found;
  if (best === undefined) return undefined;
  const { budgets: _, illustrative: __, ...unit } = best.unit;
  return best.budget.year === year ? { ...unit, dipa: best.budget.dipa, line: best.line } : unit;
}

/** The line of the budget as receipts and orders name it (mata anggaran): activity, output, account. */
export function budgetCode({ activity, output, account }: NonNullable<BudgetIdentity['line']>): string {
  return `${activity.code}.${output.code}.${account.code}`;
}
