import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctionAbout } from '#domain/asks/kinds/correction.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { packetSchema } from '#domain/packet/packet.ts';
import { accountChange, isPayable } from '#domain/proposal/account-acceptance.ts';
import * as approval from '#domain/proposal/approval.ts';
import { budgetLineOf } from '#domain/proposal/approval.ts';
import type { Content } from '#domain/proposal/content.ts';
import type { Award, VerificationFindings } from '#domain/proposal/decisions.ts';
import * as endings from '#domain/proposal/endings.ts';
import { mayObject } from '#domain/proposal/endings.ts';
import * as followUp from '#domain/proposal/follow-up.ts';
import {
  contactOf,
  type Decided,
  findingsOf,
  inStage,
  type Proposal,
  proposalSchema,
  recordInvolvement,
  tranchesOf,
  WrongStage,
  WrongTranche,
} from '#domain/proposal/proposal.ts';
import * as receipts from '#domain/proposal/receipts.ts';
import { countReceipts } from '#domain/proposal/receipts.ts';
import * as submission from '#domain/proposal/submission.ts';
import * as papers from '#domain/proposal/tranche-papers.ts';
import * as payment from '#domain/proposal/tranche-payment.ts';
import { openTranches, receivedAmount } from '#domain/proposal/tranches.ts';
import * as verification from '#domain/proposal/verification.ts';
import { problem } from '#domain/text/problem.ts';
import { soundPacket, tkm, twoTranches } from '../packet/packets.ts';

/** What becomes of the proposal; what its record says of it is in the tests of each subject. */
function after<Given extends unknown[], P extends Proposal>(decide: (...given: Given) => Decided<P>) {
  return (...given: Given): P => decide(...given).proposal;
}
const [receive, revise] = [after(submission.receive), after(submission.revise)];
const [askForCorrection, accept] = [after(submission.askForCorrection), after(submission.accept)];
const [verify, returnToVerification] = [after(verification.verify), after(verification.returnToVerification)];
const [award, reserveTranche] = [after(approval.award), after(papers.reserveTranche)];
const [settleTranche, leaveUnpaid] = [after(payment.settleTranche), after(payment.leaveUnpaid)];
const noteReceipts = after(receipts.noteReceipts);
const [startFollowUp, close] = [after(followUp.startFollowUp), after(endings.close)];
const [reject, reopen, uphold] = [after(endings.reject), after(endings.reopen), after(endings.uphold)];
const [halt, resume] = [after(endings.halt), after(endings.resume)];

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
function received() {
  return receive({ id: proposalIdOf('banyumas-7'), packetPrefix: 'banyumas-7', contact }, now);
}
function inVerification() {
  return accept(received(), { content: content(), pack, round: 1, members: 'digest' }, now);
}
function findings(round: number): VerificationFindings {
  return { round, verifiedAt: now };
}
function inApproval() {
  return verify(inVerification(), findings(1), now);
}
function granted(): Award {
  return {
    sk: { number: 'SK-1', date: '2020-08-03' },
    pks: { number: 'PKS-1', date: '2020-08-03' },
    amount: rupiah(40_000_000),
    budgetLine: budgetLineOf(twoTranches, content(), now),
    approvals: [{ index: 0, role: 'ppk', personId: 'ppk', at: now }],
    awardedAt: now,
  };
}
function inPayment() {
  return award(inApproval(), twoTranches, granted(), now);
}
const paper = { number: '1', date: '2020-08-03', by: 'ppk' };
function settlement(tranche: number, amount: number) {
  return {
    ...{ tranche, amount: rupiah(amount), endToEndId: `P-0000000000-0${tranche}-01` },
    ...{ settledAt: later, valueDate: '2020-09-03', bankReference: 'B1' },
  };
}
function settledFirst() {
  const reserved = reserveTranche(inPayment(), 1, { spp: paper, spm: paper }, now);
  return settleTranche(reserved, settlement(1, 28_000_000), later);
}
function inFollowUp() {
  return startFollowUp(settledFirst(), { settledOn: '2020-09-03', items: [] }, later);
}
function closed() {
  return close(
    leaveUnpaid(inFollowUp(), 2, 'expired', later),
    { peopleTrained: 20, overdue: 0, groupOwes: false },
    later,
  );
}

const everyStage: Proposal[] = [
  received(),
  inVerification(),
  inApproval(),
  inPayment(),
  inFollowUp(),
  closed(),
  reject(received(), { at: 'somewhere', reason: 'uncorrected' }, later),
  reject(inApproval(), { at: 'somewhere', reason: 'rejected' }, later),
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
      [(one) => revise(one, 'v2', later), ['received', 'verification']],
      [(one) => askForCorrection(one, [], later), ['received', 'verification']],
      [
        (one) => accept(one, { content: content(), pack, round: 1, members: 'digest' }, later),
        ['received', 'verification'],
      ],
      [(one) => verify(one, findings(1), later), ['verification']],
      [(one) => award(one, twoTranches, granted(), later), ['approval']],
      [(one) => startFollowUp(one, { settledOn: '2020-09-03', items: [] }, later), ['payment']],
      [(one) => close(one, { peopleTrained: 0, overdue: 0, groupOwes: false }, later), ['follow-up']],
      [
        (one) => reject(one, { at: 'somewhere', reason: 'x' }, later),
        ['received', 'verification', 'approval', 'payment'],
      ],
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
    const taken = accept(
      revise(corrected, 'v2', later),
      { content: content(), pack, round: 1, members: 'digest' },
      later,
    );
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
    expect(findingsOf(back)).toBeUndefined();
  });

  test('remembers each involvement once', () => {
    const involvement = { kind: 'approval' as const, about: { round: 1, step: 0 }, personId: 'ppk' };
    expect(recordInvolvement(recordInvolvement(inApproval(), involvement), involvement).involvements).toEqual(
      [involvement],
    );
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
    expect(() => settleTranche(settledFirst(), settlement(1, 28_000_000), later)).toThrow(WrongTranche);
    expect(() => settleTranche(inPayment(), settlement(1, 28_000_000), later)).toThrow(WrongTranche);
    expect(() => leaveUnpaid(settledFirst(), 1, 'x', later)).toThrow(WrongTranche);
    expect(() => leaveUnpaid(settledFirst(), 3, 'x', later)).toThrow(WrongTranche);
  });

  test('goes to another account once the PPK has accepted it, and its record names both', () => {
    const account = { bankCode: '014', number: '9999999', holder: 'KEL SUMBER REJEKI' };
    const letter = { versionId: 'v-2', sha256: 'a'.repeat(64) };
    const by = { kind: 'person', id: 'paula' } as const;
    const given = { tranche: 1, attempt: 1, turn: 1, account, letter, by };
    const reserved = inStage(
      reserveTranche(inPayment(), 1, { spp: paper, spm: paper }, later),
      ['payment'],
      'test',
    );
    const sentBack = payment.refuseAccount(reserved, given, 'Bukan surat bank.', later).proposal;
    expect(sentBack.content.account).toEqual(reserved.content.account);
    expect(isPayable(sentBack)).toBe(isPayable(reserved));
    expect(sentBack.tranches[0]?.accountSentBack).toEqual({
      attempt: 1,
      turn: 1,
      reason: 'Bukan surat bank.',
    });
    const { proposal, events } = payment.acceptAccount(sentBack, given, later);
    expect(isPayable(proposal)).toBe(true);
    expect(proposal.tranches[0]).not.toHaveProperty('accountSentBack');
    expect(accountChange(proposal.award.account)).toEqual({
      ...{ from: reserved.content.account, to: account, at: later, acceptedBy: 'paula' },
    });
    expect(events).toEqual([
      expect.objectContaining({
        ...{ action: 'account.accepted', actor: by },
        facts: expect.objectContaining({ account: '••••9999', letterVersion: 'v-2', tranche: 1, attempt: 1 }),
      }),
    ]);
    expect(JSON.stringify(events)).not.toContain('9999999');
    const another = {
      ...proposal,
      content: { ...proposal.content, account: { ...account, number: '8888888' } },
    };
    expect(isPayable(another)).toBe(false);
    expect(
      isPayable({
        ...proposal,
        content: { ...proposal.content, account: { ...account, number: '009999999' } },
      }),
    ).toBe(true);
    expect(() => payment.acceptAccount(inStage(inPayment(), ['payment'], 'test'), given, later)).toThrow(
      WrongTranche,
    );
  });

  test('ends as complete, with overdue reports, or partly paid', () => {
    expect(closed().result).toBe('partly-paid');
    const reserved = reserveTranche(inFollowUp(), 2, { spp: paper, spm: paper }, later);
    const paid = settleTranche(reserved, settlement(2, 12_000_000), later);
    expect(close(paid, { peopleTrained: 20, overdue: 0, groupOwes: false }, later).result).toBe('complete');
    expect(close(paid, { peopleTrained: 20, overdue: 1, groupOwes: false }, later).result).toBe(
      'with-overdue',
    );
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

  test('of an execution next to its own marks the proposal too, also after its end, and only that one’s redrive takes it away', () => {
    const execution = 'P-0000000000-payment-1-returned-1';
    for (const proposal of [inPayment(), inFollowUp(), closed()]) {
      const { proposal: halted, events } = endings.halt(
        proposal,
        { error: 'lost', redrives: 0, execution },
        later,
      );
      expect(events).toMatchObject([{ action: 'proposal.halted', facts: { error: 'lost', execution } }]);
      expect(endings.haltOf(halted)).toEqual({ error: 'lost', execution });
      expect(endings.halt(halted, { error: 'lost', redrives: 0, execution }, later).events).toEqual([]);
      // A redrive of another one says nothing of it.
      expect(endings.haltOf(endings.resume(halted, 1, later).proposal)?.execution).toBe(execution);
      const { proposal: again } = endings.resume(halted, 1, later, execution);
      expect(endings.haltOf(again)).toBeUndefined();
      // The event of the failure comes a second time, after the redrive.
      expect(endings.halt(again, { error: 'lost', redrives: 0, execution }, later).proposal).toBe(again);
      expect(proposalSchema.parse(JSON.parse(JSON.stringify(halted)))).toEqual(halted);
    }
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
    expect(close(halted, { peopleTrained: 0, overdue: 0, groupOwes: false }, later).halted).toBeUndefined();
    expect(
      reject(run([failed(0)]), { at: 'somewhere', reason: 'spm-refused' }, later).halted,
    ).toBeUndefined();
  });
});

describe('an objection', () => {
  const rejected = (from: Proposal, reason = 'not-verified') =>
    reject(from, { at: 'somewhere', reason }, later);

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
    expect(reopened).not.toHaveProperty('findings');
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
    const [tranche] = tranchesOf(both);
    expect(tranche?.receipts).toEqual({ of: 20, answers: [answer(3, 'confirmed'), answer(7, 'denied')] });
  });

  test('are counted as of any moment', () => {
    const early = '2020-08-20T02:00:00.000Z';
    const counted = {
      of: 20,
      answers: [answer(1, 'confirmed', early), answer(2, 'confirmed'), answer(3, 'denied')],
    };
    expect(countReceipts(counted)).toEqual({ confirmed: 2, denied: 1, of: 20 });
    expect(countReceipts(counted, early)).toEqual({ confirmed: 1, denied: 0, of: 20 });
  });

  test('may come after the close, but not before the award', () => {
    const counted = { of: 20, answers: [answer(1, 'confirmed')] };
    expect(noteReceipts(closed(), 1, counted, later).stage).toBe('closed');
    expect(() => noteReceipts(inApproval(), 1, counted, later)).toThrow(WrongStage);
    expect(() => noteReceipts(closed(), 9, counted, later)).toThrow(WrongTranche);
  });
});
