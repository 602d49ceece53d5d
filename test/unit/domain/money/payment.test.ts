import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankServiceFor } from '#domain/money/bank-service.ts';
import type { ToldBooking } from '#domain/money/booking.ts';
import {
  type AnswerEffect,
  applyBookings,
  applyReport,
  type BankReport,
  believeRefusal,
  confirmSuspense,
  endToEndId,
  gatherInto,
  giveBack,
  holdOf,
  makeReady,
  markSent,
  mayBeOut,
  type PaymentAttempt,
  paymentAttemptSchema,
  planPayment,
  sendBySp2d,
  supersede,
  timesBooked,
  WrongPaymentState,
  withoutQuestions,
  withQuestions,
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
    payee: { group: 'Sumber Rejeki' },
    debitAccount: { bankCode: '002', number: '000100', holder: 'RPL' },
    rail: 'bulk-text' as const,
    remittance: 'TKM 2020',
  };
  return planPayment(facts, now, replaces);
}
function ready() {
  return makeReady(planned(), '0042/SP2D', now).payment;
}
function gathered() {
  return gatherInto(ready(), 'R1', now).payment;
}
function sent() {
  return markSent(gathered(), 'treasurer', now).payment;
}
const bank = { now };
const done: BankReport = { status: 'DONE', bankReference: 'R1', valueDate: '2020-08-04' };
const rejected: BankReport = { status: 'REJECTED', reasonCode: 'AC01' };

/** A booking of the whole amount as a statement tells it; its item follows from what is said. */
function told(side: ToldBooking['side'], change: Partial<ToldBooking> = {}): ToldBooking {
  const line = {
    ...{ side, isReturn: true, reversal: false, amount: rupiah(40_000_000), channel: 'camt.053' },
    ...{ reference: 'B1', day: '2020-08-04', ordinal: 1, reasonCode: 'AC04', ...change },
  };
  const { amount, channel, reference, day, ordinal } = line;
  return { item: ['I', side, amount, channel, reference, day, ordinal].join(' '), ...line };
}

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
      expect(applyReport(payment, done, bank)).toEqual({
        ...{ effect: 'contradiction', payment, events: [], questions: [], answered: [] },
      });
  });

  test('whose run is withdrawn is ready again as it was before', () => {
    expect(giveBack(gathered(), 'held', now).payment).toEqual(ready());
  });

  test('says on its record what each transition did, and by whom', () => {
    const which = { tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01' };
    const inRun = { ...which, runId: 'R1' };
    const ordered = { ...which, replaces: null, amount: rupiah(40_000_000), sp2d: '0042/SP2D' };
    const system = { kind: 'system' };
    const events = [
      makeReady(planned(), '0042/SP2D', now),
      gatherInto(ready(), 'R1', now),
      giveBack(gathered(), 'not-released', now),
      markSent(gathered(), 'treasurer', now),
    ].flatMap((decided) => decided.events);
    expect(events).toEqual([
      { at: now, actor: system, action: 'payment.ready', facts: ordered },
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

  test('says on its record which word of the bank moved it, under which reference, and nothing of one that did not', () => {
    const by = { kind: 'person', id: 'admin' } as const;
    const facts = { tranche: 1, attempt: 1, endToEndId: 'P-0123456789-01-01', bankReference: 'B9' };
    const source = { now, by, reference: 'B9' };
    const steps: [BankReport, string | null][] = [
      [{ status: 'ACCEPTED' }, 'payment.accepted'],
      [{ status: 'ACCEPTED' }, null],
      [done, 'payment.done'],
      [done, null],
    ];
    let payment: PaymentAttempt = sent();
    for (const [report, action] of steps) {
      const next = applyReport(payment, report, source);
      expect(next.events).toEqual(
        action === null ? [] : [{ at: now, actor: by, action, facts: { ...facts, reason: null } }],
      );
      payment = next.payment;
    }
    expect(applyReport(sent(), rejected, bank).events).toMatchObject([
      { actor: { kind: 'bank' }, action: 'payment.rejected', facts: { reason: 'AC01', bankReference: null } },
    ]);
  });

  test('that was rejected is replaced by a new attempt that points at it', () => {
    const { payment } = applyReport(sent(), rejected, bank);
    expect(planned(payment)).toMatchObject({
      attempt: 2,
      endToEndId: 'P-0123456789-01-02',
      replaces: 'P-0123456789-01-01',
    });
  });

  test('stays well-formed under any words in any order, and is settled as often as its bookings say', () => {
    const anyLine = fc
      .record({
        side: fc.constantFrom('debit' as const, 'credit' as const),
        isReturn: fc.boolean(),
        amount: fc.constantFrom(40_000_000, 40_000_000, 4_000_000),
        channel: fc.constantFrom('camt.053', 'mt940'),
        reference: fc.constantFrom('', 'B1', 'B2', 'B3'),
        day: fc.constantFrom('2020-08-04', '2020-08-05'),
        reversal: fc.boolean(),
      })
      .map(({ amount, ...line }) => told(line.side, { ...line, amount: rupiah(amount) }));
    const anyReport = fc.constantFrom<BankReport[]>(
      ...([{ status: 'ACCEPTED' }, done, rejected, { status: 'REJECTED', reasonCode: 'AM05' }] as const),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(anyLine, anyReport), { maxLength: 12 }), (words) => {
        let payment: PaymentAttempt = sent();
        for (const word of words) {
          const before = payment;
          const next: AnswerEffect =
            'status' in word ? applyReport(payment, word, bank) : applyBookings(payment, [word], bank);
          payment = next.payment;
          expect(next.events).toHaveLength(payment === before ? 0 : 1);
          for (const { action, facts } of next.events) ofProposal[action].parse(facts);
          expect(paymentAttemptSchema.parse(payment)).toEqual(payment);
          // What is settled is one ordered debit out, and nothing else is; a report alone settles nothing.
          const out = timesBooked(payment, 'payment') - timesBooked(payment, 'return');
          expect(out === 1).toBe(payment.state === 'settled');
          expect(out).toBeLessThanOrEqual(1);
          // The same again says nothing new, and asks at most what it asked before.
          if (!('status' in word)) {
            const again = applyBookings(payment, [word], bank);
            expect(again.payment).toBe(payment);
          }
        }
      }),
    );
  });
});

describe('what is reported', () => {
  test('as done is no settlement, unless the paying office has declared that it counts, or a person heard it', () => {
    const reported = applyReport(sent(), done, bank).payment;
    expect(reported).toMatchObject({ state: 'accepted', done: { bankReference: 'R1' } });
    expect(applyBookings(reported, [told('debit')], bank).payment).toMatchObject({
      state: 'settled',
      bankReference: 'B1',
    });
    const counting = { ...sent(), settledBy: 'report' as const };
    for (const [payment, report, claimedBy] of [
      [counting, done, 'report'],
      [sent(), { ...done, heard: true as const }, 'person'],
    ] as const) {
      const claimed = applyReport(payment, report, bank).payment;
      expect(claimed).toMatchObject({ state: 'settled', claimedBy, bankReference: 'R1' });
      const booked = applyBookings(claimed, [told('debit')], bank);
      // The statement reconciles it: it is the same transfer, whatever reference was reported.
      expect(booked).toMatchObject({ effect: 'moved', questions: [] });
      expect(booked.payment).toMatchObject({ state: 'settled', bookings: [{ role: 'payment' }] });
      expect(booked.payment).not.toHaveProperty('claimedBy');
    }
  });

  // ISO 20022 external status reasons that are about a copy of the instruction.
  test.each(['AM05', 'DUPL', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05', 'AB12'])(
    'as refused because the copy came again (%s) says nothing of the first, wherever that stands',
    (reasonCode) => {
      const settledOne = applyBookings(sent(), [told('debit')], bank).payment;
      for (const payment of [
        sent(),
        applyReport(sent(), { status: 'ACCEPTED' }, bank).payment,
        applyReport(sent(), done, bank).payment,
        settledOne,
        applyReport({ ...sent(), settledBy: 'report' }, done, bank).payment,
        applyBookings(settledOne, [told('credit', { reference: 'C1' })], bank).payment,
      ])
        expect(applyReport(payment, { status: 'REJECTED', reasonCode }, bank)).toEqual({
          ...{ effect: 'nothing-new', payment, events: [], questions: [], answered: [] },
        });
    },
  );

  test('as refused after it was booked, or after it was said to be done, is a contradiction and returns nothing', () => {
    for (const payment of [
      applyBookings(sent(), [told('debit')], bank).payment,
      applyReport(sent(), done, bank).payment,
      applyReport({ ...sent(), settledBy: 'report' }, done, bank).payment,
    ])
      expect(applyReport(payment, rejected, bank)).toMatchObject({ effect: 'contradiction', payment });
  });

  test('as returned returns nothing: only a booked credit is money', () => {
    const settledOne = applyBookings(sent(), [told('debit')], bank).payment;
    for (const payment of [sent(), settledOne])
      expect(applyReport(payment, { status: 'RETURNED' }, bank)).toMatchObject({
        ...{ effect: 'contradiction', payment },
      });
  });

  test('as refused after all is believed on a person’s word, as long as nothing is booked', () => {
    const reported = applyReport(sent(), done, bank).payment;
    expect(believeRefusal(reported, { reasonCode: 'AC01' }, bank)?.payment).toMatchObject({
      state: 'rejected',
    });
    const claimed = applyReport({ ...sent(), settledBy: 'report' }, done, bank).payment;
    expect(believeRefusal(claimed, { reasonCode: 'AC01' }, bank)?.payment).toMatchObject({
      state: 'returned',
    });
    const settledOne = applyBookings(sent(), [told('debit')], bank).payment;
    expect(believeRefusal(settledOne, { reasonCode: 'AC01' }, bank)).toBeUndefined();
  });
});

describe('what is booked', () => {
  /** Applies files one after the other; each is the lines of one. */
  const taking = (files: ToldBooking[][], from: PaymentAttempt = sent()) =>
    files.reduce((payment, lines) => applyBookings(payment, lines, bank).payment, from);
  const questionsOf = (files: ToldBooking[][], from: PaymentAttempt = sent()) =>
    files.map((lines, index) =>
      applyBookings(taking(files.slice(0, index), from), lines, bank).questions.map(({ why }) => why),
    );
  const debit = (change: Partial<ToldBooking> = {}) => told('debit', change);
  const credit = (change: Partial<ToldBooking> = {}) => told('credit', { reference: 'C1', ...change });

  // Finding 2: one transfer under several references and days, and its true return.
  test.each<[string, ToldBooking[][]]>([
    [
      'statement and notification under two references',
      [[debit({ channel: 'camt.054', reference: 'N7' })], [debit()]],
    ],
    [
      'notification and MT940 on two days',
      [[debit({ channel: 'camt.054', day: '2020-08-03' })], [debit({ channel: 'mt940' })]],
    ],
    [
      'three channels',
      [
        [debit({ channel: 'camt.054', reference: 'N7' })],
        [debit()],
        [debit({ channel: 'mt940', reference: '' })],
      ],
    ],
    ['one channel without a reference, then with one', [[debit({ reference: '' })], [debit()]]],
    [
      'a reference that MT940 cuts off',
      [[debit({ reference: '20201005-ABCDEFGH-0001' })], [debit({ reference: '20201005-ABCDEFG' })]],
    ],
    ['the same file again', [[debit()], [debit()], [debit()]]],
  ])('once is one transfer, told by %s; and its return is its return', (_, files) => {
    const out = taking(files);
    expect(out).toMatchObject({ state: 'settled', bookings: [{ role: 'payment' }] });
    expect(out.bookings).toHaveLength(1);
    expect(questionsOf(files).flat()).toEqual([]);
    expect(taking([[credit()]], out)).toMatchObject({ state: 'returned' });
    const back = taking([[credit()], [credit({ channel: 'mt940', reference: 'M9' })]], out);
    expect(back.bookings).toHaveLength(2);
  });

  test('twice in one file is two transfers, whatever the references; the second is in suspense until it is back', () => {
    for (const second of [debit({ reference: 'B2' }), debit({ ordinal: 2 })]) {
      const lines = [debit(), second];
      const { payment, questions } = applyBookings(sent(), lines, bank);
      expect(payment).toMatchObject({
        state: 'settled',
        bookings: [{ role: 'payment' }, { role: 'surplus', item: second.item }],
      });
      expect(questions).toEqual([{ item: second.item, why: 'twice' }]);
      // Another channel tells both, too.
      const elsewhere = lines.map((line, index) => ({
        ...line,
        channel: 'mt940',
        reference: `M${index}`,
        ordinal: 1,
      }));
      expect(applyBookings(payment, elsewhere, bank).payment.bookings).toHaveLength(2);
      const back = applyBookings(payment, [credit()], bank);
      expect(back).toMatchObject({ answered: [second.item], questions: [] });
      expect(back.payment).toMatchObject({ state: 'settled', bookings: [{}, { ended: 'undone' }, {}] });
      expect(taking([[credit({ reference: 'C2' })]], back.payment).state).toBe('settled');
      expect(taking([[credit(), credit({ reference: 'C2' })]], payment).state).toBe('returned');
    }
  });

  test('again by the same channel in other words, in a later file, is neither a second nor the same: it is asked', () => {
    for (const other of [debit({ reference: 'B2' }), debit({ reference: '', day: '2020-08-06' })]) {
      const first = other.reference === '' ? debit({ reference: '' }) : debit();
      const { payment, questions } = applyBookings(taking([[first]]), [other], bank);
      expect(questions).toEqual([{ item: other.item, why: 'doubt' }]);
      expect(payment.bookings).toHaveLength(1);
      // A person finds that it is one more.
      const sure = applyBookings(payment, [{ ...other, certain: true }], bank);
      expect(sure.payment).toMatchObject({ bookings: [{}, { role: 'surplus' }] });
      expect(sure.questions).toMatchObject([{ why: 'twice' }]);
    }
    // Next to the first in one file it is certainly another.
    expect(questionsOf([[debit()], [debit(), debit({ reference: 'B2' })]])).toEqual([[], ['twice']]);
  });

  test('of what was refused, or never sent, is in suspense, with a question', () => {
    const refused = applyReport(sent(), rejected, bank).payment;
    for (const payment of [refused, ready(), gathered(), planned()]) {
      const { payment: booked, questions } = applyBookings(payment, [debit()], bank);
      expect(booked).toMatchObject({ state: payment.state, bookings: [{ role: 'surplus' }] });
      expect(questions).toMatchObject([{ why: 'state' }]);
      // Until the bank takes it back by itself.
      expect(applyBookings(booked, [credit()], bank)).toMatchObject({ answered: [debit().item] });
    }
    // A person finds that it was paid after all.
    const booked = taking([[debit()]], refused);
    expect(confirmSuspense(booked, { item: debit().item }, bank)?.payment).toMatchObject({
      ...{ state: 'settled', bankReference: 'B1', valueDate: '2020-08-04' },
      bookings: [{ role: 'payment', ended: 'confirmed' }],
    });
    expect(confirmSuspense(taking([[debit()]], ready()), { item: debit().item }, bank)).toBeUndefined();
  });

  // Finding 4: the booked amount is what moved.
  test.each([4_000_000, 39_999_999, 40_006_500])(
    'of another amount (%d) settles nothing, and cannot be confirmed',
    (amount) => {
      const line = debit({ amount: rupiah(amount) });
      const { payment, questions } = applyBookings(sent(), [line], bank);
      expect(payment).toMatchObject({ state: 'sent', bookings: [{ role: 'surplus', amount }] });
      expect(questions).toEqual([{ item: line.item, why: 'amount' }]);
      expect(confirmSuspense(payment, { item: line.item }, bank)).toBeUndefined();
      // The bank corrects it: back, and then right.
      const corrected = taking([[credit({ amount: rupiah(amount) })], [debit({ reference: 'B2' })]], payment);
      expect(corrected).toMatchObject({
        state: 'settled',
        bookings: [{ ended: 'undone' }, {}, { role: 'payment' }],
      });
    },
  );

  test.each([10_000_000, 39_993_500])(
    'as a return of another amount (%d) returns that amount and no more',
    (amount) => {
      const line = credit({ amount: rupiah(amount) });
      const { payment, questions } = applyBookings(taking([[debit()]]), [line], bank);
      expect(payment).toMatchObject({ state: 'settled', bookings: [{}, { role: 'part', amount }] });
      expect(questions).toEqual([{ item: line.item, why: 'amount' }]);
      const part = confirmSuspense(payment, { item: line.item }, bank)?.payment;
      expect(part).toMatchObject({
        state: 'settled',
        bookings: [{}, { role: 'part', amount, ended: 'confirmed' }],
      });
      const whole = confirmSuspense(payment, { item: line.item, isWhole: true }, bank)?.payment;
      expect(whole).toMatchObject({ state: 'returned', bookings: [{}, { role: 'return', amount }] });
    },
  );

  test('as a credit without a word why changes nothing, and is asked', () => {
    const line = credit({ isReturn: false });
    const out = taking([[debit()]]);
    expect(applyBookings(out, [line], bank)).toMatchObject({ payment: out, questions: [{ why: 'credit' }] });
    // Another channel says that it is the return: then it is known.
    const returned = taking([[credit({ channel: 'camt.054', reference: 'N1' })]], out);
    expect(applyBookings(returned, [line], bank).questions).toEqual([]);
  });

  // Finding 5: the money is out again.
  test('as the reversal of a return is money out again: in suspense, asked, and settled by a person’s word', () => {
    const returned = taking([[debit()], [credit()]]);
    for (const line of [
      debit({ reversal: true, reference: 'V1' }),
      debit({ channel: 'mt940', reversal: true }),
    ]) {
      const { payment, questions } = applyBookings(returned, [line], bank);
      expect(payment).toMatchObject({ state: 'returned', bookings: [{}, {}, { role: 'surplus' }] });
      expect(questions).toEqual([{ item: line.item, why: 'state' }]);
      expect(mayBeOut(payment)).toBe(true);
      expect(confirmSuspense(payment, { item: line.item }, bank)?.payment).toMatchObject({
        state: 'settled',
      });
    }
    // One that no word marks is told by the same channel in other words: it is asked, too.
    expect(questionsOf([[debit()], [credit()], [debit({ reference: 'B2' })]])).toEqual([[], [], ['doubt']]);
  });

  test('of a return before the debit that it undoes ends the same in either order', () => {
    const [one, other] = [taking([[debit()], [credit()]]), taking([[credit()], [debit()]])];
    expect([one.state, other.state]).toEqual(['returned', 'returned']);
    const byRole = (payment: PaymentAttempt) => payment.bookings?.map(({ role }) => role).sort();
    expect(byRole(one)).toEqual(byRole(other));
    // After a refusal too: booked and taken back is nothing out.
    const refused = applyReport(sent(), rejected, bank).payment;
    expect(mayBeOut(taking([[credit()], [debit()]], refused))).toBe(false);
  });
});

describe('a tranche', () => {
  const second = (first: PaymentAttempt) => makeReady(planned(first), '0042/SP2D', now).payment;
  const refused = () => applyReport(sent(), rejected, bank).payment;

  test('is not held by an earlier attempt that was refused, and is by one that is in question or may be out', () => {
    const next = second(refused());
    expect(holdOf(next, [refused()])).toBeUndefined();
    expect(holdOf(next, [withQuestions(refused(), ['B-1'])])).toEqual({ why: 'question', items: ['B-1'] });
    expect(holdOf(withQuestions(next, ['B-2']), [refused()])).toEqual({ why: 'question', items: ['B-2'] });
    const booked = applyBookings(refused(), [told('debit')], bank).payment;
    expect(holdOf(next, [booked])).toEqual({ why: 'earlier', endToEndId: booked.endToEndId });
    expect(holdOf(next, [sent()])).toEqual({ why: 'earlier', endToEndId: booked.endToEndId });
    expect(holdOf(next, [{ ...booked, tranche: 2 }])).toBeUndefined();
  });

  test('goes on when the question is answered', () => {
    const asked = withQuestions(refused(), ['B-1', 'B-2']);
    expect(withoutQuestions(asked, ['B-1'])).toMatchObject({ questions: ['B-2'] });
    expect(withoutQuestions(asked, ['B-1', 'B-2'])).toEqual(refused());
    expect(holdOf(second(refused()), [withoutQuestions(asked, ['B-1', 'B-2'])])).toBeUndefined();
  });

  test('whose earlier attempt was paid after all needs the next no more, as long as that was not sent', () => {
    const next = second(refused());
    const { payment, events } = supersede(next, refused(), now);
    expect(payment).toMatchObject({ state: 'superseded', supersededBy: 'P-0123456789-01-01' });
    expect(paymentAttemptSchema.parse(payment)).toEqual(payment);
    for (const { action, facts } of events) ofProposal[action].parse(facts);
    expect(supersede(gatherInto(next, 'R1', now).payment, refused(), now).payment).not.toHaveProperty(
      'runId',
    );
    expect(() => supersede(sent(), refused(), now)).toThrow(WrongPaymentState);
  });
});
