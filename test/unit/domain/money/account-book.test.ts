import { describe, expect, it } from 'vitest';
import {
  type BookPosting,
  type BookStatement,
  type BookStep,
  chainOf,
  endSuspense,
  isTold,
  postLine,
  type StatementDay,
  stepsOf,
  verifyBook,
} from '#domain/money/account-book.ts';

const account = '0123456789';
type Balances = [day: string, sen: number];

/** A statement by its balances and what its days changed, in sen. */
function statement(
  opening: Balances,
  closing: Balances,
  days: [day: string, net: number, entries: number][] = [],
  { at = '2020-08-10T00:00:00.000Z', format = 'camt.053' } = {},
): BookStatement {
  const of = { opening: dated(opening), closing: dated(closing) };
  const steps = stepsOf(
    of,
    new Map(days.map(([day, net, entries]): [string, StatementDay] => [day, { net, entries }])),
  );
  return { account, format, name: 'S', ...of, steps: steps ?? [], file: 'inbox/s', at };
}
function dated([day, sen]: Balances) {
  return { day, sen };
}
const monday = '2020-08-03';
const tuesday = '2020-08-04';
const wednesday = '2020-08-05';
/** Rp1.000.000,35 and what follows, by day. */
const first = statement([monday, 100_000_035], [monday, 60_000_035], [[monday, -40_000_000, 2]]);
const second = statement([monday, 60_000_035], [tuesday, 60_001_000], [[tuesday, 965, 1]]);
const third = statement([tuesday, 60_001_000], [wednesday, 20_001_000], [[wednesday, -40_000_000, 1]]);

describe('a statement', () => {
  it('is divided into the steps of its days, in their order, to the sen', () => {
    const days = new Map([
      [tuesday, { net: -300_001, entries: 3 }],
      [monday, { net: 50, entries: 1 }],
    ]);
    expect(stepsOf({ opening: dated([monday, 1]), closing: dated([tuesday, -299_950]) }, days)).toEqual([
      { day: monday, before: 1, after: 51, entries: 1, ours: 0 },
      { day: tuesday, before: 51, after: -299_950, entries: 3, ours: 0 },
    ]);
  });

  it('counts what bears a day outside of it on its first or last', () => {
    const days = new Map([
      ['2020-07-31', { net: 5, entries: 1 }],
      [monday, { net: 2, entries: 1 }],
      [wednesday, { net: 1, entries: 1 }],
    ]);
    expect(stepsOf({ opening: dated([monday, 0]), closing: dated([tuesday, 8]) }, days)).toMatchObject([
      { day: monday, after: 7, entries: 2 },
      { day: tuesday, after: 8, entries: 1 },
    ]);
  });

  it.each([
    ['none', {}],
    ['an opening only', { opening: dated([monday, 0]) }],
    ['balances without a day', { opening: { sen: 0 }, closing: { sen: 0 } }],
  ])('with %s has no steps', (_, balances) => {
    expect(stepsOf(balances, new Map([[monday, { net: 0, entries: 1 }]]))).toBeUndefined();
  });
});

describe('the statements of an account', () => {
  it.each([
    ['in their order', [first, second, third]],
    ['in another', [third, first, second]],
    ['each twice', [first, second, first, third, third, second]],
    [
      'with one that overlaps',
      [
        first,
        statement(
          [monday, 100_000_035],
          [tuesday, 60_001_000],
          [
            [monday, -40_000_000, 2],
            [tuesday, 965, 1],
          ],
        ),
        third,
      ],
    ],
    [
      'in two formats, and a day in two parts',
      [
        statement([monday, 100_000_035], [monday, 70_000_035], [[monday, -30_000_000, 1]]),
        statement([monday, 70_000_035], [monday, 60_000_035], [[monday, -10_000_000, 1]]),
        { ...first, format: 'mt940' },
        second,
        third,
      ],
    ],
    [
      'with a day on which nothing was booked',
      [first, statement([monday, 60_000_035], [tuesday, 60_000_035]), second, third],
    ],
  ])('go on from each other: %s', (_, statements) => {
    const { steps, breaks } = chainOf(statements);
    expect(breaks).toEqual([]);
    expect(steps[0]?.before).toBe(100_000_035);
    expect(steps.at(-1)?.after).toBe(20_001_000);
    expect(steps.reduce((sum, { before, after }) => sum + after - before, 0)).toBe(-79_999_035);
  });

  it('break off where one is missing, until it comes', () => {
    const gap = { account, day: wednesday, expected: 60_000_035, found: 60_001_000 };
    expect(chainOf([first, third]).breaks).toEqual([gap]);
    expect(chainOf([first, third, second]).breaks).toEqual([]);
  });

  it('break off at a day without entries that lies elsewhere, once', () => {
    const idle = statement([tuesday, 5], [tuesday, 5]);
    expect(chainOf([first, idle]).breaks).toEqual([
      { account, day: tuesday, expected: 60_000_035, found: 5 },
    ]);
  });

  it('begin where the first of them does, whatever lay there', () => {
    expect(chainOf([third])).toMatchObject({ steps: [{ before: 60_001_000 }], breaks: [] });
    expect(chainOf([])).toEqual({ steps: [], breaks: [] });
  });
});

describe('a step that was told', () => {
  const [step] = first.steps as [BookStep];
  it('is known again by itself, and by its parts', () => {
    expect(isTold(step, [{ ...step, ours: 9 }])).toBe(true);
    const half = { ...step, after: 80_000_000, entries: 1 };
    expect(isTold(step, [half, { ...half, before: half.after, after: step.after }])).toBe(true);
    expect(isTold(step, [half])).toBe(false);
    expect(isTold(step, [{ ...step, day: tuesday }])).toBe(false);
  });
});

describe('the book', () => {
  const at = '2020-08-10T00:00:00.000Z';
  const debit = { account, side: 'debit' as const, day: monday, sen: 40_000_000 };
  const into = postLine(debit, 'suspense', { id: 'B-1', item: 'B-1', at });
  const verify = (postings: BookPosting[], open: string[] = [], ours = 0) => {
    const steps = first.steps.map((step) => ({ ...step, ours }));
    const known = [{ ...first, steps }];
    return verifyBook({ account, statements: known, postings }, new Set(open)).map(({ what }) => what);
  };

  it('is sound where payments or postings have all that moved', () => {
    expect(verify([], [], -40_000_000)).toEqual([]);
    expect(verify([postLine(debit, 'charges', { id: 'own:1', at })])).toEqual([]);
    expect(verify([into], ['B-1'])).toEqual([]);
    for (const place of ['payments', 'charges', 'elsewhere'] as const)
      expect(verify([into, endSuspense(debit, place, { item: 'B-1', at })])).toEqual([]);
  });

  it('names what is nowhere, and suspense without an open question', () => {
    expect(verify([])).toEqual([
      'its statements moved -40000000 sen: payments took 0, the book has 0, and -40000000 is nowhere',
    ]);
    expect(verify([into], ['B-2'])).toEqual([
      '40000000 sen of B-1 is in suspense, and no question is open about it',
    ]);
  });

  it('has a credit the other way round', () => {
    const credit = { ...debit, side: 'credit' as const, sen: 35 };
    expect(postLine(credit, 'suspense', { id: 'B-3', item: 'B-3', at })).toMatchObject({
      ...{ from: 'suspense', to: 'bank', sen: 35 },
    });
    expect(endSuspense(credit, 'elsewhere', { item: 'B-3', at })).toMatchObject({
      ...{ id: 'B-3:end', from: 'elsewhere', to: 'suspense' },
    });
  });
});
