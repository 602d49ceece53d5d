import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AccountShort,
  awardEntry,
  type BudgetLineId,
  budgetParts,
  cancelEntry,
  ceilingEntry,
  depositEntry,
  emptyLine,
  type LedgerEntry,
  type LineBalances,
  ledgerEntrySchema,
  type ProposalMoney,
  post,
  releaseEntries,
  reserveEntry,
  returnEntry,
  settleEntry,
  sidesOf,
  trialBalance,
  verifyLedger,
} from '#domain/money/ledger.ts';
import { NotRupiah, rupiah } from '#domain/money/rupiah.ts';

const line: BudgetLineId = { programme: 'tkm-2020', year: 2020, province: '33' };
function at(minute: number) {
  return new Date(Date.UTC(2020, 7, 3, 2, minute)).toISOString();
}
function of(proposalId: string, minute: number) {
  return { line, proposalId, at: at(minute) };
}
function payment(amount: number) {
  return {
    ...{ tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01' },
    amount: rupiah(amount),
  };
}
const ntpn = '0123456789ABCDEF';
function ceiling(to: number) {
  return ceilingEntry(line, { from: rupiah(0), to: rupiah(to), count: 1, at: at(0) });
}

/** One group, awarded 40, paid, and another that was awarded 30 and let go. */
const paidAndLetGo: LedgerEntry[] = [
  ceiling(100),
  awardEntry(of('P-A', 1), rupiah(40)),
  awardEntry(of('P-B', 1), rupiah(30)),
  reserveEntry(of('P-A', 2), { tranche: 1, amount: rupiah(40) }),
  settleEntry(of('P-A', 3), payment(40)),
  ...releaseEntries(of('P-B', 4), 'end', { committed: rupiah(30), reserved: rupiah(0) }),
];
function lineWith(balances: Partial<Record<keyof LineBalances, number>>) {
  return {
    ...line,
    ...emptyLine,
    ...(Object.fromEntries(
      Object.entries(balances).map(([part, amount]) => [part, rupiah(amount)]),
    ) as Partial<LineBalances>),
  };
}
const standing = { ceiling: 100, available: 60, paid: 40 };
/** What a proposal says of its money. */
function says(
  id: string,
  awarded: number,
  settled: Record<number, number> = {},
  deposited = 0,
): ProposalMoney {
  return {
    ...{ id, awarded: rupiah(awarded), deposited: rupiah(deposited) },
    settled: new Map(Object.entries(settled).map(([tranche, amount]) => [Number(tranche), rupiah(amount)])),
  };
}
const proposals: ProposalMoney[] = [says('P-A', 40, { 1: 40 }), says('P-B', 30)];

describe('an entry', () => {
  test('moves a whole amount from one account to another, or is refused', () => {
    const entry = awardEntry(of('P-A', 1), rupiah(40));
    expect(ledgerEntrySchema.safeParse(entry).success).toBe(true);
    for (const other of [
      { from: entry.to },
      { to: 'elsewhere' },
      { to: undefined },
      { amount: 0 },
      { amount: -40 },
      { amount: 39.5 },
    ])
      expect(ledgerEntrySchema.safeParse({ ...entry, ...other }).success).toBe(false);
  });

  test('has two equal sides: its destination is debited, its source is credited', () => {
    expect(sidesOf(awardEntry(of('P-A', 1), rupiah(40)))).toEqual([
      { account: 'committed', debit: 40, credit: 0 },
      { account: 'available', debit: 0, credit: 40 },
    ]);
  });

  test('is one for each account that released money lies in, and the first is named for the release', () => {
    const released = (committed: number, reserved: number) =>
      releaseEntries(of('P-A', 1), 'end', { committed: rupiah(committed), reserved: rupiah(reserved) }).map(
        ({ id, from, to, amount }) => [id, from, to, amount],
      );
    expect(released(30, 10)).toEqual([
      ['release:end', 'committed', 'available', 30],
      ['release:end:02', 'reserved', 'available', 10],
    ]);
    expect(released(0, 10)).toEqual([['release:end', 'reserved', 'available', 10]]);
    expect(released(0, 0)).toEqual([]);
  });

  test('takes no more from an account than lies there', () => {
    const open = post(emptyLine, ceiling(100));
    expect(() => post(open, awardEntry(of('P-A', 1), rupiah(101)))).toThrow(AccountShort);
    expect(() => post(open, settleEntry(of('P-A', 1), payment(1)))).toThrow(AccountShort);
    expect(() =>
      post(
        post(open, awardEntry(of('P-A', 1), rupiah(60))),
        ceilingEntry(line, { from: rupiah(100), to: rupiah(59), count: 2, at: at(2) }),
      ),
    ).toThrow(AccountShort);
  });

  test('never loses a rupiah, whatever is entered in whatever order', () => {
    const anyEntry = fc
      .tuple(
        fc.constantFrom('award', 'reserve', 'cancel', 'settle', 'return', 'release', 'deposit', 'ceiling'),
        fc.integer({ min: 1, max: 120 }),
      )
      .map(([step, amount]) => (line: LineBalances): LedgerEntry[] => {
        const mine = of('P-A', 1);
        switch (step) {
          case 'award':
            return [awardEntry(mine, rupiah(amount))];
          case 'reserve':
            return [reserveEntry(mine, payment(amount))];
          case 'cancel':
            return [cancelEntry(mine, payment(amount))];
          case 'settle':
            return [settleEntry(mine, payment(amount))];
          case 'return':
            return [returnEntry(mine, payment(amount))];
          case 'deposit':
            return [depositEntry(mine, { deposit: 1, amount: rupiah(amount), ntpn })];
          case 'release':
            return releaseEntries(
              mine,
              { tranche: 1 },
              { committed: rupiah(amount), reserved: rupiah(amount) },
            );
          default:
            return [
              ceilingEntry(mine.line, {
                from: line.ceiling,
                to: rupiah(amount + line.ceiling - 60),
                count: 2,
                at: at(1),
              }),
            ];
        }
      });
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 40 }), (steps) => {
        let balances = post(emptyLine, ceiling(100));
        for (const step of steps) {
          try {
            balances = step(balances).reduce(post, balances);
          } catch (error) {
            // Rupiah, and so a ceiling, are never negative.
            if (!(error instanceof AccountShort) && !(error instanceof NotRupiah)) throw error;
            continue;
          }
          expect(budgetParts.reduce((sum, part) => sum + balances[part], 0)).toBe(balances.ceiling);
          for (const part of budgetParts) expect(balances[part]).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('the trial balance', () => {
  test('has the sums of each account, as of any moment, and its sides are equal', () => {
    const sumsOf = (asOf?: string) =>
      Object.fromEntries(
        trialBalance(paidAndLetGo, asOf).map(({ account, debit, credit }) => [account, [debit, credit]]),
      );
    expect(sumsOf()).toEqual({
      appropriation: [0, 100],
      available: [130, 70],
      committed: [70, 70],
      reserved: [40, 40],
      paid: [40, 0],
    });
    expect(sumsOf(at(1))).toEqual({ appropriation: [0, 100], available: [100, 70], committed: [70, 0] });
    const rows = trialBalance(paidAndLetGo);
    expect(rows.reduce((sum, { debit, credit }) => sum + debit - credit, 0)).toBe(0);
  });
});

describe('a deposit', () => {
  const back = (amount: number, minute: number, tranche?: number) =>
    depositEntry(of('P-A', minute), {
      deposit: minute,
      amount: rupiah(amount),
      ntpn,
      ...(tranche !== undefined && { tranche }),
    });

  test('is with the treasury, so that it cannot be awarded again, and stays settled', () => {
    const entries = [...paidAndLetGo, back(15, 5, 1)];
    const line = lineWith({ ...standing, paid: 25, deposited: 15 });
    const money = [says('P-A', 40, { 1: 40 }, 15), ...proposals.slice(1)];
    expect(verifyLedger(entries, [line], money)).toEqual([]);
    expect(verifyLedger(entries, [line], proposals).map(({ what }) => what)).toEqual([
      'has deposited 0, its entries say 15',
    ]);
  });

  test('is found when it is more than was paid, even where others were paid enough', () => {
    const entries = [
      ...paidAndLetGo,
      awardEntry(of('P-C', 5), rupiah(20)),
      reserveEntry(of('P-C', 6), { tranche: 1, amount: rupiah(20) }),
      settleEntry(of('P-C', 7), payment(20)),
      back(41, 8),
    ];
    const line = lineWith({ ...standing, available: 40, paid: 19, deposited: 41 });
    const money = [says('P-A', 40, { 1: 40 }, 41), ...proposals.slice(1), says('P-C', 20, { 1: 20 })];
    expect(verifyLedger(entries, [line], money).map(({ what }) => what)).toEqual([
      expect.stringMatching(/41 was deposited of 40 settled/),
    ]);
  });

  test('keeps the ledger sound through any history of payments, returns and deposits', () => {
    const moves = fc.array(
      fc.record({
        group: fc.constantFrom('P-A', 'P-B', 'P-C'),
        move: fc.constantFrom('pay', 'return', 'deposit', 'recall'),
        part: fc.integer({ min: 1, max: 100 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(moves, (steps) => {
        const entries = [ceiling(300)];
        const lineOf = () => entries.reduce(post, emptyLine);
        const money = new Map<
          string,
          { attempts: number; paid: number; deposited: number; deposits: number }
        >();
        for (const [index, { group, move, part }] of steps.entries()) {
          const at = of(group, index + 1);
          const own = money.get(group) ?? { attempts: 0, paid: 0, deposited: 0, deposits: 0 };
          if (own.attempts === 0) entries.push(awardEntry(at, rupiah(100)), reserveEntry(at, payment(100)));
          const attempt = { ...payment(100), attempt: own.attempts || 1, endToEndId: `${group}-1` };
          money.set(group, { ...own, attempts: own.attempts || 1 });
          if (move === 'pay' && own.paid === 0) {
            entries.push(settleEntry(at, { ...attempt, attempt: own.attempts + 1 }));
            money.set(group, { ...own, attempts: own.attempts + 1, paid: 100 });
          } else if (move === 'return' && own.paid > 0 && own.deposited === 0) {
            entries.push(returnEntry(at, attempt));
            money.set(group, { ...own, paid: 0 });
          } else if (move === 'deposit' || move === 'recall') {
            const amount = Math.min(part, own.paid - own.deposited);
            if (amount < 1) continue;
            const deposit = own.deposits + 1;
            entries.push(
              depositEntry(at, {
                ...{ deposit, amount: rupiah(amount), ntpn },
                ...(move === 'recall' && { tranche: 1 }),
              }),
            );
            money.set(group, { ...own, deposits: deposit, deposited: own.deposited + amount });
          }
        }
        const balances = lineOf();
        expect(budgetParts.reduce((sum, part) => sum + balances[part], 0)).toBe(300);
        const settlements = [...money].map(([id, { paid, deposited }]) =>
          says(id, 100, paid > 0 ? { 1: paid } : {}, deposited),
        );
        expect(verifyLedger(entries, [{ ...line, ...balances }], settlements)).toEqual([]);
        expect(trialBalance(entries).reduce((sum, { debit, credit }) => sum + debit - credit, 0)).toBe(0);
        const last = entries.findLast(({ step }) => step === 'deposit');
        if (last !== undefined)
          expect(
            verifyLedger(
              entries.filter((entry) => entry !== last),
              [{ ...line, ...balances }],
              settlements,
            ),
          ).not.toEqual([]);
      }),
    );
  });
});

describe('verifying', () => {
  test('finds nothing in a sound ledger, in whatever order its entries are read', () => {
    expect(verifyLedger(paidAndLetGo, [lineWith(standing)], proposals)).toEqual([]);
    expect(verifyLedger(paidAndLetGo.toReversed(), [lineWith(standing)], proposals)).toEqual([]);
  });

  test.each<[string, Parameters<typeof verifyLedger>, RegExp]>([
    [
      'an entry that is missing',
      [paidAndLetGo.slice(0, -1), [lineWith(standing)], proposals],
      /"committed" is 0, its entries make 30/,
    ],
    [
      'an entry whose amount was altered',
      [
        paidAndLetGo.map((entry) =>
          entry.step === 'award' && entry.proposalId === 'P-B' ? { ...entry, amount: rupiah(31) } : entry,
        ),
        [lineWith(standing)],
        proposals,
      ],
      /"available" is 60, its entries make 59/,
    ],
    [
      'an entry that took from another account',
      [
        paidAndLetGo.map((entry) => (entry.step === 'settle' ? { ...entry, from: 'available' } : entry)),
        [lineWith(standing)],
        proposals,
      ],
      /"reserved" is 0, its entries make 40/,
    ],
    [
      'money that was spent before it was there',
      [[{ ...ceiling(100), at: at(59) }, ...paidAndLetGo.slice(1)], [lineWith(standing)], proposals],
      /"available" was below nothing/,
    ],
    [
      'more settled than awarded',
      [
        [
          ...paidAndLetGo,
          reserveEntry(of('P-A', 5), { tranche: 2, amount: rupiah(5) }),
          settleEntry(of('P-A', 6), { ...payment(5), tranche: 2, attempt: 1 }),
        ],
        [lineWith(standing)],
        proposals,
      ],
      /45 was settled of 40 awarded/,
    ],
    [
      'a line that says something else',
      [paidAndLetGo, [lineWith({ ...standing, paid: 39 })], proposals],
      /"paid" is 39/,
    ],
    ['entries without a line', [paidAndLetGo, [], proposals], /has entries and is no line/],
    [
      'entries of no proposal',
      [paidAndLetGo, [lineWith(standing)], proposals.slice(1)],
      /P-A.*no awarded proposal/,
    ],
    [
      'a tranche that its proposal does not know of',
      [paidAndLetGo, [lineWith(standing)], [says('P-A', 40), ...proposals.slice(1)]],
      /tranche 1 has settled 0, its entries say 40/,
    ],
    [
      'an award of another amount',
      [paidAndLetGo, [lineWith(standing)], [says('P-A', 41, { 1: 40 }), ...proposals.slice(1)]],
      /was awarded 41, its entries say 40/,
    ],
  ])('finds %s', (_, given, finding) => {
    expect(
      verifyLedger(...given)
        .map(({ where, what }) => `${where}: ${what}`)
        .join('\n'),
    ).toMatch(finding);
  });

  test('does not take it amiss that of two steps at once the one that began first was written last', () => {
    const later = [{ ...ceiling(100), at: at(3) }, ...paidAndLetGo.slice(1)];
    expect(verifyLedger(later, [lineWith(standing)], proposals)).toEqual([]);
    const never = paidAndLetGo.slice(1);
    expect(verifyLedger(never, [], proposals)[0]?.what).toMatch(/"available" is below nothing since/);
  });
});
