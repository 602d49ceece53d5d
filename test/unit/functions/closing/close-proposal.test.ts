import { describe, expect, it } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import { awardEntry, reserveEntry, settleEntry } from '#domain/money/ledger.ts';
import { endToEndId, planPayment } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { award, budgetLineOf } from '#domain/proposal/approval.ts';
import { startFollowUp } from '#domain/proposal/follow-up.ts';
import { inStage } from '#domain/proposal/proposal.ts';
import { updateTranche } from '#domain/proposal/tranches.ts';
import { closeProposal } from '#functions/closing/close-proposal.ts';
import { recordFailure, recordRedrive } from '#functions/closing/halt.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import { rejectionComment } from '#functions/closing/rejection-comment.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { newestRulePack } from '#programmes/index.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, personalData, type Scene } from '../scene.ts';

let table: TestTable;
let scene: Scene;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
});

const pack = newestRulePack('tkm-2020');
const line = { programme: pack.budgetProgramme, year: 2020, province: '33' };
const ceiling = rupiah(1_000_000_000);
const amount = rupiah(40_000_000);

/** How much of the line is bound, whatever other tests did before. */
const lineNow = async () => {
  const found = await scene.store.budgets.get(line);
  return found ?? { available: ceiling, committed: 0, reserved: 0, paid: 0 };
};
const locksOf = (group: number) =>
  scene.store.locks.find(packetOf(group).members.map(({ nik }) => personalData.hashNik(nik)));
const actions = async (proposalId: string) =>
  (await scene.store.audit.list({ proposalId })).map(({ action }) => action);

/** A proposal with an award of Rp40,000,000, its money committed. */
const awarded = async (group: number) => {
  const prefix = `group-${group}`;
  const { id } = await scene.submitted(prefix, packetOf(group));
  await recordVerification(scene.store, { proposalId: id, round: 1, now: at(3) });
  if ((await scene.store.budgets.get(line)) === undefined)
    await scene.store.commit({
      journal: 'settings',
      now: at(3),
      events: [],
      changes: scene.store.budgets.create(line, ceiling, at(3)),
    });
  await scene.store.proposals.update(id, at(4), (proposal) => {
    const { content } = inStage(proposal, ['approval'], 'be awarded');
    const paper = { number: `${group}/2020`, date: '2020-08-03' };
    return {
      ...award(
        proposal,
        pack,
        {
          sk: paper,
          pks: paper,
          amount,
          budgetLine: budgetLineOf(pack, content, at(4)),
          approvals: [],
          awardedAt: at(4),
        },
        at(4),
      ),
      changes: scene.store.budgets.book(awardEntry({ line, proposalId: id, at: at(4) }, amount)),
      result: undefined,
    };
  });
  return id;
};

const trancheStatus = (id: string, status: 'reserved' | 'settled') =>
  scene.store.proposals.update(id, at(5), (proposal) => ({
    proposal: updateTranche(
      inStage(proposal, ['payment', 'follow-up'], 'be paid'),
      1,
      (tranche) => ({ ...tranche, status }),
      at(5),
    ),
    changes: scene.store.budgets.book(
      status === 'reserved'
        ? reserveEntry({ line, proposalId: id, at: at(5) }, { tranche: 1, amount })
        : settleEntry(
            { line, proposalId: id, at: at(5) },
            { tranche: 1, attempt: 1, endToEndId: endToEndId(id, 1, 1), amount },
          ),
    ),
    result: undefined,
  }));

const followingUp = async (group: number) => {
  const id = await awarded(group);
  await trancheStatus(id, 'reserved');
  await trancheStatus(id, 'settled');
  await scene.store.proposals.update(id, at(6), (proposal) => ({
    ...startFollowUp(proposal, { settledOn: '2020-08-03', items: [] }, at(6)),
    result: undefined,
  }));
  return id;
};

describe('a rejection', () => {
  const reject = (proposalId: string, minute: number) =>
    recordRejection(scene.store, { proposalId, at: 'verification', reason: 'withdrawn', now: at(minute) });

  it('is recorded once, frees the people and closes what is still asked', async () => {
    const { id } = await scene.submitted('rejected', packetOf(1));
    const askId = await scene.ask(id, 'membership', '1', at(3), { kind: 'members' });
    await reject(id, 4);
    const again = await reject(id, 5);
    expect(again).toMatchObject({ stage: 'rejected', at: 'verification', rejectedAt: at(4) });
    expect(await locksOf(1)).toEqual([]);
    const ask = await scene.store.asks.get(id, askId);
    expect(ask).toMatchObject({ status: 'cancelled', cancelledAt: at(4) });
    expect(ask.taskToken).toBeUndefined();
    expect((await actions(id)).filter((action) => action === 'proposal.rejected')).toHaveLength(1);
  });

  it('gives a committed award back to its budget line, and a reserved one too', async () => {
    const before = await lineNow();
    const committed = await awarded(2);
    const reserved = await awarded(3);
    await trancheStatus(reserved, 'reserved');
    expect((await lineNow()).available).toBe(before.available - 2 * amount);
    for (const id of [committed, reserved]) for (const minute of [10, 11]) await reject(id, minute);
    expect(await lineNow()).toMatchObject({
      available: before.available,
      committed: before.committed,
      reserved: before.reserved,
    });
  });

  it('keeps money reserved that may be on its way to the bank', async () => {
    const before = await lineNow();
    const id = await awarded(4);
    await trancheStatus(id, 'reserved');
    const planned = planPayment(
      {
        proposalId: id,
        tranche: 1,
        amount,
        account: { bankCode: '002', number: '0012345678', holder: 'KEL SUMBER REJEKI' },
        debitAccount: pack.payment.debitAccount,
        rail: 'bulk-text',
        remittance: 'TKM',
      },
      at(6),
    );
    await scene.store.commit({
      proposalId: id,
      now: at(6),
      events: [],
      changes: scene.store.payments.create({ ...planned, state: 'ready', readyAt: at(6) }),
    });
    await reject(id, 10);
    expect((await lineNow()).reserved).toBe(before.reserved + amount);
  });

  it('notifies the group of what the official wrote, or what was still wrong', async () => {
    const { id } = await scene.submitted('failed-visit', packetOf(5));
    const askId = await scene.ask(id, 'site-visit', '1', at(3), {
      kind: 'person',
      personId: 'sari',
      role: 'verifier',
    });
    await scene.answer({
      proposalId: id,
      askId,
      answer: {
        outcome: 'fail',
        visitedOn: '2020-08-03',
        latitude: undefined,
        longitude: undefined,
        reason: 'Tidak ada kelompok di alamat itu',
      },
      by: { kind: 'person', id: 'sari' },
      now: at(4),
    });
    const failed = await recordRejection(scene.store, {
      proposalId: id,
      at: 'verification',
      reason: 'not-verified',
      now: at(5),
    });
    expect(rejectionComment(failed, await scene.store.asks.byProposal(id), 'id')).toBe(
      'Tidak ada kelompok di alamat itu',
    );
    const { id: broken } = await scene.submitted('never-corrected', 'no json');
    const uncorrected = await recordRejection(scene.store, {
      proposalId: broken,
      at: 'verification',
      reason: 'uncorrected',
      now: at(5),
    });
    expect(rejectionComment(uncorrected, [], 'en')).toContain('cannot be read as JSON');
  });
});

describe('a close', () => {
  it('counts the people trained, frees everyone, and is recorded once', async () => {
    const id = await followingUp(6);
    for (const [key, present] of [
      ['1', [1, 2, 3]],
      ['2', [3, 4]],
    ] as const) {
      const askId = await scene.ask(id, 'training-session', key, at(7), {
        kind: 'person',
        personId: 'dewi',
        role: 'mentor',
      });
      await scene.answer({
        proposalId: id,
        askId,
        answer: { outcome: 'held', heldOn: '2020-08-03', present: [...present], note: undefined },
        by: { kind: 'person', id: 'dewi' },
        now: at(8),
      });
    }
    await closeProposal(scene.store, { proposalId: id, now: at(9) });
    const { closed } = await closeProposal(scene.store, { proposalId: id, now: at(10) });
    expect(closed).toMatchObject({ result: 'complete', peopleTrained: 4, overdue: 0, closedAt: at(9) });
    expect(await locksOf(6)).toEqual([]);
    // Their locks are left, and hold no one: another proposal takes them over, and only once.
    const [first = ''] = packetOf(6).members.map(({ nik }) => personalData.hashNik(nik));
    const { ended } = await scene.store.locks.look([first]);
    expect(ended.get(first)).toBe(id);
    const join = (other: string) =>
      scene.store.commit({
        proposalId: other,
        now: at(11),
        events: [],
        changes: [scene.store.locks.acquire(first, other, at(11), ended.get(first))],
      });
    await scene.submitted('lock-holder', packetOf(61));
    const holder = proposalIdOf('lock-holder');
    await join(holder);
    await expect(join('P-0000000099')).rejects.toMatchObject({ name: 'PersonAlreadyHeld', heldBy: holder });
    expect(await scene.store.locks.find([first])).toMatchObject([{ proposalId: holder }]);
  });

  it('keeps holding the people of a group that owes its report', async () => {
    const id = await followingUp(7);
    await scene.store.commit({
      proposalId: id,
      now: at(8),
      events: [],
      changes: [
        scene.store.overdue.record({ proposalId: id, kind: 'lpj', about: { report: 1 }, since: at(8) }),
      ],
    });
    for (const minute of [9, 10])
      expect(await closeProposal(scene.store, { proposalId: id, now: at(minute) })).toMatchObject({
        closed: { result: 'with-overdue', overdue: 1 },
        groupOwes: true,
      });
    const locks = await locksOf(7);
    expect(locks).toHaveLength(20);
    expect(new Set(locks.map(({ reason }) => reason))).toEqual(new Set(['overdue']));
  });

  it('frees the people where only officers did not do their part, and counts that all the same', async () => {
    const id = await followingUp(9);
    await scene.store.commit({
      proposalId: id,
      now: at(8),
      events: [],
      changes: (['training-session', 'mentor-visit', 'outcome'] as const).map((kind) =>
        scene.store.overdue.record({ proposalId: id, kind, about: {}, since: at(8) }),
      ),
    });
    expect(await closeProposal(scene.store, { proposalId: id, now: at(9) })).toMatchObject({
      closed: { result: 'with-overdue', overdue: 3 },
      groupOwes: false,
    });
    expect(await locksOf(9)).toEqual([]);
  });
});

describe('a failure', () => {
  it('halts the proposal once, and keeps its people and its money', async () => {
    const id = await awarded(8);
    const before = await lineNow();
    for (const minute of [9, 10])
      await recordFailure(scene.store, {
        proposalId: id,
        error: 'States.TaskFailed',
        redrives: 0,
        now: at(minute),
      });
    expect(await scene.store.proposals.get(id)).toMatchObject({
      stage: 'payment',
      halted: { at: at(9), error: 'States.TaskFailed' },
    });
    expect(await locksOf(8)).toHaveLength(20);
    expect(await lineNow()).toEqual(before);
    expect((await actions(id)).filter((action) => action === 'proposal.halted')).toHaveLength(1);
  });

  it('is over once the execution is redriven, and may come again', async () => {
    const id = await awarded(10);
    const before = await scene.store.proposals.get(id);
    const fail = (redrives: number, minute: number) =>
      recordFailure(scene.store, { proposalId: id, error: 'Broken', redrives, now: at(minute) });
    await fail(0, 9);
    for (const minute of [10, 11])
      await recordRedrive(scene.store, { proposalId: id, redrives: 1, now: at(minute) });
    expect(await scene.store.proposals.get(id)).toEqual({
      ...before,
      version: before.version + 2,
      redrives: 1,
      updatedAt: at(10),
    });
    await fail(1, 12);
    expect((await scene.store.proposals.get(id)).halted).toEqual({ at: at(12), error: 'Broken' });
    expect((await actions(id)).slice(-3)).toEqual([
      'proposal.halted',
      'proposal.redriven',
      'proposal.halted',
    ]);
  });

  it('of a proposal that was never registered is in the record all the same, once', async () => {
    const proposalId = 'P-ZZZZZZZZZZ';
    for (const minute of [1, 2])
      expect(
        await recordFailure(scene.store, { proposalId, error: 'NotFound', redrives: 0, now: at(minute) }),
      ).toBeUndefined();
    expect(await actions(proposalId)).toEqual(['proposal.halted']);
    await recordRedrive(scene.store, { proposalId, redrives: 1, now: at(3) });
  });
});
