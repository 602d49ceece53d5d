import { describe, expect, it } from 'vitest';
import { FileAltered } from '#functions/payment/send-run.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { openTreasury, type Treasury } from './treasury.ts';

let table: TestTable;
let treasury: Treasury;
useTable(async (opened) => {
  table = opened;
  treasury = await openTreasury(table, 4_000_000_000);
});

describe('a payment run', () => {
  it('sends nothing when the file is not the one that was released', async () => {
    const id = await treasury.ready(4);
    const { runId, rails } = await treasury.gather('altered');
    const { preparedKey, key } = await treasury.write(runId, rails[0] ?? '');
    await treasury.decideOn(runId, { outcome: 'released' });
    const bytes = treasury.objects.get(preparedKey);
    treasury.objects.set(preparedKey, Buffer.from('H|another'));
    await expect(treasury.send(runId)).rejects.toThrow(FileAltered);
    expect(treasury.objects.has(key)).toBe(false);
    treasury.objects.set(preparedKey, bytes ?? new Uint8Array());
    await treasury.send(runId);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });
});
