import '#functions/behaviours.ts';
import { describe, expect, it } from 'vitest';
import { PaymentNotSettled } from '#functions/payment/settle-tranche.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { amount, openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table);
});

function resumedWith(token: string) {
  return treasury.resumed.filter(({ taskToken }) => taskToken === token).map(({ outcome }) => outcome);
}

describe('a tranche', () => {
  it('settles once the bank said so: budget, tranche and payment agree, and nothing is counted twice', async () => {
    const { id, runId } = await treasury.sent(5);
    const before = await treasury.budget();
    await expect(treasury.settleFirst(id)).rejects.toThrow(PaymentNotSettled);
    await treasury.answer(runId, treasury.settledLine(id));
    expect(resumedWith(`bank ${id} 1`)).toEqual(['settled']);
    for (const minute of [80, 85])
      expect(await treasury.settleFirst(id, at(minute))).toMatchObject({
        remaining: 0,
        tranche: { valueDate: '2020-08-04' },
      });
    const after = await treasury.budget();
    expect(after.reserved).toBe((before.reserved ?? 0) - amount);
    expect(after.paid).toBe((before.paid ?? 0) + amount);
  });

  it('settles by the word of the bank to a person, where no file came', async () => {
    const { id } = await treasury.sent(6);
    await treasury.done(id, 'bank-inquiry', '1-1-1', { outcome: 'wait' }, 'kas');
    await expect(treasury.settleFirst(id)).rejects.toThrow(PaymentNotSettled);
    await treasury.done(
      id,
      'bank-inquiry',
      '1-1-2',
      { outcome: 'settled', bankReference: 'TELP-1', valueDate: '2020-08-05' },
      'kas',
    );
    expect(await treasury.settleFirst(id)).toMatchObject({ tranche: { bankReference: 'TELP-1' } });
    expect(await treasury.payment(id)).toMatchObject({ state: 'settled' });
  });
});
