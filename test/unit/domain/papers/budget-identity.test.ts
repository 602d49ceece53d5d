import { describe, expect, it } from 'vitest';
import { budgetCode, budgetIdentity, spendingUnitSchema } from '#domain/papers/budget-identity.ts';
import { everyRulePack } from '#programmes/index.ts';
import { spendingUnits } from '#programmes/spending-units.ts';

const [shipped] = spendingUnits;
if (shipped === undefined) throw new RangeError('no spending unit');

describe('the budget that a paper charges', () => {
  it('is known for every programme in the year in which its rules came into force', () => {
    for (const { budgetProgramme, inForce } of everyRulePack()) {
      const year = Number(inForce.from.slice(0, 4));
      const found = budgetIdentity(spendingUnits, { programme: budgetProgramme, year });
      expect(found?.line?.programme, `${budgetProgramme} ${year}`).toBe(budgetProgramme);
      expect(found?.dipa?.number).toContain(String(year));
    }
  });

  it('is never that of another year or programme', () => {
    const next = budgetIdentity(spendingUnits, { programme: 'tkm-2020', year: 2021 });
    expect(next).toMatchObject({ satker: { code: '689912' }, place: 'Jakarta' });
    expect(next?.dipa).toBeUndefined();
    expect(next?.line).toBeUndefined();
    expect(budgetIdentity(spendingUnits, { programme: 'no-such', year: 2020 })).toBeUndefined();
  });

  it('is named by activity, output and account', () => {
    const { line } = budgetIdentity(spendingUnits, { programme: 'padat-karya-2020', year: 2020 }) ?? {};
    expect(line && budgetCode(line)).toBe('2151.002.526312');
  });

  it.each([
    ['a DIPA of another satker', { dipa: { number: 'SP DIPA-026.04.1.689913/2020', date: '2019-11-12' } }],
    ['a DIPA of another year', { dipa: { number: 'SP DIPA-026.04.1.689912/2021', date: '2019-11-12' } }],
    ['a day that is none', { dipa: { number: 'SP DIPA-026.04.1.689912/2020', date: '2019-11-31' } }],
    ['no line', { lines: [] }],
  ])('is refused in the settings with %s', (_, change) => {
    const [first, ...others] = shipped.budgets;
    const budgets = [{ ...first, ...change }, ...others];
    expect(spendingUnitSchema.safeParse({ ...shipped, budgets }).success).toBe(false);
  });

  it('is refused twice in one year, and an account of five digits with it, all at once', () => {
    const [first] = shipped.budgets;
    const line = first?.lines[0];
    const twice = { ...shipped, budgets: [first, first] };
    expect(spendingUnitSchema.safeParse(twice).error?.issues.map(({ message }) => message)).toEqual([
      '2020 is there twice',
    ]);
    const short = { ...shipped, satker: { ...shipped.satker, code: '68991' } };
    const budgets = [{ ...first, lines: [{ ...line, account: { code: '52631', name: 'x' } }] }];
    const paths = spendingUnitSchema
      .safeParse({ ...short, budgets })
      .error?.issues.map(({ path }) => path.join('.'));
    expect(paths).toEqual(['satker.code', 'budgets.0.lines.0.account.code', 'budgets.0.dipa.number']);
  });
});
