import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyBankAnswer,
  type BankAnswer,
  BudgetExhausted,
  type BudgetLine,
  BudgetMismatch,
  bankServiceFor,
  budgetLineSchema,
  commitBudget,
  endToEndId,
  freeBudget,
  makeReady,
  markSent,
  openBudgetLine,
  type PaymentAttempt,
  payBudget,
  paymentAttemptSchema,
  planPayment,
  releaseBudget,
  reserveBudget,
  returnToBudget,
  unreserveBudget,
  WrongPaymentState,
} from '#domain/payment.ts';
import { type Rupiah, rupiah } from '#domain/rupiah.ts';

const now = '2020-08-03T02:00:00.000Z';

function planned(replaces?: PaymentAttempt) {
  const account = { bankCode: '002', number: '0012345678', holder: 'KEL SUMBER REJEKI' };
  const facts = {
    proposalId: 'P-0123456789',
    tranche: 1,
    amount: rupiah(40_000_000),
    account,
    debitAccount: { bankCode: '002', number: '000100', holder: 'RPL' },
    rail: 'bulk-text' as const,
    remittance: 'TKM 2020',
  };
  return planPayment(facts, now, replaces);
}
const sent = () => markSent(makeReady(planned(), now), 'R1', now);
const settled: BankAnswer = { status: 'SETTLED', bankReference: 'B1', valueDate: '2020-08-04' };
const rejected: BankAnswer = { status: 'REJECTED', reasonCode: 'AC01' };

const anyAnswer: fc.Arbitrary<BankAnswer> = fc.oneof(
  fc.constant<BankAnswer>({ status: 'ACCEPTED' }),
  fc.constantFrom('B1', 'B2').map((bankReference): BankAnswer => ({ ...settled, bankReference })),
  fc.constant(rejected),
  fc.constant<BankAnswer>({ status: 'RETURNED', reasonCode: 'AC04' }),
);

describe('a payment', () => {
  test('has an id that is the same for the same payment, short enough for every bank, and never of another', () => {
    expect(planned().endToEndId).toBe('P-0123456789-01-01');
    const some = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }));
    fc.assert(
      fc.property(some, some, (one, other) => {
        const [a, b] = [endToEndId('P-0123456789', ...one), endToEndId('P-0123456789', ...other)];
        expect(a.length).toBeLessThanOrEqual(35);
        expect(a === b).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });

  test('takes the service that carries its amount', () => {
    const services = [250_000_000, 250_000_001, 1_000_000_000, 1_000_000_001].map((amount) =>
      bankServiceFor(rupiah(amount)),
    );
    expect(services).toEqual(['BIFAST', 'SKNBI', 'SKNBI', 'RTGS']);
  });

  test('cannot skip a state', () => {
    expect(() => markSent(planned(), 'R1', now)).toThrow(WrongPaymentState);
    expect(() => makeReady(sent(), now)).toThrow(WrongPaymentState);
    expect(() => planned(sent())).toThrow(WrongPaymentState);
    expect(applyBankAnswer(planned(), settled, now).effect).toBe('contradiction');
  });

  test('that was rejected is replaced by a new attempt that points at it', () => {
    const { payment } = applyBankAnswer(sent(), rejected, now);
    expect(planned(payment)).toMatchObject({
      attempt: 2,
      endToEndId: 'P-0123456789-01-02',
      replaces: 'P-0123456789-01-01',
    });
  });

  test('hears the same answer twice without moving, and a rejection after settlement as a return', () => {
    const once = applyBankAnswer(sent(), settled, now).payment;
    expect(applyBankAnswer(once, settled, now)).toEqual({ effect: 'nothing-new', payment: once });
    expect(applyBankAnswer(once, { ...settled, bankReference: 'B2' }, now).effect).toBe('contradiction');
    expect(applyBankAnswer(once, rejected, now).payment.state).toBe('returned');
    const refused = applyBankAnswer(sent(), rejected, now).payment;
    expect(applyBankAnswer(refused, settled, now).effect).toBe('contradiction');
  });

  test('stays well-formed under any answers in any order, and never settles after it was refused', () => {
    fc.assert(
      fc.property(fc.array(anyAnswer, { maxLength: 12 }), (answers) => {
        let payment: PaymentAttempt = sent();
        let settlements = 0;
        for (const answer of answers) {
          const { effect, payment: next } = applyBankAnswer(payment, answer, now);
          expect(paymentAttemptSchema.parse(next)).toEqual(next);
          if (effect !== 'moved') expect(next).toBe(payment);
          if (effect === 'moved' && next.state === 'settled') settlements += 1;
          if (payment.state === 'rejected') expect(next.state).toBe('rejected');
          payment = next;
        }
        expect(settlements).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a budget line', () => {
  const operations = {
    commit: commitBudget,
    reserve: reserveBudget,
    unreserve: unreserveBudget,
    pay: payBudget,
    return: returnToBudget,
    release: releaseBudget,
  } satisfies Record<string, (line: BudgetLine, amount: Rupiah) => BudgetLine>;
  const anyOperation = fc.record({
    name: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
    amount: fc.integer({ min: 0, max: 120 }).map(rupiah),
  });
  const key = { programme: 'tkm-2020', year: 2020, province: '33' };

  test('never binds more than its ceiling, and loses no rupiah, whatever is tried', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.array(anyOperation, { maxLength: 40 }),
        (ceiling, steps) => {
          let line = openBudgetLine(key, rupiah(ceiling));
          for (const { name, amount } of steps) {
            const before = line;
            try {
              line = operations[name](line, amount);
            } catch (error) {
              expect(error instanceof BudgetExhausted || error instanceof BudgetMismatch).toBe(true);
              expect(line).toBe(before);
              continue;
            }
            const bound = (one: BudgetLine) => one.committed + one.reserved + one.paid;
            expect(bound(line)).toBeLessThanOrEqual(line.ceiling);
            expect(freeBudget(line)).toBe(line.ceiling - bound(line));
            const change = name === 'commit' ? amount : name === 'release' ? 0 - amount : 0;
            expect(bound(line) - bound(before)).toBe(change);
            expect(budgetLineSchema.parse(line)).toEqual(line);
          }
        },
      ),
    );
  });

  test('tells by name that it is exhausted', () => {
    const line = openBudgetLine(key, rupiah(100));
    expect(() => commitBudget(line, rupiah(101))).toThrow(BudgetExhausted);
    expect(() => reserveBudget(line, rupiah(1))).toThrow(BudgetMismatch);
  });

  test('has nothing free when its ceiling was lowered below what is bound', () => {
    const line = { ...commitBudget(openBudgetLine(key, rupiah(100)), rupiah(80)), ceiling: rupiah(50) };
    expect(freeBudget(line)).toBe(0);
  });
});
