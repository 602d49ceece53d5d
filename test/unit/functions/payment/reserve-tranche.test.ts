import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import { openTranche } from '#functions/payment/open-tranche.ts';
import { reserveTranche } from '#functions/payment/reserve-tranche.ts';
import { PaperMissing } from '#functions/payment/tranche-answers.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

describe('a tranche', () => {
  it('opens and is reserved once, with the numbers and dates of its papers', async () => {
    const id = await treasury.reserved(1);
    const before = await treasury.budget();
    await openTranche(treasury.store, { proposalId: id, tranche: 1, now: at(50) });
    await reserveTranche(treasury.store, { proposalId: id, tranche: 1, now: at(50) });
    expect(await treasury.budget()).toEqual(before);
    expect(await treasury.store.proposals.get(id)).toMatchObject({
      tranches: [
        {
          status: 'reserved',
          progress: 40,
          spp: { number: `SPP-1 ${id}`, date: '2020-08-03', by: 'paula' },
          spm: { number: `SPM-1 ${id}`, by: 'sinta' },
        },
      ],
    });
    expect((await treasury.actions(id)).filter((action) => action.startsWith('tranche.'))).toEqual([
      'tranche.opened',
      'tranche.reserved',
    ]);
  });

  it('cannot be reserved without SPP and SPM, nor paid without SP2D', async () => {
    const id = await treasury.awarded(2);
    await expect(reserveTranche(treasury.store, { proposalId: id, tranche: 1, now: at(50) })).rejects.toThrow(
      PaperMissing,
    );
    const other = await treasury.reserved(3);
    await expect(treasury.instruct(other, 1, 'token')).rejects.toThrow(PaperMissing);
  });
});
