import { describe, expect, it } from 'vitest';
import { rupiah } from '#domain/money/rupiah.ts';
import { ApprovalMissing, awardAndNotify, awardGrant } from '#functions/approval/award-grant.ts';
import { recordVerification } from '#functions/verification/record-verification.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { amount, line, openTreasury, type Treasury } from '../payment/treasury.ts';
import { at } from '../scene.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  // Room for four awards.
  treasury = await openTreasury(table, 4 * amount + 1);
});

function award(proposalId: string, now = at(40)) {
  return awardAndNotify(treasury.deps, { proposalId, now });
}

describe('an award', () => {
  it('has its decree, its agreement, its approvals and its money, or does not exist', async () => {
    const id = await treasury.approved(1);
    expect(await award(id)).toMatchObject({ outcome: 'awarded' });
    expect(await treasury.store.proposals.get(id)).toMatchObject({
      stage: 'payment',
      award: {
        sk: { number: '0001/SK/TKM-2020/2020', date: '2020-08-03' },
        pks: { number: '0001/PKS/TKM-2020/2020' },
        amount,
        budgetLine: line,
        approvals: [
          { index: 0, personId: 'paula' },
          { index: 1, personId: 'karta' },
        ],
      },
      tranches: [{ number: 1, amount, status: 'planned' }],
    });
    expect(await treasury.budget()).toEqual({
      available: 3 * amount + 1,
      committed: amount,
      reserved: 0,
      paid: 0,
      suspense: 0,
      charges: 0,
      deposited: 0,
    });
  });

  it('is made once, however often it is asked for', async () => {
    const id = await treasury.approved(2);
    await award(id);
    const [before, granted] = [await treasury.budget(), await treasury.store.proposals.get(id)];
    expect(await award(id, at(50))).toEqual({ outcome: 'awarded', proposal: granted });
    expect(await treasury.store.proposals.get(id)).toEqual(granted);
    expect(await treasury.budget()).toEqual(before);
    expect((await treasury.actions(id)).filter((action) => action === 'proposal.awarded')).toHaveLength(1);
  });

  it('is no less made where another delivery of it took the last room a moment before', async () => {
    const id = await treasury.approved(6);
    const { store } = treasury;
    const overtaken = {
      ...store,
      budgets: {
        ...store.budgets,
        get: async (of: typeof line) => {
          await award(id);
          return { ...(await store.budgets.get(of)), available: 0 } as Awaited<
            ReturnType<typeof store.budgets.get>
          >;
        },
      },
    };
    expect(await awardGrant(overtaken, { proposalId: id, now: at(41) })).toMatchObject({
      outcome: 'awarded',
    });
    expect(await treasury.actions(id)).not.toContain('award.waits-for-budget');
  });

  it('cannot be made while a step of the ladder has not approved', async () => {
    const id = await treasury.submitted(3);
    await recordVerification(treasury.store, { proposalId: id, round: 1, now: at(5) });
    await treasury.done(id, 'approval', '1-0', { outcome: 'approve', account: true }, 'paula');
    await expect(award(id)).rejects.toThrow(ApprovalMissing);
  });

  it('goes to exactly one of two groups that race for the last of the budget', async () => {
    const [first = '', second = ''] = [await treasury.approved(4), await treasury.approved(5)];
    const outcomes = await Promise.all([award(first), award(second)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['awarded', 'no-budget']);
    expect(await treasury.budget()).toMatchObject({ available: 1, committed: 4 * amount });
    const stages = await Promise.all([first, second].map((id) => treasury.store.proposals.get(id)));
    expect(stages.map(({ stage }) => stage).sort()).toEqual(['approval', 'payment']);
    // The other waits, which is recorded and notified once, and is awarded when there is room.
    const loser = outcomes.find(({ outcome }) => outcome === 'no-budget');
    if (loser?.outcome !== 'no-budget') throw new Error('one lost');
    const { id } = loser.waits;
    expect(loser.waits).toMatchObject({ stage: 'approval', budgetAwaitedSince: at(40) });
    expect(await award(id, at(50))).toMatchObject({ waits: { budgetAwaitedSince: at(40) } });
    expect((await treasury.actions(id)).filter((action) => action === 'award.waits-for-budget')).toHaveLength(
      1,
    );
    const waits = treasury.mails.filter(({ subject }) => subject.includes(id));
    expect(waits.filter(({ subject }) => subject.includes('Menunggu anggaran'))).toHaveLength(2);
    const full = await treasury.store.budgets.get(line);
    if (full === undefined) throw new Error('the line is there');
    await treasury.store.commit({
      journal: 'settings',
      now: at(61),
      events: [],
      changes: treasury.store.budgets.setCeiling(full, rupiah(full.ceiling + amount), at(61)),
    });
    expect(await award(id, at(70))).toMatchObject({ outcome: 'awarded' });
    expect(await treasury.store.proposals.get(id)).not.toHaveProperty('budgetAwaitedSince');
  });
});
