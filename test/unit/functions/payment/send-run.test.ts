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
  it('sends the version that was released, whatever was put over it since', async () => {
    const id = await treasury.ready(4);
    const { runId, rails } = await treasury.gather('exchanged');
    const { prepared, key } = await treasury.write(runId, rails[0] ?? '');
    await treasury.decideOn(runId, { outcome: 'released' });
    const bytes = treasury.objects.get(prepared.key);
    treasury.objects.set(prepared.key, Buffer.from('H|another'));
    await treasury.send(runId);
    expect(treasury.objects.get(key)).toEqual(bytes);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });

  it('sends nothing when the version is not the one that was hashed', async () => {
    const id = await treasury.ready(5);
    const { runId, rails } = await treasury.gather('altered');
    const { prepared, key } = await treasury.write(runId, rails[0] ?? '');
    await treasury.decideOn(runId, { outcome: 'released' });
    const bytes = treasury.objects.get(prepared.key) ?? new Uint8Array();
    treasury.objects.corrupt(prepared.key, prepared.versionId, Buffer.from('H|another'));
    await expect(treasury.send(runId)).rejects.toThrow(FileAltered);
    expect(treasury.objects.has(key)).toBe(false);
    treasury.objects.corrupt(prepared.key, prepared.versionId, bytes);
    await treasury.send(runId);
    expect(await treasury.payment(id)).toMatchObject({ state: 'sent' });
  });
});
