import { describe, expect, it } from 'vitest';
import { openFollowUp } from '#functions/training/follow-up.ts';
import { newestRulePack } from '#programmes/index.ts';
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
  it('begins with the first settled payment, once, with every item of the rule-pack', async () => {
    const id = await settled(1);
    const items = await openFollowUp(treasury.store, indonesia, { proposalId: id, now: at(90) });
    expect(await openFollowUp(treasury.store, indonesia, { proposalId: id, now: at(95) })).toEqual(items);
    const { training } = newestRulePack('tkm-2020');
    expect(items).toHaveLength(training.sessions.length + training.visits.length + 1 + training.lpj.length);
    expect(await treasury.store.proposals.get(id)).toMatchObject({
      stage: 'follow-up',
      followUp: { settledOn: '2020-08-04' },
    });
    expect((await treasury.actions(id)).filter((action) => action === 'follow-up.started')).toHaveLength(1);
  });
});
