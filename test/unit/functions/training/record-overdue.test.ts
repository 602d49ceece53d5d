import { describe, expect, it } from 'vitest';
import { openFollowUp, recordOverdue } from '#functions/training/follow-up.ts';
import { indonesia } from '../../../calendars.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from '../payment/treasury.ts';
import { at } from '../scene.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

async function settled(group: number) {
  const { id, runId } = await treasury.sent(group);
  await treasury.answer(runId, treasury.settledLine(id));
  await treasury.settleFirst(id);
  return id;
}

describe('the follow-up', () => {
  it('keeps what was not done in time in the ledger, once', async () => {
    const id = await settled(2);
    await openFollowUp(treasury.store, indonesia, { proposalId: id, now: at(90) });
    for (const minute of [100, 101])
      await recordOverdue(treasury.store, {
        proposalId: id,
        kind: 'lpj',
        about: { report: 1 },
        now: at(minute),
      });
    expect(await treasury.store.overdue.list(id)).toEqual([
      { proposalId: id, kind: 'lpj', about: { report: 1 }, since: at(100) },
    ]);
    expect((await treasury.actions(id)).filter((action) => action === 'overdue.recorded')).toHaveLength(1);
  });
});
