import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { packetSchema } from '#domain/packet/packet.ts';
import {
  type Award,
  accept,
  askForCorrection,
  award,
  budgetLineOf,
  type Content,
  close,
  contactOf,
  correctAccount,
  correctionAbout,
  countReceipts,
  halt,
  leaveUnpaid,
  mayObject,
  noteReceipts,
  openTranches,
  type Proposal,
  proposalSchema,
  receive,
  receivedAmount,
  reject,
  remember,
  reopen,
  resume,
  returnToVerification,
  revise,
  settleTranche,
  startFollowUp,
  updateTranche,
  uphold,
  type Verdict,
  verify,
  WrongStage,
  WrongTranche,
} from '#domain/proposal/proposal.ts';
import { problem } from '#domain/text/problem.ts';
import { soundPacket, tkm, twoTranches } from '../packet/packets.ts';

const now = '2020-08-03T02:00:00.000Z';
const later = '2020-09-03T02:00:00.000Z';
const pack = { id: twoTranches.id, version: 1 };

function content(): Content {
  const { schemaVersion: _, programme: __, ...packet } = packetSchema.parse(soundPacket(twoTranches));
  const members = packet.members.map(({ nik, ...member }) => ({
    ...member,
    nikEncrypted: `encrypted-${member.number}`,
    nikHash: `hash-${member.number}`,
    nikMasked: nik.replace(/^(....).{8}/, '$1••••••••'),
  }));
  return { ...packet, members, warnings: [] };
}
const contact = { email: 'ketua@kelompok.example', language: 'id' as const };
const received = () => receive({ id: proposalIdOf('banyumas-7'), packetPrefix: 'banyumas-7', contact }, now);
const inVerification = () => accept(received(), { content: content(), pack, round: 1 }, now);
const verdict = (round: number): Verdict => ({ round, verifiedAt: now });
const inApproval = () => verify(inVerification(), verdict(1), now);
const granted = (): Award => ({
  sk: { number: 'SK-1', date: '2020-08-03' },
  pks: { number: 'PKS-1', date: '2020-08-03' },
  amount: rupiah(40_000_000),
  budgetLine: budgetLineOf(twoTranches, content(), now),
  approvals: [{ index: 0, role: 'ppk', personId: 'ppk', at: now }],
  awardedAt: now,
});
const inPayment = () => award(inApproval(), twoTranches, granted(), now);
const settlement = { settledAt: later, valueDate: '2020-09-03', bankReference: 'B1' };
const settledFirst = () => {
  const reserved = updateTranche(inPayment(), 1, (tranche) => ({ ...tranche, status: 'reserved' }), now);
  return settleTranche(reserved, 1, settlement, later);
};
const inFollowUp = () => startFollowUp(settledFirst(), { settledOn: '2020-09-03', items: [] }, later);
const closed = () =>
  close(leaveUnpaid(inFollowUp(), 2, 'expired', later), { peopleTrained: 20, overdue: 0 }, later);

const everyStage: Proposal[] = [
  received(),
  inVerification(),
  inApproval(),
  inPayment(),
  inFollowUp(),
  closed(),
  reject(received(), 'uncorrected', later),
  reject(inApproval(), 'rejected', later),
  halt(inFollowUp(), { error: 'Lambda.Unknown', redrives: 0 }, later),
];

describe('a proposal', () => {
  test.each(everyStage)('in stage $stage is what its schema says, also after storage', (proposal) => {
    expect(proposalSchema.parse(JSON.parse(JSON.stringify(proposal)))).toEqual(proposal);
    expect(contactOf(proposal)?.email).toBe('ketua@kelompok.example');
  });

  test('never holds a NIK in the clear', () => {
    const nik = soundPacket(twoTranches).members[0]?.nik ?? 'missing';
    for (const proposal of everyStage) expect(JSON.stringify(proposal)).not.toContain(nik);
  });

  test('goes from stage to stage in order only', () => {
    const steps: [(proposal: Proposal) => Proposal, Proposal['stage'][]][] = [
      [(one) => revise(one, later), ['received', 'verification']],
      [(one) => askForCorrection(one, [], later), ['received', 'verification']],
      [(one) => accept(one, { content: content(), pack, round: 1 }, later), ['received', 'verification']],
      [(one) => verify(one, verdict(1), later), ['verification']],
      [(one) => award(one, twoTranches, granted(), later), ['approval']],
      [(one) => startFollowUp(one, { settledOn: '2020-09-03', items: [] }, later), ['payment']],
      [(one) => close(one, { peopleTrained: 0, overdue: 0 }, later), ['follow-up']],
      [(one) => reject(one, 'x', later), ['received', 'verification', 'approval', 'payment']],
    ];
    for (const [step, from] of steps) {
      for (const proposal of everyStage) {
        if (from.includes(proposal.stage)) expect(proposalSchema.parse(step(proposal))).toBeDefined();
        else expect(() => step(proposal)).toThrow(WrongStage);
      }
    }
  });

  test('keeps the rule-pack it was pinned to first, for its whole life', () => {
    const first = { id: tkm.id, version: 1 };
    const corrected = askForCorrection(received(), [problem('field-missing', '/group')], later, {
      pack: first,
    });
    expect(corrected).toMatchObject({ pack: first, corrections: 1 });
    const taken = accept(revise(corrected, later), { content: content(), pack, round: 1 }, later);
    expect(taken).toMatchObject({ pack: first, revision: 2 });
    expect(taken.problems).toBeUndefined();
  });

  test('comes back from approval into the next round of verification', () => {
    const back = returnToVerification(
      inApproval(),
      { round: 1, by: 'ppk', role: 'ppk', reason: 'RAB', at: later },
      later,
    );
    expect(back).toMatchObject({ stage: 'verification', round: 2, returns: [{ reason: 'RAB' }] });
    expect('verdict' in back).toBe(false);
  });

  test('remembers each act once', () => {
    const act = { kind: 'approval' as const, about: { round: 1, step: 0 }, personId: 'ppk' };
    expect(remember(remember(inApproval(), act), act).acts).toEqual([act]);
  });
});

describe('the award', () => {
  test('is paid in tranches that add up to it, from the line of programme, year and province', () => {
    const proposal = inPayment();
    expect(proposal.tranches.map(({ amount, status }) => [amount, status])).toEqual([
      [28_000_000, 'planned'],
      [12_000_000, 'planned'],
    ]);
    expect(proposal.award.budgetLine).toEqual({ programme: 'tkm-2020', year: 2020, province: '33' });
    // New year's eve in Greenwich is New Year in Jakarta.
    expect(budgetLineOf(tkm, content(), '2020-12-31T18:00:00Z').year).toBe(2021);
  });

  test('counts as received only as far as it settled, each tranche once', () => {
    expect(receivedAmount(settledFirst())).toBe(28_000_000);
    expect(openTranches(settledFirst()).map(({ number }) => number)).toEqual([2]);
    expect(() => settleTranche(settledFirst(), 1, settlement, later)).toThrow(WrongTranche);
    expect(() => settleTranche(inPayment(), 1, settlement, later)).toThrow(WrongTranche);
    expect(() => leaveUnpaid(settledFirst(), 1, 'x', later)).toThrow(WrongTranche);
    expect(() => leaveUnpaid(settledFirst(), 3, 'x', later)).toThrow(WrongTranche);
  });

  test('goes to another account after a correction', () => {
    const account = { bankCode: '014', number: '9999999', holder: 'KEL SUMBER REJEKI' };
    expect(correctAccount(inPayment(), account, later).content.account).toEqual(account);
  });

  test('ends as complete, with overdue reports, or partly paid', () => {
    expect(closed().result).toBe('partly-paid');
    const reserved = updateTranche(inFollowUp(), 2, (tranche) => ({ ...tranche, status: 'reserved' }), later);
    const paid = settleTranche(reserved, 2, settlement, later);
    expect(close(paid, { peopleTrained: 20, overdue: 0 }, later).result).toBe('complete');
    expect(close(paid, { peopleTrained: 20, overdue: 1 }, later).result).toBe('with-overdue');
  });
});

describe('a halt', () => {
  const failure = (redrives: number) => ({ error: `failure ${redrives}`, redrives });
  const run = (events: ((proposal: Proposal) => Proposal)[]) =>
    events.reduce((proposal, event) => event(proposal), inPayment() as Proposal);
  const failed = (redrives: number) => (one: Proposal) => halt(one, failure(redrives), later);
  const redriven = (redrives: number) => (one: Proposal) => resume(one, redrives, later);

  test('leaves the proposal in its stage with all it has, and a redrive takes the mark away', () => {
    const halted = run([failed(0)]);
    expect(halted).toEqual({
      ...inPayment(),
      halted: { at: later, error: 'failure 0' },
      updatedAt: later,
    });
    expect(resume(halted, 1, later)).toEqual({ ...inPayment(), redrives: 1, updatedAt: later });
  });

  test('ends as the last run did, however often and in whatever order its events come', () => {
    const last = (runs: number, halts: boolean) => (one: Proposal) => {
      expect(one.redrives).toBe(runs);
      expect(one.halted?.error).toBe(halts ? `failure ${runs}` : undefined);
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (runs, halts, dice) => {
          const events = [failed(0), failed(0)];
          for (let redrives = 1; redrives <= runs; redrives++)
            events.push(redriven(redrives), redriven(redrives), failed(redrives), failed(redrives));
          if (!halts) events.push(redriven(runs + 1), redriven(runs + 1));
          const shuffled = events
            .map((event) => ({ event, at: dice.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ event }) => event);
          last(halts ? runs : runs + 1, halts)(run(shuffled));
        },
      ),
    );
  });

  test('does not touch what has ended, and does not outlive the close', () => {
    expect(halt(closed(), failure(0), later)).toEqual(closed());
    const halted = halt(inFollowUp(), failure(0), later);
    expect(close(halted, { peopleTrained: 0, overdue: 0 }, later).halted).toBeUndefined();
    expect(reject(run([failed(0)]), 'spm-refused', later).halted).toBeUndefined();
  });
});

describe('an objection', () => {
  const rejected = (from: Proposal, reason = 'not-verified') => reject(from, reason, later);

  test('is open to a group once, before the award, unless it withdrew or has no known contact', () => {
    expect(mayObject(rejected(received(), 'uncorrected'))).toBe(true);
    expect(mayObject(rejected(inVerification()))).toBe(true);
    expect(mayObject(rejected(inApproval(), 'rejected'))).toBe(true);
    expect(mayObject(rejected(inVerification(), 'withdrawn'))).toBe(false);
    expect(mayObject(rejected(inPayment(), 'documents-missing'))).toBe(false);
    const { contact: _, ...unreachable } = received();
    expect(mayObject(rejected(unreachable))).toBe(false);
    for (const proposal of everyStage.filter(({ stage }) => stage !== 'rejected'))
      expect(mayObject(proposal)).toBe(false);
  });

  test('that is granted begins verification again, with all that is known and what was decided before', () => {
    const reopened = proposalSchema.parse(reopen(rejected(inApproval(), 'rejected'), 2, later));
    expect(reopened).toMatchObject({
      stage: 'verification',
      round: 2,
      content: content(),
      rejections: [{ at: 'approval', reason: 'rejected', rejectedAt: later }],
    });
    expect(reopened).not.toHaveProperty('verdict');
    expect(reopened).not.toHaveProperty('reason');
  });

  test('brings a packet that was never accepted back to where it was', () => {
    const pinned = askForCorrection(received(), [problem('field-missing', '/group')], now, { pack });
    const reopened = proposalSchema.parse(reopen(rejected(pinned, 'expired'), 2, later));
    expect(reopened).toMatchObject({ stage: 'received', pack, contact });
    expect(reopened).not.toHaveProperty('problems');
  });

  test('makes the same revision need another correction', () => {
    const asked = askForCorrection(received(), [problem('field-missing', '/group')], now, { pack });
    const reopened = reopen(rejected(asked, 'expired'), 2, later);
    expect([correctionAbout(asked), correctionAbout(reopened)]).toEqual([
      { revision: 1, round: 1 },
      { revision: 1, round: 2 },
    ]);
    // The correction that was asked for and never came is not counted; the next one is.
    expect(reopened.corrections).toBe(0);
    expect(askForCorrection(reopened, [], later).corrections).toBe(1);
  });

  test('is not open a second time', () => {
    const again = rejected(reopen(rejected(inVerification()), 2, later), 'not-visited');
    expect(again.rejections).toHaveLength(1);
    expect(mayObject(again)).toBe(false);
    expect(() => reopen(again, 3, later)).toThrow(WrongStage);
  });

  test('that came to nothing is noted in the rejection', () => {
    const upheld = proposalSchema.parse(uphold(rejected(inVerification()), 'dismissed', later));
    expect(upheld).toMatchObject({ stage: 'rejected', upheld: { at: later, outcome: 'dismissed' } });
    expect(() => uphold(inVerification(), 'dismissed', later)).toThrow(WrongStage);
  });
});

describe('receipts', () => {
  const answer = (member: number, outcome: 'confirmed' | 'denied', at = later) => ({ member, outcome, at });

  test('are noted member by member, the first answer of each, whatever the order', () => {
    const first = noteReceipts(settledFirst(), 1, { of: 20, answers: [answer(7, 'denied')] }, later);
    const both = proposalSchema.parse(
      noteReceipts(
        first,
        1,
        { of: 20, answers: [answer(7, 'confirmed'), answer(3, 'confirmed')] },
        '2020-10-01T02:00:00.000Z',
      ),
    );
    const [tranche] = 'tranches' in both ? (both.tranches ?? []) : [];
    expect(tranche?.receipts).toEqual({ of: 20, answers: [answer(3, 'confirmed'), answer(7, 'denied')] });
  });

  test('are counted as of any moment', () => {
    const early = '2020-08-20T02:00:00.000Z';
    const receipts = {
      of: 20,
      answers: [answer(1, 'confirmed', early), answer(2, 'confirmed'), answer(3, 'denied')],
    };
    expect(countReceipts(receipts)).toEqual({ confirmed: 2, denied: 1, of: 20 });
    expect(countReceipts(receipts, early)).toEqual({ confirmed: 1, denied: 0, of: 20 });
  });

  test('may come after the close, but not before the award', () => {
    const receipts = { of: 20, answers: [answer(1, 'confirmed')] };
    expect(noteReceipts(closed(), 1, receipts, later).stage).toBe('closed');
    expect(() => noteReceipts(inApproval(), 1, receipts, later)).toThrow(WrongStage);
    expect(() => noteReceipts(closed(), 9, receipts, later)).toThrow(WrongTranche);
  });
});
