import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankServiceFor } from '#domain/money/bank-service.ts';
import {
  applyBankAnswer,
  type BankAnswer,
  endToEndId,
  gatherInto,
  giveBack,
  makeReady,
  markSent,
  type PaymentAttempt,
  paymentAttemptSchema,
  planPayment,
  sendBySp2d,
  WrongPaymentState,
} from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { ofProposal } from '#domain/proposal/event-facts.ts';

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
const ready = () => makeReady(planned(), '0042/SP2D', now).payment;
const gathered = () => gatherInto(ready(), 'R1', now).payment;
const sent = () => markSent(gathered(), 'treasurer', now).payment;
const bank = { now };
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
    expect(() => markSent(ready(), 'treasurer', now)).toThrow(WrongPaymentState);
    expect(() => gatherInto(planned(), 'R1', now)).toThrow(WrongPaymentState);
    expect(() => giveBack(sent(), 'held', now)).toThrow(WrongPaymentState);
    expect(() => makeReady(sent(), '0042/SP2D', now)).toThrow(WrongPaymentState);
    expect(() => planned(sent())).toThrow(WrongPaymentState);
    for (const payment of [planned(), gathered()])
      expect(applyBankAnswer(payment, settled, bank)).toEqual({
        effect: 'contradiction',
        payment,
        events: [],
      });
  });

  test('whose run is withdrawn is ready again as it was before', () => {
    expect(giveBack(gathered(), 'held', now).payment).toEqual(ready());
  });

  test('says on its record what each transition did, and by whom', () => {
    const which = { tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01' };
    const inRun = { ...which, runId: 'R1' };
    const due = { ...which, replaces: null, amount: rupiah(40_000_000), sp2d: '0042/SP2D' };
    const system = { kind: 'system' };
    const events = [
      makeReady(planned(), '0042/SP2D', now),
      gatherInto(ready(), 'R1', now),
      giveBack(gathered(), 'not-released', now),
      markSent(gathered(), 'treasurer', now),
    ].flatMap((decided) => decided.events);
    expect(events).toEqual([
      { at: now, actor: system, action: 'payment.ready', facts: due },
      { at: now, actor: system, action: 'payment.gathered', facts: inRun },
      { at: now, actor: system, action: 'payment.withdrawn', facts: { ...inRun, why: 'not-released' } },
      { at: now, actor: { kind: 'person', id: 'treasurer' }, action: 'payment.sent', facts: inRun },
    ]);
  });

  test('that the SP2D itself sends is sent by no run, and only where the treasury is its rail', () => {
    const sp2d = { number: '0042/SP2D', date: '2020-08-03' };
    const byTreasury = { ...planned(), rail: { format: 'treasury', satker: '412345' } as const };
    expect(sendBySp2d(byTreasury, sp2d, now)).toMatchObject({
      payment: { state: 'sent', sp2d, sentAt: now },
      events: [{ action: 'payment.sent', facts: { endToEndId: 'P-0123456789-01-01', sp2d: '0042/SP2D' } }],
    });
    expect(() => sendBySp2d(planned(), sp2d, now)).toThrow(WrongPaymentState);
    expect(() => makeReady(byTreasury, sp2d.number, now)).toThrow(WrongPaymentState);
  });

  test('says on its record which answer of the bank moved it, under which reference, and nothing of one that did not', () => {
    const nameless: BankAnswer = { ...settled, bankReference: '' };
    const back: BankAnswer = {
      ...{ status: 'RETURNED', reasonCode: 'AM05' },
      by: { bankReference: 'B3', valueDate: '2020-08-06' },
    };
    const answers: [BankAnswer, string | null, string | null][] = [
      [{ status: 'ACCEPTED' }, 'payment.accepted', null],
      [{ status: 'ACCEPTED' }, null, null],
      [nameless, 'payment.settled', null],
      [{ ...nameless, bookedOn: '2020-08-04' }, 'payment.booked', null],
      [settled, 'payment.reference', null],
      [settled, null, null],
      [{ ...settled, bankReference: 'B2' }, 'payment.paid-again', null],
      [back, 'payment.second-came-back', null],
      [{ ...back, by: { bankReference: 'B4', valueDate: '2020-08-07' } }, 'payment.returned', 'AM05'],
    ];
    const by = { kind: 'person', id: 'admin' } as const;
    let payment: PaymentAttempt = sent();
    for (const [answer, action, reason] of answers) {
      const { payment: next, events } = applyBankAnswer(payment, answer, { now, by, reference: 'B9' });
      const facts = { tranche: 1, attempt: 1, endToEndId: payment.endToEndId, reason, bankReference: 'B9' };
      expect(events).toEqual(action === null ? [] : [{ at: now, actor: by, action, facts }]);
      payment = next;
    }
    expect(applyBankAnswer(sent(), rejected, bank).events).toMatchObject([
      {
        actor: { kind: 'bank' },
        action: 'payment.rejected',
        facts: { reason: 'AC01', bankReference: null },
      },
    ]);
  });

  test('that was rejected is replaced by a new attempt that points at it', () => {
    const { payment } = applyBankAnswer(sent(), rejected, bank);
    expect(planned(payment)).toMatchObject({
      attempt: 2,
      endToEndId: 'P-0123456789-01-02',
      replaces: 'P-0123456789-01-01',
    });
  });

  test('takes the same answer twice without moving, and a rejection after settlement as a return', () => {
    const once = applyBankAnswer(sent(), settled, bank).payment;
    expect(applyBankAnswer(once, settled, bank)).toEqual({
      effect: 'nothing-new',
      payment: once,
      events: [],
    });
    expect(applyBankAnswer(once, rejected, bank).payment.state).toBe('returned');
    const refused = applyBankAnswer(sent(), rejected, bank).payment;
    expect(applyBankAnswer(refused, settled, bank).effect).toBe('contradiction');
  });

  test('that came back ends the same, whether its settlement was reported before or after', () => {
    const returned = { status: 'RETURNED', reasonCode: 'AC04' } as const;
    const late = applyBankAnswer(applyBankAnswer(sent(), returned, bank).payment, settled, bank).payment;
    const usual = applyBankAnswer(applyBankAnswer(sent(), settled, bank).payment, returned, bank).payment;
    expect(late).toEqual(usual);
    expect(late).toMatchObject({ state: 'returned', bankReference: 'B1', reasonCode: 'AC04' });
  });

  test('takes a reference that is reported later, and knows it again where it was cut off at 16 characters', () => {
    const long = { ...settled, bankReference: '20201005-ABCDEFGH-0001' };
    const nameless = applyBankAnswer(sent(), { ...settled, bankReference: '' }, bank).payment;
    const named = applyBankAnswer(nameless, long, bank);
    expect(named).toMatchObject({ effect: 'moved', payment: { bankReference: long.bankReference } });
    const cut = { ...settled, bankReference: long.bankReference.slice(0, 16) };
    expect(applyBankAnswer(named.payment, cut, bank).effect).toBe('nothing-new');
    const other = { ...settled, bankReference: long.bankReference.slice(0, 12) };
    expect(applyBankAnswer(named.payment, other, bank).effect).toBe('paid-again');
  });

  test('that the bank paid twice notes it once, and stays settled when one of both comes back', () => {
    const again: BankAnswer = { ...settled, bankReference: 'B2' };
    const back = (bankReference: string): BankAnswer => ({
      ...{ status: 'RETURNED', reasonCode: 'AM05' },
      by: { bankReference, valueDate: '2020-08-06' },
    });
    const once = applyBankAnswer(sent(), settled, bank).payment;
    const twice = applyBankAnswer(once, again, bank);
    expect(twice).toMatchObject({
      effect: 'paid-again',
      payment: { state: 'settled', bankReference: 'B1', paidAgain: [{ bankReference: 'B2' }] },
    });
    expect(applyBankAnswer(twice.payment, again, bank)).toEqual({
      effect: 'paid-again',
      payment: twice.payment,
      events: [],
    });
    expect(applyBankAnswer(twice.payment, rejected, bank).effect).toBe('contradiction');
    const good = applyBankAnswer(twice.payment, back('B3'), bank);
    expect(good).toMatchObject({
      effect: 'moved',
      payment: { state: 'settled', paidAgain: [{ cameBack: { bankReference: 'B3' } }] },
    });
    expect(applyBankAnswer(good.payment, back('B3'), bank).effect).toBe('nothing-new');
    expect(applyBankAnswer(good.payment, back('B4'), bank).payment.state).toBe('returned');
  });

  test('that came back before its second transfer was reported has that one come back, too', () => {
    const back = (bankReference: string): BankAnswer => ({
      ...{ status: 'RETURNED', reasonCode: 'AM05' },
      by: { bankReference, valueDate: '2020-08-06' },
    });
    const answers = [settled, back('B3'), { ...settled, bankReference: 'B2' }, back('B3'), back('B4')];
    const payments = answers.map(
      (
        (payment: PaymentAttempt) => (answer: BankAnswer) =>
          (payment = applyBankAnswer(payment, answer, bank).payment)
      )(sent()),
    );
    expect(payments[3]).toMatchObject({ state: 'returned', paidAgain: [{ bankReference: 'B2' }] });
    expect(payments[3]).not.toMatchObject({ paidAgain: [{ cameBack: {} }] });
    expect(payments[4]).toMatchObject({
      state: 'returned',
      paidAgain: [{ cameBack: { bankReference: 'B4' } }],
    });
  });

  test('that statements book without a reference was paid again where the days differ, and only reported again where not', () => {
    const nameless: BankAnswer = { ...settled, bankReference: '' };
    const booked = (day: string): BankAnswer => ({ ...nameless, valueDate: day, bookedOn: day });
    for (const first of [settled, nameless, booked('2020-08-04')]) {
      const once = applyBankAnswer(applyBankAnswer(sent(), first, bank).payment, booked('2020-08-04'), bank);
      expect(once.payment).toMatchObject({ state: 'settled', bookedOn: '2020-08-04' });
      expect(applyBankAnswer(once.payment, booked('2020-08-04'), bank).effect).toBe('nothing-new');
      expect(applyBankAnswer(once.payment, nameless, bank).effect).toBe('nothing-new');
      const twice = applyBankAnswer(once.payment, booked('2020-08-05'), bank);
      expect(twice).toMatchObject({
        effect: 'paid-again',
        payment: { paidAgain: [{ valueDate: '2020-08-05' }] },
      });
      expect(applyBankAnswer(twice.payment, booked('2020-08-05'), bank).payment).toBe(twice.payment);
      expect(applyBankAnswer(twice.payment, booked('2020-08-04'), bank).effect).toBe('nothing-new');
    }
  });

  test('that a person heard to be settled is the one in the bank’s file, whatever reference was heard', () => {
    const heard = applyBankAnswer(sent(), { ...settled, bankReference: 'per telepon', heard: true }, bank);
    const reported = applyBankAnswer(heard.payment, settled, bank);
    expect(reported).toMatchObject({ effect: 'moved', payment: { state: 'settled', bankReference: 'B1' } });
    expect(reported.payment).not.toHaveProperty('heard');
    expect(reported.payment).not.toHaveProperty('paidAgain');
    expect(applyBankAnswer(reported.payment, { ...settled, bankReference: 'B2' }, bank).effect).toBe(
      'paid-again',
    );
  });

  test('that one statement books again was paid again, also where the bank names no reference', () => {
    const nameless: BankAnswer = { ...settled, bankReference: '' };
    const once = applyBankAnswer(sent(), nameless, bank).payment;
    expect(applyBankAnswer(once, nameless, bank).effect).toBe('nothing-new');
    const twice = applyBankAnswer(once, { ...nameless, again: 2 }, bank).payment;
    const thrice = applyBankAnswer(twice, { ...nameless, again: 3 }, bank).payment;
    expect(thrice).toMatchObject({ paidAgain: [{}, {}] });
    for (const again of [2, 3])
      expect(applyBankAnswer(thrice, { ...nameless, again }, bank).payment).toBe(thrice);
  });

  test('stays well-formed under any answers in any order, and never settles after it was refused', () => {
    fc.assert(
      fc.property(fc.array(anyAnswer, { maxLength: 12 }), (answers) => {
        let payment: PaymentAttempt = sent();
        let settlements = 0;
        for (const answer of answers) {
          const { effect, payment: next, events } = applyBankAnswer(payment, answer, bank);
          expect(events).toHaveLength(next === payment ? 0 : 1);
          for (const { action, facts } of events) ofProposal[action].parse(facts);
          expect(paymentAttemptSchema.parse(next)).toEqual(next);
          if (effect !== 'moved' && effect !== 'paid-again') expect(next).toBe(payment);
          if (payment.state !== 'settled' && next.state === 'settled') settlements += 1;
          if (payment.state === 'rejected')
            expect(next.state).toBe(next.state === 'returned' && payment.cameBack ? 'returned' : 'rejected');
          payment = next;
        }
        expect(settlements).toBeLessThanOrEqual(1);
      }),
    );
  });
});
