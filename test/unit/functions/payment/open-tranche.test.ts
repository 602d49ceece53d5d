import { describe, expect, it } from 'vitest';
import { WrongStage, WrongTranche } from '#domain/proposal/proposal.ts';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { newestRulePack } from '#programmes/index.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

function open(proposalId: string, tranche = 1, now = at(41)) {
  return openTranche(treasury.store, { proposalId, tranche, now });
}

describe('opening a tranche', () => {
  it('is done once, gives the rule-pack and moves no money', async () => {
    const id = await treasury.awarded(1);
    const budget = await treasury.budget();
    expect(await open(id)).toEqual(newestRulePack('tkm-2020'));
    expect(await treasury.store.proposals.get(id)).toMatchObject({ tranches: [{ status: 'open', amount }] });
    expect(await treasury.budget()).toEqual(budget);
    const after = await digestOf(table);
    expect(await open(id, 1, at(90))).toEqual(newestRulePack('tkm-2020'));
    expect(await digestOf(table)).toBe(after);
    expect((await treasury.actions(id)).filter((action) => action === 'tranche.opened')).toHaveLength(1);
  });

  it('is refused for a tranche that there is not, and before the award', async () => {
    const id = await treasury.awarded(2);
    await expect(open(id, 2)).rejects.toThrow(WrongTranche);
    const early = await treasury.approved(3);
    await expect(open(early)).rejects.toThrow(WrongStage);
  });
});
