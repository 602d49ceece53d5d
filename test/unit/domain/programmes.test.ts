import { describe, expect, test } from 'vitest';
import { askKinds, kindOf } from '#domain/asks/ask-kinds.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { approvalSteps, isInForce, type RulePack, rulePackSchema } from '#domain/programme.ts';
import {
  everyRulePack,
  newestRulePack,
  newestRulePacks,
  packOf,
  rulePack,
  rulePackInForce,
  rulePacksInForce,
  UnknownRulePack,
} from '#programmes/index.ts';
import { padatKarya, tkm } from './packet/packets.ts';

/** JSON pointers to every number in a value. */
function numbersIn(value: unknown, at = ''): string[] {
  if (typeof value === 'number') return [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => numbersIn(member, `${at}/${key}`));
}

function resolve(pack: RulePack, pointer: string): unknown {
  return pointer
    .slice(1)
    .split('/')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([key]) => key === step)?.[1]
          : undefined,
      pack,
    );
}

describe.each(everyRulePack())('the rule-pack $id, version $version,', (pack) => {
  test('says of every figure where it was published, or that it is illustrative', () => {
    const known = [...pack.published.map(({ at }) => at), ...pack.illustrative];
    const covered = (pointer: string) =>
      known.filter((one) => pointer === one || pointer.startsWith(`${one}/`));
    for (const pointer of numbersIn(pack)) {
      if (['/schemaVersion', '/version'].includes(pointer)) continue;
      expect(covered(pointer), pointer).toHaveLength(1);
    }
  });

  test('points only at what is there', () => {
    for (const pointer of [...pack.published.map(({ at }) => at), ...pack.illustrative]) {
      expect(resolve(pack, pointer), pointer).toBeDefined();
    }
  });

  test('cites what it rests on, times every ask and pays a whole', () => {
    expect(pack.legalBasis.some(({ number }) => number === '168/PMK.05/2015')).toBe(true);
    const planned = askKinds.filter((kind) => kindOf(kind).timing !== undefined);
    expect(Object.keys(pack.asks).sort()).toEqual([...planned].sort());
    expect(pack.tranches.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
    expect(pack.training.sessions).toHaveLength(2);
    expect(pack.training.visits.map(({ afterDays }) => afterDays)).toEqual([30, 90, 180]);
    expect(pack.training.lpj).toHaveLength(1);
  });

  test('lets two different offices decide each award', () => {
    const roles = approvalSteps(pack, rupiah(1)).map(({ role }) => role);
    expect(roles).toEqual(['ppk', 'kpa']);
  });
});

describe('the rule-packs', () => {
  test('are found by id and version, and by the day', () => {
    expect(rulePack('tkm-2020', 2)).toBe(tkm);
    expect(() => rulePack('tkm-2020', 9)).toThrow(UnknownRulePack);
    expect(() => newestRulePack('tkm-1999')).toThrow(UnknownRulePack);
    expect(rulePackInForce('tkm-2020', '2020-08-03')).toBe(tkm);
    expect(rulePackInForce('tkm-2020', '2020-01-01')).toBeUndefined();
    expect(rulePacksInForce('2020-08-03').map(({ id }) => id)).toContain('padat-karya-2020');
    expect(rulePacksInForce('2020-08-03').map(({ id }) => id)).not.toContain('tkm-2022');
  });

  test('of a proposal are those of the version it is pinned to, though a newer one is in force', () => {
    expect(packOf({ pack: { id: 'tkm-2020', version: 1 } }).version).toBe(1);
    expect(rulePackInForce('tkm-2020', '2020-08-03')?.version).toBe(2);
    expect(packOf({})).toBe(newestRulePacks()[0]);
  });

  test('that two offices pay differ in nothing else', () => {
    const { name, payment, ...rules } = newestRulePack('tkm-2020-treasury');
    expect({ ...rules, id: tkm.id }).toEqual(
      Object.fromEntries(Object.entries(tkm).filter(([key]) => !['name', 'payment'].includes(key))),
    );
    expect(payment).toEqual({ ...tkm.payment, rail: { format: 'treasury', satker: '689912' } });
    expect(name).not.toEqual(tkm.name);
  });

  test('ask a further office above an amount', () => {
    expect(approvalSteps(padatKarya, rupiah(50_000_001)).map(({ role }) => role)).toEqual([
      'ppk',
      'kpa',
      'pa',
    ]);
    expect(approvalSteps(padatKarya, rupiah(50_000_000)).map(({ index }) => index)).toEqual([0, 1]);
  });

  test('end on their last day', () => {
    const ended = { ...tkm, inForce: { from: '2020-04-01', until: '2020-12-31' } };
    expect(isInForce(ended, '2020-12-31')).toBe(true);
    expect(isInForce(ended, '2021-01-01')).toBe(false);
  });

  test('are refused when tranches are no whole, or a quorum exceeds the group', () => {
    const half = { ...tkm, tranches: tkm.tranches.map((tranche) => ({ ...tranche, percent: 50 })) };
    expect(rulePackSchema.safeParse(half).success).toBe(false);
    const membership = { required: true, quorum: 21 };
    const crowded = { ...tkm, verification: { ...tkm.verification, membership } };
    expect(rulePackSchema.safeParse(crowded).success).toBe(false);
  });

  test.each([
    ['is missing', [{ role: 'kpa' }, { role: 'pa' }]],
    ['is asked only above an amount', [{ role: 'ppk', aboveAmount: 50_000_000 }, { role: 'kpa' }]],
  ])('are refused in words when the PPK, who accepts accounts, %s', (_how, steps) => {
    const unpayable = { ...tkm, approval: { ...tkm.approval, steps } };
    expect(rulePackSchema.safeParse(unpayable).error?.issues).toEqual([
      expect.objectContaining({
        path: ['approval', 'steps'],
        message: expect.stringContaining('the step of the PPK, who accepts the account'),
      }),
    ]);
  });
});
