import { describe, expect, it } from 'vitest';
import { planPayment } from '#domain/money/payment.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import { rejectionComment } from '#functions/closing/rejection-comment.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, type Scene } from '../scene.ts';
import { awardSteps } from './award-steps.ts';

let table: TestTable;
let scene: Scene;
let steps: ReturnType<typeof awardSteps>;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
  steps = awardSteps(scene);
});

describe('a rejection', () => {
  const reject = (proposalId: string, minute: number) =>
    recordRejection(scene.store, { proposalId, at: 'verification', reason: 'withdrawn', now: at(minute) });

  it('is recorded once, frees the people and closes what is still asked', async () => {
    const { id } = await scene.submitted('rejected', packetOf(1));
    const askId = await scene.ask(id, 'membership', '1', at(3), { kind: 'members' });
    await reject(id, 4);
    const again = await reject(id, 5);
    expect(again).toMatchObject({ stage: 'rejected', at: 'verification', rejectedAt: at(4) });
    expect(await steps.locksOf(1)).toEqual([]);
    const ask = await scene.store.asks.get(id, askId);
    expect(ask).toMatchObject({ status: 'cancelled', cancelledAt: at(4) });
    expect(ask.taskToken).toBeUndefined();
    expect((await steps.actions(id)).filter((action) => action === 'proposal.rejected')).toHaveLength(1);
  });

  it('gives a committed award back to its budget line, and a reserved one too', async () => {
    const before = await steps.lineNow();
    const committed = await steps.awarded(2);
    const reserved = await steps.awarded(3);
    await steps.trancheStatus(reserved, 'reserved');
    expect((await steps.lineNow()).available).toBe(before.available - 2 * steps.amount);
    for (const id of [committed, reserved]) for (const minute of [10, 11]) await reject(id, minute);
    expect(await steps.lineNow()).toMatchObject({
      available: before.available,
      committed: before.committed,
      reserved: before.reserved,
    });
  });

  it('keeps money reserved that may be on its way to the bank', async () => {
    const before = await steps.lineNow();
    const id = await steps.awarded(4);
    await steps.trancheStatus(id, 'reserved');
    const planned = planPayment(
      {
        proposalId: id,
        tranche: 1,
        amount: steps.amount,
        account: { bankCode: '002', number: '0012345678', holder: 'KEL SUMBER REJEKI' },
        payee: { group: 'Sumber Rejeki' },
        debitAccount: steps.pack.payment.debitAccount,
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
    expect((await steps.lineNow()).reserved).toBe(before.reserved + steps.amount);
  });

  it('notifies the group of what the official wrote, or what was still wrong', async () => {
    const { id } = await scene.submitted('failed-visit', packetOf(5));
    const askId = await scene.ask(id, 'site-visit', '1', at(3), {
      kind: 'person',
      personId: 'sari',
      role: 'verifier',
    });
    await scene.answer({
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
    expect(rejectionComment(failed, await scene.store.asks.bySubject(id), 'id')).toBe(
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
