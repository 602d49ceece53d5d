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
  releaseEntry,
  reserveEntry,
  returnEntry,
  settleEntry,
  trialBalance,
  verifyLedger,
} from '#domain/money/ledger.ts';
import { rupiah } from '#domain/money/rupiah.ts';

const line: BudgetLineId = { programme: 'tkm-2020', year: 2020, province: '33' };
const at = (minute: number) => new Date(Date.UTC(2020, 7, 3, 2, minute)).toISOString();
const of = (proposalId: string, minute: number) => ({ line, proposalId, at: at(minute) });
const payment = (amount: number) => ({ tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01', amount });
const ntpn = '0123456789ABCDEF';
const ceiling = (to: number) => ceilingEntry(line, { from: 0, to, count: 1, at: at(0) });

/** One group, awarded 40, paid, and another that was awarded 30 and let go. */
const paidAndLetGo: LedgerEntry[] = [
  ceiling(100),
  awardEntry(of('P-A', 1), 40),
  awardEntry(of('P-B', 1), 30),
  reserveEntry(of('P-A', 2), { tranche: 1, amount: 40 }),
  settleEntry(of('P-A', 3), payment(40)),
  releaseEntry(of('P-B', 4), 'end', { committed: 30, reserved: 0 }),
];
const standing = { ...line, ceiling: 100, available: 60, committed: 0, reserved: 0, paid: 40, deposited: 0 };
const proposals: ProposalMoney[] = [
  { id: 'P-A', awarded: 40, settled: new Map([[1, 40]]), deposited: 0 },
  { id: 'P-B', awarded: 30, settled: new Map(), deposited: 0 },
];

describe('an entry', () => {
  test('is refused when its sides differ, or when it has an amount on both', () => {
    const entry = awardEntry(of('P-A', 1), 40);
    expect(ledgerEntrySchema.safeParse(entry).success).toBe(true);
    const [debit, credit] = entry.postings;
    for (const postings of [[debit, { ...credit, credit: 39 }], [debit, { ...credit, debit: 40 }], [debit]])
      expect(ledgerEntrySchema.safeParse({ ...entry, postings }).success).toBe(false);
  });

  test('takes no more from an account than lies there', () => {
    const open = post(emptyLine, ceiling(100));
    expect(() => post(open, awardEntry(of('P-A', 1), 101))).toThrow(AccountShort);
    expect(() => post(open, settleEntry(of('P-A', 1), payment(1)))).toThrow(AccountShort);
    expect(() =>
      post(
        post(open, awardEntry(of('P-A', 1), 60)),
        ceilingEntry(line, { from: 100, to: 59, count: 2, at: at(2) }),
      ),
    ).toThrow(AccountShort);
  });

  test('never loses a rupiah, whatever is entered in whatever order', () => {
    const anyEntry = fc
      .tuple(
        fc.constantFrom('award', 'reserve', 'cancel', 'settle', 'return', 'release', 'deposit', 'ceiling'),
        fc.integer({ min: 1, max: 120 }),
      )
      .map(([step, amount]) => (line: LineBalances): LedgerEntry => {
        const mine = of('P-A', 1);
        switch (step) {
          case 'award':
            return awardEntry(mine, amount);
          case 'reserve':
            return reserveEntry(mine, { tranche: 1, amount });
          case 'cancel':
            return cancelEntry(mine, { tranche: 1, amount });
          case 'settle':
            return settleEntry(mine, payment(amount));
          case 'return':
            return returnEntry(mine, payment(amount));
          case 'deposit':
            return depositEntry(mine, { deposit: 1, amount, ntpn });
          case 'release':
            return releaseEntry(mine, { tranche: 1 }, { committed: amount, reserved: amount });
          default:
            return ceilingEntry(mine.line, {
              from: line.ceiling,
              to: amount + line.ceiling - 60,
              count: 2,
              at: at(1),
            });
        }
      });
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 40 }), (steps) => {
        let balances = post(emptyLine, ceiling(100));
        for (const step of steps) {
          try {
            balances = post(balances, step(balances));
          } catch (error) {
            // A ceiling that stays as it is is no entry, and rupiah are never negative.
            if (!(error instanceof AccountShort) && !(error instanceof Error && error.name === 'ZodError'))
              throw error;
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
      amount,
      ntpn,
      ...(tranche !== undefined && { tranche }),
    });

  test('is with the treasury, so that it cannot be awarded again, and stays settled', () => {
    const entries = [...paidAndLetGo, back(15, 5, 1)];
    const line = { ...standing, paid: 25, deposited: 15 };
    const money = [{ ...proposals[0], deposited: 15 } as ProposalMoney, ...proposals.slice(1)];
    expect(verifyLedger(entries, [line], money)).toEqual([]);
    expect(verifyLedger(entries, [line], proposals).map(({ what }) => what)).toEqual([
      'has deposited 0, its entries say 15',
    ]);
  });

  test('is found when it is more than was paid, even where others were paid enough', () => {
    const entries = [
      ...paidAndLetGo,
      awardEntry(of('P-C', 5), 20),
      reserveEntry(of('P-C', 6), { tranche: 1, amount: 20 }),
      settleEntry(of('P-C', 7), payment(20)),
      back(41, 8),
    ];
    const line = { ...standing, available: 40, paid: 19, deposited: 41 };
    const money = [
      { ...proposals[0], deposited: 41 } as ProposalMoney,
      ...proposals.slice(1),
      { id: 'P-C', awarded: 20, settled: new Map([[1, 20]]), deposited: 0 },
    ];
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
          if (own.attempts === 0)
            entries.push(awardEntry(at, 100), reserveEntry(at, { tranche: 1, amount: 100 }));
          const attempt = { tranche: 1, attempt: own.attempts || 1, endToEndId: `${group}-1`, amount: 100 };
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
              depositEntry(at, { deposit, amount, ntpn, ...(move === 'recall' && { tranche: 1 }) }),
            );
            money.set(group, { ...own, deposits: deposit, deposited: own.deposited + amount });
          }
        }
        const balances = lineOf();
        expect(budgetParts.reduce((sum, part) => sum + balances[part], 0)).toBe(300);
        const said = [...money].map(([id, { paid, deposited }]) => ({
          ...{ id, awarded: 100, deposited },
          settled: new Map(paid > 0 ? [[1, paid]] : []),
        }));
        expect(verifyLedger(entries, [{ ...line, ...balances }], said)).toEqual([]);
        expect(trialBalance(entries).reduce((sum, { debit, credit }) => sum + debit - credit, 0)).toBe(0);
        const last = entries.findLast(({ step }) => step === 'deposit');
        if (last !== undefined)
          expect(
            verifyLedger(
              entries.filter((entry) => entry !== last),
              [{ ...line, ...balances }],
              said,
            ),
          ).not.toEqual([]);
      }),
    );
  });
});

describe('verifying', () => {
  test('finds nothing in a sound ledger, in whatever order its entries are read', () => {
    expect(verifyLedger(paidAndLetGo, [standing], proposals)).toEqual([]);
    expect(verifyLedger(paidAndLetGo.toReversed(), [standing], proposals)).toEqual([]);
  });

  test.each<[string, Parameters<typeof verifyLedger>, RegExp]>([
    [
      'an entry that is missing',
      [paidAndLetGo.slice(0, -1), [standing], proposals],
      /"committed" is 0, its entries make 30/,
    ],
    [
      'an entry whose sides differ',
      [
        [
          ...paidAndLetGo,
          {
            ...awardEntry(of('P-C', 5), 1),
            postings: [{ account: 'paid', debit: rupiah(1), credit: rupiah(0) }],
          },
        ],
        [{ ...standing, paid: 41 }],
        proposals,
      ],
      /debits and credits differ/,
    ],
    [
      'money that was spent before it was there',
      [
        [ceilingEntry(line, { from: 0, to: 100, count: 1, at: at(59) }), ...paidAndLetGo.slice(1)],
        [standing],
        proposals,
      ],
      /"available" was below nothing/,
    ],
    [
      'more settled than awarded',
      [
        [
          ...paidAndLetGo,
          reserveEntry(of('P-A', 5), { tranche: 2, amount: 0 }),
          settleEntry(of('P-A', 6), { ...payment(5), tranche: 2, attempt: 1 }),
        ],
        [standing],
        proposals,
      ],
      /45 was settled of 40 awarded/,
    ],
    [
      'a line that says something else',
      [paidAndLetGo, [{ ...standing, paid: 39 }], proposals],
      /"paid" is 39/,
    ],
    ['entries without a line', [paidAndLetGo, [], proposals], /has entries and is no line/],
    ['entries of no proposal', [paidAndLetGo, [standing], proposals.slice(1)], /P-A.*no awarded proposal/],
    [
      'a tranche that its proposal does not know of',
      [
        paidAndLetGo,
        [standing],
        [{ id: 'P-A', awarded: 40, settled: new Map(), deposited: 0 }, ...proposals.slice(1)],
      ],
      /tranche 1 has settled 0, its entries say 40/,
    ],
    [
      'an award of another amount',
      [
        paidAndLetGo,
        [standing],
        [{ id: 'P-A', awarded: 41, settled: new Map([[1, 40]]), deposited: 0 }, ...proposals.slice(1)],
      ],
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
    const later = [ceilingEntry(line, { from: 0, to: 100, count: 1, at: at(3) }), ...paidAndLetGo.slice(1)];
    expect(verifyLedger(later, [standing], proposals)).toEqual([]);
    const never = paidAndLetGo.slice(1);
    expect(verifyLedger(never, [], proposals)[0]?.what).toMatch(/"available" is below nothing since/);
  });
});
